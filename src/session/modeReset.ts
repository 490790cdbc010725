import { encodeUtf8 } from '../base/utf8.ts';

/**
 * What a process that ended without tidying up may have left on, turned off. Starts with CAN, which ends a sequence
 * that was cut in the middle. Sources: ECMA-48, xterm ctlseqs, the kitty keyboard protocol.
 */
const resetSequences = [
  // DECSTR: soft reset: scroll region, insert mode, origin mode, cursor keys, keypad, attributes.
  '\x1b[!p',
  // Mouse reporting and its encodings; focus reports; bracketed paste; synchronized output; win32 input.
  ...[9, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 9001].map((mode) => `\x1b[?${mode}l`),
  // Cursor keys and keypad as a shell expects them, wrapping on, cursor visible and in its default form.
  '\x1b[?1l',
  '\x1b>',
  '\x1b[?7h',
  '\x1b[?25h',
  '\x1b[0 q',
  // Kitty keyboard flags (a stack; no program goes as deep) and xterm's modifyOtherKeys.
  '\x1b[<99u',
  '\x1b[>4m',
  // Hyperlink and progress off, ASCII in G0 and G0 in use, no attributes.
  '\x1b]8;;\x1b\\',
  '\x1b]9;4;0\x1b\\',
  '\x1b(B\x0f',
  '\x1b[0m',
].join('');

/**
 * The bytes recorded after a process has ended. The alternate buffer is left only when it is on: `CSI ? 1049 l` also
 * restores a saved cursor, which on the normal buffer would put the next prompt on top of what is there.
 */
export function modeReset(buffer: 'normal' | 'alternate'): Uint8Array {
  return encodeUtf8(`\x18${buffer === 'alternate' ? '\x1b[?1049l' : ''}${resetSequences}`);
}

/** Puts the cursor to the start of a line of its own. */
export const lineBreak: Uint8Array = encodeUtf8('\r\n');
