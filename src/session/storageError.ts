import { RevenantError, messageOf, systemCodeOf } from '../base/errors.ts';

/** A system's error while something was stored, as one that people may be told of. */
export function toStorageError(what: string, error: unknown): RevenantError {
  if (error instanceof RevenantError) {
    return error;
  }
  const code = systemCodeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new RevenantError('disk-full', `${what}: the disk is full. Free some space and try again.`, { cause: error })
    : new RevenantError('io', `${what}: ${messageOf(error)}`, { cause: error });
}
