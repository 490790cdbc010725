import { randomBytes, timingSafeEqual } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { RevenantError, systemCodeOf } from '../base/errors.ts';
import { privateMode, tryReadText } from './privateFiles.ts';

const tokenPattern = /^[0-9a-f]{64}$/;

/**
 * The secret that host and keepers want to hear before anything else: 64 hexadecimal digits in `<run>/token`. Made by
 * whoever is first; several at once end up with the same one. The run directory must be private already.
 *
 * @param known the token to put back when the file is gone (the run directory was wiped); without it a new one is made.
 */
export async function ensureToken(runDirectory: string, known?: string): Promise<string> {
  const file = path.join(runDirectory, 'token');
  const present = await tryReadText(file);
  if (present !== undefined) {
    return checked(present, file);
  }
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await fs.writeFile(temporary, known ?? randomBytes(32).toString('hex'), { flag: 'wx', mode: privateMode.file });
  try {
    // A link fails when the name is taken, where a rename would replace what another process already uses.
    await fs.link(temporary, file);
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    await fs.rm(temporary, { force: true });
  }
  return checked((await tryReadText(file)) ?? '', file);
}

function checked(text: string, file: string): string {
  if (!tokenPattern.test(text)) {
    throw new RevenantError(
      'unauthorized',
      `${file} does not hold a token. Delete it when no session runs; it is made again.`,
    );
  }
  return text;
}

/** Compares in a time that does not depend on how much of the token is right. */
export function isSameToken(expected: string, actual: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(actual);
  return a.length === b.length && timingSafeEqual(a, b);
}
