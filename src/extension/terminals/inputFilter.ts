const escape = '\x1b';

/** CPR, DSR, DA, DECRPM, window and colour scheme reports, kitty keyboard flags, focus reports. */
const controlReply = new RegExp(`^${escape}\\[(?:[IO]|[?>=<]?[\\d;:]*(?:\\$y|[Rcnt])|\\?\\d*u)$`);

/** OSC, DCS and APC answers are strings; two characters alone are Alt with `]`, `P` or `_`. */
const stringReply = new RegExp(`^${escape}[\\]P_][^]+$`);

/**
 * True for input that xterm.js sends by itself, as an answer or because a mode was switched on, and nobody has typed.
 * While a snapshot is being drawn such input has no one who asked for it. (Shift+F3 looks like a cursor report and is
 * lost in that moment.)
 */
export function isReplyShaped(input: string): boolean {
  return controlReply.test(input) || stringReply.test(input);
}

const enterKeys: ReadonlySet<string> = new Set(['\r', '\n', '\r\n', `${escape}OM`, `${escape}[13u`, `${escape}[13;1u`]);

/** True for the Enter key in every form in which a terminal's modes may encode it: plain, keypad, kitty. */
export function isEnter(input: string): boolean {
  return enterKeys.has(input);
}
