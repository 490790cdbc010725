import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { systemCodeOf } from '../base/errors.ts';
import { privateMode } from '../platform/privateFiles.ts';
import { ensureToken } from '../platform/token.ts';

/**
 * Puts the token file back after the run directory was wiped: keepers and clients go on with the token that they know.
 * Resolves with what the file holds then, which is another token when a client was quicker to make a new one.
 */
export async function restoreToken(runDirectory: string, token: string): Promise<string> {
  const file = path.join(runDirectory, 'token');
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await fs.writeFile(temporary, token, { flag: 'wx', mode: privateMode.file });
  try {
    await fs.link(temporary, file);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    await fs.rm(temporary, { force: true });
  }
  return ensureToken(runDirectory);
}
