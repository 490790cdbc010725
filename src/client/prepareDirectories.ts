import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { messageOf, RevenantError } from '../base/errors.ts';
import type { RevenantPaths } from '../platform/paths.ts';
import { ensurePrivateDirectory } from '../platform/privateFiles.ts';
import { ensureToken } from '../platform/token.ts';

/**
 * Makes the data and the run directory and the token, as far as they are not there, and returns the token. Throws
 * `data-dir-unusable` when a directory is not a private one of the user's or cannot be written to.
 */
export async function prepareDirectories(paths: RevenantPaths): Promise<string> {
  for (const directory of [paths.data, paths.run]) {
    await ensurePrivateDirectory(directory);
    try {
      await fs.access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw new RevenantError('data-dir-unusable', `${directory} is not writable for you.`, { cause: error });
    }
  }
  try {
    return await ensureToken(paths.run);
  } catch (error) {
    if (error instanceof RevenantError) {
      throw error;
    }
    // A full disk or a read-only file system shows here first.
    throw new RevenantError('data-dir-unusable', `${paths.run} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}
