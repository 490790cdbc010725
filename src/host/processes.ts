import * as fs from 'node:fs/promises';
import { systemCodeOf } from '../base/errors.ts';

/** The arguments with which a process was started; undefined where the system does not tell (all but Linux). */
export async function tryReadCommandLine(pid: number): Promise<readonly string[] | undefined> {
  if (process.platform !== 'linux') {
    return undefined;
  }
  try {
    return (await fs.readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  } catch (error) {
    if (systemCodeOf(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}
