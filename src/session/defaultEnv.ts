type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that belong to one window, to Electron, to a debugger, to a package's sandbox or to one terminal. A session
 * outlives what they point to: a dead `VSCODE_IPC_HOOK_CLI` breaks `code`, a bootloader in NODE_OPTIONS that is gone
 * breaks every `node`.
 */
const windowPrefixes = ['VSCODE_', 'ELECTRON_', 'SNAP_', 'REVENANT_', 'CHROME_', 'TERM_PROGRAM'];
const windowVariables = new Set([
  'SNAP',
  'ORIGINAL_XDG_CURRENT_DESKTOP',
  'GDK_PIXBUF_MODULE_FILE',
  'GDK_PIXBUF_MODULEDIR',
  'GIO_LAUNCHED_DESKTOP_FILE',
  'GIO_LAUNCHED_DESKTOP_FILE_PID',
  'NO_AT_BRIDGE',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_TEST_CONTEXT',
  'APPLICATION_INSIGHTS_NO_DIAGNOSTIC_CHANNEL',
  'COLUMNS',
  'LINES',
  'TERMCAP',
  'TERM_SESSION_ID',
  'TMUX',
  'TMUX_PANE',
  'STY',
  'WINDOW',
  'WINDOWID',
  'WT_SESSION',
  'WT_PROFILE_ID',
  'SHLVL',
  'OLDPWD',
  '_',
]);

/** `$REVENANT_HOME` says which sessions a command line talks to: a shell inside one must reach its own. */
const keptVariables = new Set(['REVENANT_HOME']);

/** Options that a debugger put into NODE_OPTIONS; other options are the user's and stay. */
const debuggerOption = /\s*(?:--inspect(?:-\w+)*(?:=\S+)?|(?:--require|-r|--import)[ =]("[^"]*"|\S+))/g;
const debuggerFile = /js-debug|vscode|bootloader|--inspect/i;

/** The environment of a new process when none was given: the host's own, freed of what must not outlive a window. */
export function getDefaultEnv(env: Environment = process.env): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !isOfWindow(name)) {
      result[name] = value;
    }
  }
  const nodeOptions = result['NODE_OPTIONS']
    ?.replace(debuggerOption, (option) => (debuggerFile.test(option) ? '' : option))
    .trim();
  if (nodeOptions === '') {
    delete result['NODE_OPTIONS'];
  } else if (nodeOptions !== undefined) {
    result['NODE_OPTIONS'] = nodeOptions;
  }
  // What the emulator is: every client draws with xterm.js.
  result['TERM'] = 'xterm-256color';
  result['COLORTERM'] = 'truecolor';
  return result;
}

function isOfWindow(name: string): boolean {
  if (keptVariables.has(name)) {
    return false;
  }
  return windowVariables.has(name) || windowPrefixes.some((prefix) => name.startsWith(prefix));
}
