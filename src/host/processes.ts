import * as fs from 'node:fs/promises';
import { systemCodeOf } from '../base/errors.ts';

/** True when a process with this id exists, whoever owns it. A zombie counts. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and is another user's.
    return systemCodeOf(error) === 'EPERM';
  }
}

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
