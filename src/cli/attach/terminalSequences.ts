import { inputModesOff } from '../../client/describeSession.ts';

/**
 * Puts everything that a program can have changed back to what a terminal starts with, but for what is on the screen.
 * RIS would do, but it also clears the user's scrollback. Sources: ECMA-48, xterm's ctlseqs, kitty's keyboard protocol.
 */
const modesReset =
  // Soft reset: margins, origin mode, insert mode, character sets, SGR, cursor keys.
  '\x1b[!p' +
  inputModesOff +
  // Autowrap on (a soft reset turns it off in some terminals), reverse video, left and right margins, line feed mode.
  '\x1b[?7h\x1b[?5l\x1b[?69l\x1b[4l\x1b[20l' +
  // Synchronized output off, hyperlink closed, character sets, tab stops, cursor's shape and visibility, attributes.
  '\x1b[?2026l\x1b]8;;\x1b\\\x1b(B\x1b)B\x0f\x1b[?5W\x1b[0 q\x1b[?25h\x1b[0m' +
  // Palette, foreground, background and cursor colour as the user has them.
  '\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\';

/** Mode 1047 and not 1049: the latter also moves the cursor when the normal buffer is shown already. */
const leaveAlternateBuffer = '\x1b[?1047l';

/** Before a snapshot: an empty screen in the state in which snapshots expect it. */
export const resetForSnapshot = `${modesReset}${leaveAlternateBuffer}${modesReset}\x1b[H\x1b[2J`;

/** Moves what the user has on the screen into the scrollback, where the first snapshot does not wipe it. */
export function scrollAway(rows: number): string {
  return `\x1b[${rows};1H${'\n'.repeat(rows)}`;
}

/** After the last output: an ordinary terminal with the cursor in a fresh last line. */
export const leaveSession = `${modesReset}${leaveAlternateBuffer}${modesReset}\x1b[9999;1H\r\n`;

/** A message in the last line, over whatever is there; the next snapshot wipes it. */
export function lastLine(text: string, rows: number): string {
  return `\x1b7\x1b[r\x1b[${rows};1H\x1b[0;7m ${text} \x1b[0m\x1b[K\x1b8`;
}
