import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { RevenantError, messageOf, systemCodeOf } from '../base/errors.ts';

type Environment = Readonly<Record<string, string>>;

const isWindows = process.platform === 'win32';

/** What `execvp` searches when there is no PATH (POSIX leaves it open; this is what glibc and macOS take). */
const defaultPath = isWindows ? '' : '/usr/bin:/bin';

/** Throws `directory-not-found` when a process cannot be started in this directory. */
export async function checkDirectory(directory: string): Promise<void> {
  try {
    const stat = await fs.stat(directory);
    if (!stat.isDirectory()) {
      throw new RevenantError(
        'directory-not-found',
        `${directory} is not a directory. Choose another one to start in.`,
      );
    }
    await fs.access(directory, constants.X_OK);
  } catch (error) {
    if (error instanceof RevenantError) {
      throw error;
    }
    const cause =
      systemCodeOf(error) === 'ENOENT'
        ? 'does not exist'
        : `cannot be entered (${systemCodeOf(error) ?? messageOf(error)})`;
    throw new RevenantError('directory-not-found', `The directory ${directory} ${cause}.`, { cause: error });
  }
}

/**
 * The absolute path of the program that `file` means: itself when absolute, relative to `cwd` when it has a slash, else
 * the first of that name that can be run on the PATH of `env` (POSIX `execvp`; on Windows with the endings of PATHEXT).
 * Throws `shell-not-found` or `shell-not-executable`.
 */
export async function lookUpCommand(file: string, cwd: string, env: Environment): Promise<string> {
  const hasDirectory = file.includes('/') || (isWindows && /[\\:]/.test(file));
  const searchPath = findVariable(env, 'PATH') ?? defaultPath;
  const directories = hasDirectory ? [''] : searchPath.split(path.delimiter);
  let refusal: string | undefined;
  for (const directory of file === '' ? [] : directories) {
    for (const ending of endings(file, env)) {
      const candidate = path.resolve(cwd, directory, file + ending);
      const verdict = await inspect(candidate);
      if (verdict === 'executable') {
        return candidate;
      }
      refusal ??= verdict;
    }
  }
  if (refusal !== undefined) {
    throw new RevenantError('shell-not-executable', refusal);
  }
  throw new RevenantError(
    'shell-not-found',
    hasDirectory
      ? `${path.resolve(cwd, file)} does not exist.`
      : `There is no program "${file}" on the PATH (${searchPath}).`,
  );
}

/** 'executable', undefined when there is nothing, else a sentence that says why it cannot be run. */
async function inspect(candidate: string): Promise<string | undefined> {
  try {
    const stat = await fs.stat(candidate);
    if (stat.isDirectory()) {
      return `${candidate} is a directory, not a program.`;
    }
    await fs.access(candidate, constants.X_OK);
    return 'executable';
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    return code === 'EACCES'
      ? `${candidate} may not be executed by this user.`
      : `${candidate} cannot be run: ${messageOf(error)}`;
  }
}

function endings(file: string, env: Environment): string[] {
  if (!isWindows) {
    return [''];
  }
  const known = (findVariable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  return path.extname(file) === '' ? known : ['', ...known];
}

/** Windows does not tell `Path` from `PATH`. */
function findVariable(env: Environment, name: string): string | undefined {
  const key = isWindows ? Object.keys(env).find((key) => key.toUpperCase() === name) : name;
  return key === undefined ? undefined : env[key];
}
