import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { RevenantError, messageOf } from '../base/errors.ts';

/** Resolves when a process can start in `directory`. `directory-not-found`, naming it, when not. */
export async function checkDirectory(directory: string): Promise<void> {
  if (!path.isAbsolute(directory)) {
    throw new RevenantError(
      'invalid-argument',
      `The directory must be an absolute path; this one is not: ${directory}`,
    );
  }
  let isDirectory: boolean;
  try {
    isDirectory = (await fs.stat(directory)).isDirectory();
  } catch (error) {
    throw new RevenantError('directory-not-found', `There is no directory ${directory}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (!isDirectory) {
    throw new RevenantError('directory-not-found', `${directory} is not a directory.`);
  }
}

/** `directory`, else its nearest parent that exists (but not the root, which is nobody's place), else the home. */
export async function nearestDirectory(directory: string): Promise<string> {
  for (let candidate = directory; path.dirname(candidate) !== candidate; candidate = path.dirname(candidate)) {
    if (await isUsable(candidate)) {
      return candidate;
    }
  }
  return directory !== '' && path.dirname(directory) === directory && (await isUsable(directory))
    ? directory
    : homedir();
}

async function isUsable(directory: string): Promise<boolean> {
  try {
    await fs.access(directory, fs.constants.X_OK);
    return (await fs.stat(directory)).isDirectory();
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      return false;
    }
    throw error;
  }
}
