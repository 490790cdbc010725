import type { Clock } from '../base/clock.ts';
import { toDisposable } from '../base/disposable.ts';

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return toDisposable(() => clearTimeout(timer));
  },
};
