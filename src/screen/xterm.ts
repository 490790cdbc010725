// The door through which @xterm/headless comes in. It is a CommonJS bundle: its exports are on the default import.
import xterm from '@xterm/headless';

export const Terminal = xterm.Terminal;
export type Terminal = xterm.Terminal;
export type TerminalOptions = xterm.ITerminalOptions;
