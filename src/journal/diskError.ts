import { RevenantError, messageOf, systemCodeOf } from '../base/errors.ts';

const fullCodes: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT'];

/** What the disk said, for people: `disk-full` when there is no room or no quota left, else `io`. */
export function toDiskError(error: unknown, directory: string): RevenantError {
  if (error instanceof RevenantError) {
    return error;
  }
  const cause = { cause: error };
  const reason = messageOf(error);
  return fullCodes.includes(systemCodeOf(error))
    ? new RevenantError('disk-full', `No room for the history in ${directory}: ${reason}. Free some space.`, cause)
    : new RevenantError(
        'io',
        `The history in ${directory} cannot be used: ${reason}. Check the disk and its permissions.`,
        cause,
      );
}
