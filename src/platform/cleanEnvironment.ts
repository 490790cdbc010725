type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that belong to one VS Code window, to Electron or to a Snap package. In a process that outlives the window
 * they are wrong sooner or later: sockets that are gone, a debugger's preload file that no longer exists and then
 * fails every `node`, a program that believes to be Electron. VS Code itself removes most of them from its terminals.
 */
const windowPrefixes = ['VSCODE_', 'ELECTRON_', 'SNAP_', 'GDK_PIXBUF_'] as const;
const windowNames: ReadonlySet<string> = new Set([
  'APPLICATION_INSIGHTS_NO_DIAGNOSTIC_CHANNEL',
  'APPLICATIONINSIGHTS_CONFIGURATION_CONTENT',
  'CHROME_DESKTOP',
  'NODE_OPTIONS',
  'SNAP',
]);
/** Scripts of VS Code's git extension that ask the window for a password through the variables removed above. */
const askpassNames: ReadonlySet<string> = new Set(['GIT_ASKPASS', 'SSH_ASKPASS']);

/** A copy of an environment without what belongs to a window: for the session host, the keepers and the shells. */
export function cleanEnvironment(env: Environment): Record<string, string> {
  const hasAskpass = env['VSCODE_GIT_ASKPASS_MAIN'] !== undefined;
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // Names are case-insensitive on Windows.
    const upper = name.toUpperCase();
    if (
      value === undefined ||
      windowNames.has(upper) ||
      windowPrefixes.some((prefix) => upper.startsWith(prefix)) ||
      (hasAskpass && askpassNames.has(upper))
    ) {
      continue;
    }
    clean[name] = value;
  }
  return clean;
}
