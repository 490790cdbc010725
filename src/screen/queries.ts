/**
 * Which sequences ask the terminal for an answer. The list follows xterm's "Control Sequences" (ctlseqs), with what
 * xterm.js, VS Code's add-ons and the kitty protocols add; a sequence is on it whether or not our screen answers.
 */

type Parameters = 'any' | 'none-or-zero' | ReadonlySet<number>;

const csiQueries = new Map<number, Parameters>([
  [keyOf('', '', 'c'), 'none-or-zero'], // DA1
  [keyOf('>', '', 'c'), 'none-or-zero'], // DA2
  [keyOf('=', '', 'c'), 'none-or-zero'], // DA3
  [keyOf('>', '', 'q'), 'none-or-zero'], // XTVERSION
  [keyOf('', '', 'n'), new Set([5, 6])], // DSR: status, cursor position
  // DEC DSR: cursor position, printer, user keys, keyboard, locator, macro space, checksum, data, sessions, colour scheme
  [keyOf('?', '', 'n'), new Set([6, 15, 25, 26, 53, 55, 56, 62, 63, 75, 85, 996])],
  [keyOf('', '$', 'p'), 'any'], // DECRQM, ANSI modes
  [keyOf('?', '$', 'p'), 'any'], // DECRQM, DEC private modes
  [keyOf('', '', 't'), new Set([11, 13, 14, 15, 16, 18, 19, 20, 21])], // XTWINOPS that report
  [keyOf('?', '', 'u'), 'any'], // kitty keyboard flags
  [keyOf('?', '', 'S'), 'any'], // XTSMGRAPHICS: setting and resetting answer, too
  [keyOf('', '', 'x'), new Set([0, 1])], // DECREQTPARM
  [keyOf('', '*', 'y'), 'any'], // DECRQCRA
  [keyOf('', '$', 'w'), 'any'], // DECRQPSR
  [keyOf('', '$', 'u'), 'any'], // DECRQTSR
  [keyOf('', '&', 'u'), 'any'], // DECRQUPSS
  [keyOf('', '"', 'v'), 'any'], // DECRQDE
  [keyOf('', "'", '|'), 'any'], // DECRQLP
  [keyOf('', '#', '|'), 'any'], // XTREPORTSGR
  [keyOf('?', '', 'm'), 'any'], // XTQMODKEYS
]);

function keyOf(prefix: string, intermediate: string, final: string): number {
  const code = (text: string): number => (text === '' ? 0 : text.charCodeAt(0));
  return (code(prefix) << 16) | (code(intermediate) << 8) | code(final);
}

/** Final bytes of the above: nearly every control sequence is settled by its final byte. */
const mayAsk = new Uint8Array(0x80);
for (const key of csiQueries.keys()) {
  mayAsk[key & 0xff] = 1;
}

/**
 * Whether a control sequence, as the parser of xterm.js identifies it, is a query.
 * @param prefix `<`, `=`, `>` or `?`, else 0.
 * @param intermediates the last of them in the lowest byte; 0 when there are none.
 * @param firstParameter 0 when it is empty, as in the parser.
 */
export function isCsiQuery(prefix: number, intermediates: number, final: number, firstParameter: number): boolean {
  if (mayAsk[final] !== 1 || intermediates > 0xff) {
    return false;
  }
  const parameters = csiQueries.get((prefix << 16) | (intermediates << 8) | final);
  switch (parameters) {
    case undefined:
      return false;
    case 'any':
      return true;
    case 'none-or-zero':
      return firstParameter === 0;
    default:
      return parameters.has(firstParameter);
  }
}

/** ESC Z is DECID, the VT52's and VT100's device attributes. */
export function isEscapeQuery(intermediates: number, final: number): boolean {
  return intermediates === 0 && final === 0x5a;
}

/** DECRQSS (`$ q`), XTGETTCAP (`+ q`) and XTGETXRES (`+ Q`). Known from the head, before the first byte of content. */
export function isDeviceControlQuery(prefix: number, intermediates: number, final: number): boolean {
  if (prefix !== 0) {
    return false;
  }
  return (intermediates === 0x24 && final === 0x71) || (intermediates === 0x2b && (final === 0x71 || final === 0x51));
}

export type Verdict = 'query' | 'undecided' | 'harmless';

/**
 * Judges the content of an operating system command, as much of it as there is. Colours (4, 5, 10 to 19) ask with a
 * `?` in place of a colour; one `?` makes the whole command a query, so a command that sets one colour and asks for
 * another does not set it in clients. The clipboard (52) asks with `?` in place of its content.
 * @param isWhole false while more may come.
 */
export function judgeOperatingSystemCommand(content: string, isWhole: boolean): Verdict {
  const [id, ...fields] = content.split(';');
  const undecided: Verdict = isWhole ? 'harmless' : 'undecided';
  if (id === undefined || !/^[0-9]*$/.test(id)) {
    return 'harmless';
  }
  if (fields.length === 0) {
    return undecided;
  }
  const number = Number(id);
  if (number === 52) {
    const content52 = fields[1];
    if (content52 === undefined) {
      return undecided;
    }
    if (content52 === '?') {
      return isWhole || fields.length > 2 ? 'query' : 'undecided';
    }
    return content52 === '' ? undecided : 'harmless';
  }
  if (number === 4 || number === 5) {
    return fields.some((field, index) => index % 2 === 1 && field === '?') && isWhole ? 'query' : undecided;
  }
  if (number >= 10 && number <= 19) {
    return fields.includes('?') && isWhole ? 'query' : undecided;
  }
  return 'harmless';
}

/**
 * Judges whether an operating system command does something outside of the screen that must not happen again: sets the
 * clipboard (52), notifies (9 as iTerm2 has it, 99 as kitty, 777 as urxvt). Of ConEmu's 9, progress (4) and directory (9)
 * are harmless. `query` stands for yes.
 * @param isWhole false while more may come.
 */
export function judgeSideEffect(content: string, isWhole: boolean): Verdict {
  const [, id = '', data] = /^([0-9]*)(?:;(.*))?$/s.exec(content) ?? [];
  if (data === undefined) {
    return isWhole || id.length !== content.length ? 'harmless' : 'undecided';
  }
  switch (Number(id)) {
    case 52:
    case 99:
    case 777:
      return 'query';
    case 9:
      if (/^[49](?:;|$)/.test(data)) {
        return data.length > 1 || isWhole ? 'harmless' : 'undecided';
      }
      return data === '' && !isWhole ? 'undecided' : 'query';
    default:
      return 'harmless';
  }
}

/** Judges an application program command: kitty's graphics query (`G` with the key `a=q`) is the one that asks. */
export function judgeApplicationProgramCommand(content: string, isWhole: boolean): Verdict {
  if (content !== '' && !content.startsWith('G')) {
    return 'harmless';
  }
  const end = content.indexOf(';');
  if (end < 0 && !isWhole) {
    return 'undecided';
  }
  const keys = content.slice(1, end < 0 ? undefined : end).split(',');
  if (!keys.includes('a=q')) {
    return 'harmless';
  }
  return isWhole ? 'query' : 'undecided';
}
