import { cleanEnvironment } from '../platform/cleanEnvironment.ts';

/**
 * What the terminal from which the command is run says of itself. A session is shown by other terminals, later ones,
 * so none of it is true for it; programs would talk to a tmux or a kitty that does not show them.
 */
const outerTerminalPattern =
  /^(TERM_PROGRAM|TERM_PROGRAM_VERSION|TERM_SESSION_ID|ITERM_.*|LC_TERMINAL|LC_TERMINAL_VERSION|KITTY_.*|WEZTERM_.*|ALACRITTY_.*|GHOSTTY_.*|KONSOLE_.*|VTE_VERSION|WT_SESSION|WT_PROFILE_ID|WINDOWID|TMUX|TMUX_PANE|STY|WINDOW|ZELLIJ.*|LINES|COLUMNS|TERMINFO|TERMCAP)$/;

/** The environment of a shell that is started from a command line: that of the caller, for an emulated xterm. */
export function sessionEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const clean = Object.entries(cleanEnvironment(env)).filter(([name]) => !outerTerminalPattern.test(name));
  return { ...Object.fromEntries(clean), TERM: 'xterm-256color', COLORTERM: 'truecolor' };
}
