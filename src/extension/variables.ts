/** What variables in settings stand for: the ones of VS Code's that make sense for a terminal. */
export interface VariableContext {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The workspace's folders; the one that `${workspaceFolder}` stands for is first. */
  readonly folders: readonly { readonly name: string; readonly directory: string }[];
}

export interface ResolvedText {
  readonly text: string;
  /** The variables that could not be resolved, as written; they are left in the text. */
  readonly unresolved: readonly string[];
}

/**
 * Replaces `${workspaceFolder}`, `${workspaceFolder:name}`, `${workspaceFolderBasename}`, `${userHome}`, `${env:NAME}`
 * and `${pathSeparator}`. An environment variable that is not set is empty, as in VS Code.
 */
export function resolveVariables(text: string, context: VariableContext): ResolvedText {
  const unresolved: string[] = [];
  const resolved = text.replace(/\$\{([^}]*)\}/g, (whole, expression: string) => {
    const value = valueOf(expression, context);
    if (value === undefined) {
      unresolved.push(whole);
    }
    return value ?? whole;
  });
  return { text: resolved, unresolved };
}

/** Replaces a leading `~` (alone or before a separator) by the home directory. */
export function expandHome(directory: string, home: string): string {
  return /^~(?=$|[/\\])/.test(directory) ? home + directory.slice(1) : directory;
}

function valueOf(expression: string, { home, env, folders }: VariableContext): string | undefined {
  const colon = expression.indexOf(':');
  const name = colon < 0 ? expression : expression.slice(0, colon);
  const argument = colon < 0 ? undefined : expression.slice(colon + 1);
  switch (name) {
    case 'workspaceFolder':
      return argument === undefined
        ? folders[0]?.directory
        : folders.find((folder) => folder.name === argument)?.directory;
    case 'workspaceFolderBasename':
      return folders[0]?.name;
    case 'userHome':
      return home;
    case 'env':
      return argument === undefined ? undefined : (env[argument] ?? '');
    case 'pathSeparator':
    case '/':
      return process.platform === 'win32' ? '\\' : '/';
    default:
      return undefined;
  }
}
