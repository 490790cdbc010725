import * as fc from 'fast-check';

/** Each asks for an answer, as xterm, VS Code or kitty understand it. */
export const queries = {
  DA1: '\x1b[c',
  'DA1 with 0': '\x1b[0c',
  'DA1 in C1': '\u009bc',
  DA2: '\x1b[>c',
  'DA2 with 0': '\x1b[>0c',
  DA3: '\x1b[=c',
  DECID: '\x1bZ',
  XTVERSION: '\x1b[>q',
  'XTVERSION with 0': '\x1b[>0q',
  'DSR, status': '\x1b[5n',
  'DSR, cursor': '\x1b[6n',
  'DSR, cursor, leading zeros': '\x1b[006n',
  'DSR, cursor, more parameters': '\x1b[6;1n',
  'DSR, cursor, sub-parameter': '\x1b[6:1n',
  'DEC DSR, cursor': '\x1b[?6n',
  'DEC DSR, printer': '\x1b[?15n',
  'DEC DSR, user keys': '\x1b[?25n',
  'DEC DSR, keyboard': '\x1b[?26n',
  'DEC DSR, locator': '\x1b[?53n',
  'DEC DSR, colour scheme': '\x1b[?996n',
  'DECRQM, ANSI': '\x1b[4$p',
  'DECRQM, private': '\x1b[?2026$p',
  'DECRQM, without a number': '\x1b[?$p',
  'DECRQSS, SGR': '\x1bP$qm\x1b\\',
  'DECRQSS, C1': '\u0090$q q\u009c',
  'DECRQSS, with a parameter': '\x1bP1$qr\x1b\\',
  XTGETTCAP: '\x1bP+q544e\x1b\\',
  XTGETXRES: '\x1bP+Q66\x1b\\',
  'window state': '\x1b[11t',
  'window position': '\x1b[13t',
  'window size in pixels': '\x1b[14t',
  'text area size in pixels': '\x1b[14;2t',
  'screen size in pixels': '\x1b[15t',
  'cell size': '\x1b[16t',
  'window size': '\x1b[18t',
  'screen size': '\x1b[19t',
  'icon title': '\x1b[20t',
  'window title': '\x1b[21t',
  'kitty keyboard': '\x1b[?u',
  XTSMGRAPHICS: '\x1b[?2;1;0S',
  DECREQTPARM: '\x1b[x',
  'DECREQTPARM with 1': '\x1b[1x',
  DECRQCRA: '\x1b[1;1;1;1;5;5*y',
  DECRQPSR: '\x1b[1$w',
  DECRQUPSS: '\x1b[&u',
  ENQ: '\x05',
  'palette colour': '\x1b]4;1;?\x07',
  'palette colours': '\x1b]4;1;?;2;?\x1b\\',
  'palette, one set and one asked for': '\x1b]4;1;#fff;2;?\x1b\\',
  'special colour': '\x1b]5;0;?\x07',
  foreground: '\x1b]10;?\x1b\\',
  background: '\x1b]11;?\x07',
  'background in C1': '\u009d11;?\u009c',
  'background, leading zero': '\x1b]011;?\x07',
  'cursor colour': '\x1b]12;?\x07',
  'three colours': '\x1b]10;?;?;?\x07',
  'highlight colour': '\x1b]19;?\x07',
  clipboard: '\x1b]52;c;?\x07',
  'primary selection': '\x1b]52;p;?\x1b\\',
  'clipboard without a name': '\x1b]52;;?\x1b\\',
  'kitty graphics': '\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\',
} as const;

/** Looks like a query and is none. */
export const nearMisses = {
  'DA1 with 1': '\x1b[1c',
  'DA2 with 1': '\x1b[>1c',
  DECSCUSR: '\x1b[2 q',
  DECSCA: '\x1b[1"q',
  'XTVERSION with 1': '\x1b[>1q',
  'DSR 0': '\x1b[0n',
  'XTMODKEYS off': '\x1b[>4n',
  DECSTR: '\x1b[!p',
  'push title': '\x1b[22;0t',
  'pop title': '\x1b[23;0t',
  resize: '\x1b[8;24;80t',
  'restore cursor': '\x1b[u',
  'kitty keyboard, push': '\x1b[>1u',
  'kitty keyboard, pop': '\x1b[<u',
  'kitty keyboard, set': '\x1b[=5;1u',
  'scroll up': '\x1b[2S',
  DECFRA: '\x1b[88;1;1;2;2$x',
  DECSACE: '\x1b[2*x',
  SGR: '\x1b[1;31m',
  XTMODKEYS: '\x1b[>4;2m',
  'sub-parameter 6': '\x1b[:6n',
  'prefix in the middle': '\x1b[6?n',
  'intermediate before the parameter': '\x1b[$6p',
  'three intermediates': '\x1b[?1 $$p',
  sixel: '\x1bPq#0~~\x1b\\',
  DECRSPS: '\x1bP1$tabc\x1b\\',
  'DCS with prefix': '\x1bP?$qm\x1b\\',
  title: '\x1b]0;?\x07',
  'set palette colour': '\x1b]4;1;#123456\x07',
  'palette index ?': '\x1b]4;?;1\x07',
  'set background': '\x1b]11;#000\x07',
  'no number': '\x1b]x11;?\x07',
  'set clipboard': '\x1b]52;c;aGVsbG8=\x07',
  'clipboard that begins with ?': '\x1b]52;c;?x\x07',
  'reset palette': '\x1b]104\x07',
  'unknown OSC': '\x1b]99999;?\x07',
  cancelled: '\x1b[6\x18n',
  'cancelled OSC': '\x1b]11;?\x18',
  'character within CSI': '\x1b[6én',
  'C1 within CSI': '\x1b[6\u0085n',
  'kitty graphics that show': '\x1b_Ga=T,f=24;AAAA\x1b\\',
  APC: '\x1b_hello a=q\x1b\\',
  PM: '\x1b^\x07x\x1b\\',
  SOS: '\x1bXabc\x1b\\',
  text: 'c 6n $q ]11;?',
} as const;

const printable = fc.constantFrom('a', 'Z', ' ', '0', 'é', '£', '漢', '…', '😀', 'e\u0301', '\ufeff', '\u00a0');
const controls = fc.constantFrom(
  '\r',
  '\n',
  '\b',
  '\t',
  '\x07',
  '\x0e',
  '\x0f',
  '\x00',
  '\x7f',
  '\x18',
  '\x1a',
  '\x05',
);
const harmless = fc.constantFrom(
  '\x1b[31m', '\x1b[m', '\x1b[2J', '\x1b[H', '\x1b[3;5H', '\x1b[K', '\x1b[?25l', '\x1b[?1049h', '\x1b[?1049l', '\x1b[2;4r', '\x1b7', '\x1b8', '\x1bM',
  '\x1b(0', '\x1b(B', '\x1b]0;t\x07', '\x1b]8;;http://a\x1b\\', '\x1b]8;;\x1b\\', '\x1b[4h', '\x1b[4l', '\x1bc', '\u0085', '\u0084',
); // prettier-ignore
const fragments = fc.constantFrom(
  '\x1b', '[', ']', 'P', '_', '^', 'X', '\\', ';', '?', '6', '1', '0', 'n', 'c', '$', 'q', 'p', '>', '=', '!', ' ', '4', '52', '11', 'G', 'a=q', '\u009b', '\u009d', '\u009c',
  '\u0090', '\u0098', '\u009f', '\x1b[', '\x1b]', '\x1bP', '\x1bP$', '\x1b_', ':', 'm', 'h',
); // prettier-ignore
const rawBytes = fc.uint8Array({ minLength: 1, maxLength: 4 });

/** Streams of text, sequences whole and broken, queries and noise. */
export const anyStream: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: printable },
      { weight: 2, arbitrary: controls },
      { weight: 3, arbitrary: harmless },
      { weight: 4, arbitrary: fc.constantFrom(...Object.values(queries)) },
      { weight: 2, arbitrary: fc.constantFrom(...Object.values(nearMisses)) },
      { weight: 6, arbitrary: fragments },
      { weight: 1, arbitrary: rawBytes },
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))));

/** The same bytes in pieces, cut at the given places (each taken modulo what remains). */
export function cutInto(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= bytes.length) {
      break;
    }
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  pieces.push(bytes.subarray(at));
  return pieces;
}
