import { setTimeout as wait } from 'node:timers/promises';
import { RevenantError } from '../base/errors.ts';

/** Resolves after `ms` milliseconds. Rejects with `aborted` when the signal says so. */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw abortedError(error);
  }
}

/** Throws `aborted` when the signal has been given. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw abortedError(signal.reason);
  }
}

export function abortedError(cause: unknown): RevenantError {
  return new RevenantError('aborted', 'The wait for the session host was given up.', { cause });
}
