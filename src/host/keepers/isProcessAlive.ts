import { systemCodeOf } from '../../base/errors.ts';

/** Whether there is a process of this id, whoever it belongs to and even if it only waits to be reaped. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
}
