import { userInfo } from 'node:os';
import * as path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Login shells that only say no: accounts of services have them. */
const refusingShells = new Set(['false', 'nologin']);

/**
 * The shell to start when none was asked for: `$SHELL`, else the login shell of the user, else the system's own.
 * Windows: Windows PowerShell, which is always there.
 */
export function getDefaultShell(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') {
    const root = env['SystemRoot'] || env['SYSTEMROOT'] || 'C:\\Windows';
    return path.win32.join(root, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  }
  return usable(env['SHELL']) ?? usable(loginShell()) ?? (platform === 'darwin' ? '/bin/zsh' : '/bin/sh');
}

function usable(shell: string | null | undefined): string | undefined {
  return shell && path.posix.isAbsolute(shell) && !refusingShells.has(path.posix.basename(shell)) ? shell : undefined;
}

function loginShell(): string | null {
  try {
    return userInfo().shell;
  } catch (error) {
    // A uid without an entry in the user database, as in many containers.
    if (error instanceof Error && 'code' in error) {
      return null;
    }
    throw error;
  }
}
