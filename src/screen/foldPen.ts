import { encodeUtf8 } from '../base/utf8.ts';

const resets = ['\x1b[m', '\x1b[0m'] as const;

/** Sequences that set one colour and nothing else, whole and well-formed: a later one leaves nothing of an earlier. */
const foreground = /^(?:3[0-79]|9[0-7]|38;5;\d{1,3}|38;2;\d{1,3};\d{1,3};\d{1,3})$/;
const background = /^(?:4[0-79]|10[0-7]|48;5;\d{1,3}|48;2;\d{1,3};\d{1,3};\d{1,3})$/;

/**
 * The SGR sequences in plain output that still count at its end, in order: after them a pen is as after all of them.
 * SGR only assigns, so of two equal sequences the first is without effect, as is one before a reset.
 */
export function foldPen(plain: Buffer): Uint8Array {
  const kept = new Map<string, string>();
  let escape = plain.indexOf(0x1b, Math.max(0, ...resets.map((reset) => plain.lastIndexOf(reset, plain.length))));
  while (escape >= 0) {
    const end = findFinal(plain, escape + 2) + 1;
    if (plain[end - 1] === 0x6d) {
      const sequence = plain.toString('latin1', escape, end);
      const key = keyOf(sequence.slice(2, -1), sequence);
      // Deleted first, so that it takes the later one's place in the order.
      kept.delete(key);
      kept.set(key, sequence);
    }
    escape = plain.indexOf(0x1b, end);
  }
  return encodeUtf8([...kept.values()].join(''));
}

function keyOf(parameters: string, sequence: string): string {
  if (foreground.test(parameters)) {
    return 'foreground';
  }
  return background.test(parameters) ? 'background' : sequence;
}

/** DEL within a sequence is ignored by terminals. */
function findFinal(plain: Uint8Array, from: number): number {
  let at = from;
  while (at < plain.length && ((plain[at] ?? 0) < 0x40 || plain[at] === 0x7f)) {
    at++;
  }
  return at;
}
