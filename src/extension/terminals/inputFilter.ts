import { isAnswer } from '../../client/answerShapes.ts';

const escape = '\x1b';
const focusReports: ReadonlySet<string> = new Set([`${escape}[I`, `${escape}[O`]);

/** What a terminal sends when it gets or loses the focus, and when a program turns these reports on (mode 1004). */
export function isFocusReport(input: string): boolean {
  return focusReports.has(input);
}

/** True for input that xterm.js sends by itself, as an answer or because a mode was switched on, and nobody has typed. */
export function isReplyShaped(input: string): boolean {
  return isFocusReport(input) || isAnswer(input);
}

const enterKeys: ReadonlySet<string> = new Set(['\r', '\n', '\r\n', `${escape}OM`, `${escape}[13u`, `${escape}[13;1u`]);

/** True for the Enter key in every form in which a terminal's modes may encode it: plain, keypad, kitty. */
export function isEnter(input: string): boolean {
  return enterKeys.has(input);
}
