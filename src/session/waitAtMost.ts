import type { Clock } from '../base/clock.ts';

/** Waits for `promise`, but not longer than `limitMs` of the clock. Rejects when the promise does so in time. */
export async function waitAtMost(clock: Clock, limitMs: number, promise: Promise<void>): Promise<'done' | 'timeout'> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(limitMs, () => resolve('timeout'));
    promise
      .then(() => resolve('done'), reject)
      .finally(() => timer.dispose())
      // Whatever came of it was passed on above.
      .catch(() => undefined);
  });
}
