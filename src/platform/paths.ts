import { createHash, randomBytes } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import * as path from 'node:path';

export interface RevenantPaths {
  /** Sessions, staged runtimes, logs. Survives a reboot. */
  readonly data: string;
  /** Sockets, token, start lock. May be gone after a reboot. */
  readonly run: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where Revenant keeps things. `REVENANT_HOME` puts all of it in one place; else XDG Base Directory on Linux, the
 * platform's own elsewhere. `dataDirectory` (a setting) moves the data and, so that two data directories never share
 * a host, the sockets with it.
 */
export function resolvePaths(env: Environment = process.env, dataDirectory?: string): RevenantPaths {
  const home = env['REVENANT_HOME'] || dataDirectory;
  if (home) {
    const data = path.resolve(home);
    return { data, run: path.join(data, 'run') };
  }
  return { data: defaultDataDirectory(env), run: defaultRunDirectory(env) };
}

function defaultDataDirectory(env: Environment): string {
  switch (process.platform) {
    case 'win32':
      return path.join(env['LOCALAPPDATA'] || path.join(homedir(), 'AppData', 'Local'), 'revenant');
    case 'darwin':
      return path.join(homedir(), 'Library', 'Application Support', 'revenant');
    default:
      return path.join(absolute(env['XDG_STATE_HOME']) ?? path.join(homedir(), '.local', 'state'), 'revenant');
  }
}

function defaultRunDirectory(env: Environment): string {
  if (process.platform === 'win32') {
    return path.join(defaultDataDirectory(env), 'run');
  }
  const runtime = absolute(env['XDG_RUNTIME_DIR']);
  return runtime === undefined ? path.join(tmpdir(), `revenant-${userInfo().uid}`) : path.join(runtime, 'revenant');
}

/** XDG Base Directory: a path that is not absolute is to be ignored. */
function absolute(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

/** `sun_path` is 108 bytes on Linux and 104 on macOS, with a terminating zero. */
const socketPathLimitBytes = process.platform === 'darwin' ? 102 : 107;

/**
 * A fresh address to listen on: a socket in the run directory (moved under the temporary directory, named by a hash,
 * when its path is too long for the system), or on Windows a named pipe that nobody can guess, and so not squat.
 */
export function newSocketAddress(runDirectory: string, name: string): string {
  const unique = `${name}-${process.pid}-${randomBytes(4).toString('hex')}`;
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\revenant-${unique}-${randomBytes(16).toString('hex')}`;
  }
  const address = path.join(runDirectory, `${unique}.sock`);
  if (Buffer.byteLength(address) <= socketPathLimitBytes) {
    return address;
  }
  return path.join(shortSocketDirectory(runDirectory), `${unique}.sock`);
}

/** Where sockets of a run directory with a long path go; to be made with `ensurePrivateDirectory`. */
export function shortSocketDirectory(runDirectory: string): string {
  const hash = createHash('sha256').update(path.resolve(runDirectory)).digest('hex').slice(0, 16);
  return path.join('/tmp', `revenant-${userInfo().uid}-${hash}`);
}
