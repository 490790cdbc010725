import { isRevenantError } from '../base/errors.ts';

/** What a shell script can test. Frozen since v1: new meanings get new numbers. */
export const exitCode = { success: 0, failure: 1, usage: 2, noSuchSession: 3, timeout: 4 } as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

export function exitCodeOf(error: unknown): ExitCode {
  if (!isRevenantError(error)) {
    return exitCode.failure;
  }
  switch (error.code) {
    case 'invalid-argument':
      return exitCode.usage;
    case 'session-not-found':
      return exitCode.noSuchSession;
    case 'timeout':
      return exitCode.timeout;
    default:
      return exitCode.failure;
  }
}
