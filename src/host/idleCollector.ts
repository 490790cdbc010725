import type { Clock } from '../base/clock.ts';
import { type Disposable, toDisposable } from '../base/disposable.ts';

const collectorLimits = {
  /** How often it looks, in ms. A screen is parked after a minute without use, and then there is something to free. */
  intervalMs: 30_000,
  /** Busy for more than this part of an interval: there is garbage, and somebody who would notice a pause. */
  busyShare: 0.05,
} as const;

export interface IdleCollectorOptions {
  readonly clock: Clock;
  /** How long the process was busy so far, in ms. */
  readonly busyMs: () => number;
  readonly collect: () => void;
}

/**
 * Gives memory back when a busy time is over. V8 collects when it allocates: a host that has nothing to do after a
 * flood would keep the flood's garbage, and the lines of screens that were parked since, for hours.
 */
export function collectWhenIdle({ clock, busyMs, collect }: IdleCollectorOptions): Disposable {
  let isDue = false;
  let lastBusyMs = busyMs();
  let idleIntervals = 0;
  let timer: Disposable;
  const look = (): void => {
    const nowBusyMs = busyMs();
    const isBusy = nowBusyMs - lastBusyMs > collectorLimits.intervalMs * collectorLimits.busyShare;
    lastBusyMs = nowBusyMs;
    idleIntervals = isBusy ? 0 : idleIntervals + 1;
    isDue ||= isBusy;
    // Not in the first one: screens are parked only after a minute.
    if (isDue && idleIntervals >= 3) {
      isDue = false;
      collect();
      // What it took counts for no busy time.
      lastBusyMs = busyMs();
    }
    timer = clock.schedule(collectorLimits.intervalMs, look);
  };
  timer = clock.schedule(collectorLimits.intervalMs, look);
  return toDisposable(() => timer.dispose());
}
