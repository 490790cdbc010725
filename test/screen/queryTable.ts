import { colorQueries } from '../../src/client/colorAnswers.ts';

/** One query: what was printed before it, the query, and every answer to it, byte for byte; none: silence. */
export interface QueryRow {
  readonly name: string;
  readonly before?: string;
  readonly query: string;
  readonly answers: readonly string[];
}

export interface QueryGroup {
  readonly title: string;
  readonly rows: readonly QueryRow[];
}

function row(name: string, query: string, ...answers: string[]): QueryRow {
  return { name, query, answers };
}

function after(before: string, name: string, query: string, ...answers: string[]): QueryRow {
  return { name, before, query, answers };
}

const st = '\x1b\\';

/** DECRQM: the mode as it is after a reset, and what DECSET or DECRST make of it. 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset. */
const privateModes: readonly (readonly [mode: number, name: string, atReset: number, other?: number])[] = [
  [1, 'DECCKM', 2, 1],
  [2, 'DECANM', 0],
  [3, 'DECCOLM', 0],
  [4, 'DECSCLM', 0],
  [5, 'DECSCNM', 0],
  [6, 'DECOM', 2, 1],
  [7, 'DECAWM', 1, 2],
  [8, 'DECARM', 3],
  [9, 'X10 mouse', 2, 1],
  [12, 'cursor blink', 2, 1],
  [25, 'DECTCEM', 1, 2],
  [40, '132 columns', 0],
  [45, 'reverse wraparound', 2, 1],
  [47, 'alternate buffer', 2, 1],
  [66, 'DECNKM', 2, 1],
  [67, 'DECBKM', 4],
  [69, 'DECLRMM', 0],
  [1000, 'mouse', 2, 1],
  [1001, 'mouse highlight', 0],
  [1002, 'mouse drag', 2, 1],
  [1003, 'mouse motion', 2, 1],
  [1004, 'focus', 2, 1],
  [1005, 'UTF-8 mouse', 4],
  [1006, 'SGR mouse', 2, 1],
  [1015, 'urxvt mouse', 4],
  [1016, 'SGR pixels', 2, 1],
  [1047, 'alternate buffer', 2, 1],
  [1048, 'save cursor', 1],
  [1049, 'alternate buffer', 2, 1],
  [2004, 'bracketed paste', 2, 1],
  [2026, 'synchronized output', 2, 1],
  [2027, 'grapheme clusters', 0],
  [2031, 'colour scheme reports', 2, 1],
  [2048, 'size reports', 0],
  [9001, 'win32 input', 0],
  [65535, 'unknown', 0],
  [1_000_001, 'far beyond', 0],
];

const ansiModes: readonly (readonly [mode: number, name: string, atReset: number, other?: number])[] = [
  [2, 'KAM', 4],
  [4, 'IRM', 2, 1],
  [12, 'SRM', 3],
  [20, 'LNM', 2, 1],
  [99, 'unknown', 0],
];

function modeRows(prefix: '?' | '', modes: typeof privateModes): QueryRow[] {
  return modes.flatMap(([mode, name, atReset, other]) => {
    const query = `\x1b[${prefix}${mode}$p`;
    const asReset = row(name, query, `\x1b[${prefix}${mode};${atReset}$y`);
    if (other === undefined) {
      return [asReset];
    }
    const change = `\x1b[${prefix}${mode}${other === 1 ? 'h' : 'l'}`;
    return [asReset, after(change, name, query, `\x1b[${prefix}${mode};${other}$y`)];
  });
}

export const queryTable: readonly QueryGroup[] = [
  {
    title: 'Who are you',
    rows: [
      row('DA1', '\x1b[c', '\x1b[?1;2c'),
      row('DA1', '\x1b[0c', '\x1b[?1;2c'),
      row('DA1 in C1', '\u009bc', '\x1b[?1;2c'),
      row('DA2', '\x1b[>c', '\x1b[>0;276;0c'),
      row('DA2', '\x1b[>0c', '\x1b[>0;276;0c'),
      row('DA3', '\x1b[=c'),
      row('DECID', '\x1bZ'),
      row('ENQ', '\x05'),
      row('XTVERSION', '\x1b[>q', `\x1bP>|xterm.js(6.0.0)${st}`),
      row('XTVERSION', '\x1b[>0q', `\x1bP>|xterm.js(6.0.0)${st}`),
      row('DECREQTPARM', '\x1b[x'),
      row('DECREQTPARM', '\x1b[1x'),
      row('XTGETTCAP TN', `\x1bP+q544e${st}`, `\x1bP0+r${st}`),
      row('XTGETTCAP RGB, Co', `\x1bP+q524742;436f${st}`, `\x1bP0+r${st}`),
      row('XTGETXRES', `\x1bP+Q66${st}`),
    ],
  },
  {
    title: 'Status and cursor',
    rows: [
      row('DSR', '\x1b[5n', '\x1b[0n'),
      row('CPR', '\x1b[6n', '\x1b[1;1R'),
      after('\x1b[3;7H', 'CPR', '\x1b[6n', '\x1b[3;7R'),
      after('\x1b[24;80Hx', 'CPR before a wrap', '\x1b[6n', '\x1b[24;81R'),
      after('\x1b[2;9r\x1b[?6h\x1b[2;2H', 'CPR in origin mode', '\x1b[6n', '\x1b[3;2R'),
      after('\x1b[3;7H', 'DECXCPR', '\x1b[?6n', '\x1b[?3;7R'),
      row('printer', '\x1b[?15n'),
      row('user keys', '\x1b[?25n'),
      row('keyboard', '\x1b[?26n'),
      row('locator', '\x1b[?53n'),
      row('locator type', '\x1b[?55n'),
      row('macro space', '\x1b[?62n'),
      row('memory checksum', '\x1b[?63;1n'),
      row('data integrity', '\x1b[?75n'),
      row('sessions', '\x1b[?85n'),
      row('DECRQCRA', '\x1b[1;1;1;1;5;5*y'),
      row('DECRQPSR', '\x1b[1$w'),
      row('DECRQPSR', '\x1b[2$w'),
      row('DECRQTSR', '\x1b[1$u'),
      row('DECRQUPSS', '\x1b[&u'),
      row('DECRQDE', '\x1b["v'),
      row('DECRQLP', "\x1b['|"),
      row('XTREPORTSGR', '\x1b[1;1;1;1#|'),
    ],
  },
  {
    title: 'Settings',
    rows: [
      row('DECRQSS SGR', `\x1bP$qm${st}`, `\x1bP1$r0m${st}`),
      after('\x1b[1;4;31m', 'DECRQSS SGR', `\x1bP$qm${st}`, `\x1bP1$r0;1;4;31m${st}`),
      after('\x1b[38;2;1;2;3m', 'DECRQSS SGR', `\x1bP$qm${st}`, `\x1bP1$r0;38;2;1;2;3m${st}`),
      row('DECRQSS DECSCUSR', `\x1bP$q q${st}`, `\x1bP1$r2 q${st}`),
      after('\x1b[5 q', 'DECRQSS DECSCUSR', `\x1bP$q q${st}`, `\x1bP1$r5 q${st}`),
      row('DECRQSS DECSTBM', `\x1bP$qr${st}`, `\x1bP1$r1;24r${st}`),
      after('\x1b[2;5r', 'DECRQSS DECSTBM', `\x1bP$qr${st}`, `\x1bP1$r2;5r${st}`),
      row('DECRQSS DECSCA', `\x1bP$q"q${st}`, `\x1bP1$r0"q${st}`),
      after('\x1b[1"q', 'DECRQSS DECSCA', `\x1bP$q"q${st}`, `\x1bP1$r1"q${st}`),
      row('DECRQSS DECSCL', `\x1bP$q"p${st}`, `\x1bP1$r61;1"p${st}`),
      row('DECRQSS DECSLRM', `\x1bP$qs${st}`, `\x1bP0$r${st}`),
      row('DECRQSS, anything else', `\x1bP$qz${st}`, `\x1bP0$r${st}`),
      row('DECRQSS, empty', `\x1bP$q${st}`, `\x1bP0$r${st}`),
      row('XTQMODKEYS', '\x1b[?4m'),
      row('kitty keyboard flags', '\x1b[?u', '\x1b[?0u'),
      after('\x1b[>5u', 'kitty keyboard flags', '\x1b[?u', '\x1b[?5u'),
      after('\x1b[>5u\x1b[>1u\x1b[<u', 'kitty keyboard flags', '\x1b[?u', '\x1b[?5u'),
      after('\x1b[=3u\x1b[=4;2u', 'kitty keyboard flags', '\x1b[?u', '\x1b[?7u'),
      after('\x1b[>5u\x1b[?1049h', 'kitty keyboard flags', '\x1b[?u', '\x1b[?0u'),
      after('\x1b[>5u\x1b[?1049h\x1b[>3u\x1b[?1049l', 'kitty keyboard flags', '\x1b[?u', '\x1b[?5u'),
      after('\x1b[>5u\x1bc', 'kitty keyboard flags', '\x1b[?u', '\x1b[?0u'),
    ],
  },
  { title: 'ANSI modes (DECRQM)', rows: modeRows('', ansiModes) },
  { title: 'DEC private modes (DECRQM)', rows: modeRows('?', privateModes) },
  {
    title: 'Window and pictures',
    rows: [
      row('state', '\x1b[11t'),
      row('position', '\x1b[13t'),
      row('size in pixels', '\x1b[14t'),
      row('size in pixels', '\x1b[14;2t'),
      row('screen in pixels', '\x1b[15t'),
      row('cell in pixels', '\x1b[16t'),
      row('size in characters', '\x1b[18t', '\x1b[8;24;80t'),
      row('screen in characters', '\x1b[19t'),
      row('icon title', '\x1b[20t'),
      after('\x1b]0;secret\x07', 'title', '\x1b[21t'),
      row('XTSMGRAPHICS', '\x1b[?2;1;0S'),
      row('kitty graphics', `\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA${st}`),
      row('clipboard', '\x1b]52;c;?\x07'),
      after('\x1b]52;c;aGk=\x07', 'clipboard', `\x1b]52;c;?${st}`),
    ],
  },
  {
    title: "Colours, here VS Code's default ones",
    rows: [
      row('foreground', '\x1b]10;?\x07', `\x1b]10;rgb:cccc/cccc/cccc${st}`),
      row('background', `\x1b]11;?${st}`, `\x1b]11;rgb:1e1e/1e1e/1e1e${st}`),
      row('background in C1', '\u009d11;?\u009c', `\x1b]11;rgb:1e1e/1e1e/1e1e${st}`),
      row('cursor', '\x1b]12;?\x07', `\x1b]12;rgb:aeae/afaf/adad${st}`),
      row('two at once', '\x1b]10;?;?\x07', `\x1b]10;rgb:cccc/cccc/cccc${st}`, `\x1b]11;rgb:1e1e/1e1e/1e1e${st}`),
      row('pointer', '\x1b]13;?\x07'),
      row('highlight', '\x1b]17;?\x07'),
      row('highlighted text', '\x1b]19;?\x07'),
      row('special', '\x1b]5;0;?\x07'),
      row('palette', '\x1b]4;1;?\x07', `\x1b]4;1;rgb:cdcd/3131/3131${st}`),
      row(
        'palette, several',
        '\x1b]4;16;?;231;?;244;?\x07',
        `\x1b]4;16;rgb:0000/0000/0000${st}`,
        `\x1b]4;231;rgb:ffff/ffff/ffff${st}`,
        `\x1b]4;244;rgb:8080/8080/8080${st}`,
      ),
      row('palette, out of range', '\x1b]4;300;?\x07'),
      after('\x1b]11;#102030\x07', 'background, set', '\x1b]11;?\x07', `\x1b]11;rgb:1010/2020/3030${st}`),
      after(
        '\x1b]11;#102030\x07\x1b]111\x07',
        'background, restored',
        '\x1b]11;?\x07',
        `\x1b]11;rgb:1e1e/1e1e/1e1e${st}`,
      ),
      after('\x1b]4;7;#102030\x07', 'palette, set', '\x1b]4;7;?\x07', `\x1b]4;7;rgb:1010/2020/3030${st}`),
      after(
        '\x1b]4;7;#102030\x07\x1b]104;7\x07',
        'palette, restored',
        '\x1b]4;7;?\x07',
        `\x1b]4;7;rgb:e5e5/e5e5/e5e5${st}`,
      ),
      row('colour scheme', '\x1b[?996n', '\x1b[?997;1n'),
      after('\x1b]10;#000\x07\x1b]11;#fff\x07', 'colour scheme', '\x1b[?996n', '\x1b[?997;2n'),
    ],
  },
];

/** What a client asks its own terminal must be answered by a screen as well: a session may run in a session. */
export const nestedQuery = colorQueries;

/** Looks like a query, or is one in the wrong place: nothing is answered. */
export const silentStreams: Readonly<Record<string, string>> = {
  'CPR within a title': '\x1b]2;[6n and c\x07',
  'DA1 within a sixel': `\x1bPq[c${st}`,
  'CPR within a privacy message': `\x1b^[6n${st}`,
  'CPR within a string': `\x1bX[6n${st}`,
  'CPR within an APC': `\x1b_[6n${st}`,
  'a query within a hyperlink': `\x1b]8;;http://a/?[6n${st}link\x1b]8;;${st}`,
  'a query within a set clipboard': '\x1b]52;c;W2M=\x07',
  'cancelled CPR': '\x1b[6\x18n',
  'cancelled colour': '\x1b]11;?\x18',
  'DECRQSS that is cancelled': '\x1bP$qm\x18',
  'CPR with a prefix in the middle': '\x1b[6?n',
  'DA1 with 1': '\x1b[1c',
  'DSR 7': '\x1b[7n',
  'DECRQM without the intermediate': '\x1b[?1p',
  'text that looks like it': '[6n ]11;? P$qm',
  'an answer that comes back': `\x1b[?1;2c\x1b[3;4R\x1b[?2004;1$y\x1bP1$r0m${st}\x1b]11;rgb:00/00/00${st}`,
  'a colour index that is no number': '\x1b]4;?;?x\x07',
};

/** As people write them: introducers and terminators by name. */
export function notationOf(bytes: string): string {
  return bytes
    .replaceAll('\x1b[', ' CSI ')
    .replaceAll('\u009b', ' C1-CSI ')
    .replaceAll('\x1b]', ' OSC ')
    .replaceAll('\u009d', ' C1-OSC ')
    .replaceAll('\x1bP', ' DCS ')
    .replaceAll('\x1b_', ' APC ')
    .replaceAll('\x1b\\', ' ST ')
    .replaceAll('\u009c', ' C1-ST ')
    .replaceAll('\x07', ' BEL ')
    .replaceAll('\x05', 'ENQ')
    .replaceAll('\x1b', ' ESC ')
    .replaceAll('|', '\\|')
    .replace(/ +/g, ' ')
    .trim();
}

/** The table as docs/QUERIES.md has it. */
export function markdownOf(table: readonly QueryGroup[]): string {
  const code = (text: string): string => (text === '' ? '' : `\`${notationOf(text)}\``);
  return table
    .map(({ title, rows }) =>
      [
        `### ${title}`,
        '',
        '| asks for | after | query | answer |',
        '| --- | --- | --- | --- |',
        ...rows.map(
          ({ name, before = '', query, answers }) =>
            `| ${name} | ${code(before)} | ${code(query)} | ${answers.length === 0 ? 'none' : answers.map(code).join(', ')} |`,
        ),
      ].join('\n'),
    )
    .join('\n\n');
}
