import { runInNewContext } from 'node:vm';
import { RevenantError, messageOf } from '../../base/errors.ts';

/** Time for one search. A pattern that backtracks without end would else stop the host and all sessions in it. */
const searchLimitMs = 1000;

/** Throws `invalid-argument` when the pattern is none. Flags: `m`, so that ^ and $ are lines, and `u`. */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'mu');
  } catch (error) {
    throw new RevenantError('invalid-argument', messageOf(error), { cause: error });
  }
}

/** Whether the text has a match. Throws `invalid-argument` when finding out takes longer than a second. */
export function matchesText(pattern: RegExp, text: string): boolean {
  try {
    return runInNewContext('pattern.test(text)', { pattern, text }, { timeout: searchLimitMs }) === true;
  } catch (error) {
    // An error of another realm: no `instanceof Error` is true for it.
    if ((error as { readonly code?: unknown } | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw error;
    }
    throw new RevenantError(
      'invalid-argument',
      `Searching for /${pattern.source}/ takes more than ${searchLimitMs} ms; use a pattern that backtracks less.`,
      { cause: error },
    );
  }
}
