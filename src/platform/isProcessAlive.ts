import { systemCodeOf } from '../base/errors.ts';

/** True when a process with this id exists, whoever owns it. A zombie counts. */
export function isProcessAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) {
    return false;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return systemCodeOf(error) === 'EPERM';
  }
}
