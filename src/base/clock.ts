import type { Disposable } from './disposable.ts';

/** Time, as a part sees it. Tests give one that they move by hand. */
export interface Clock {
  /** Milliseconds since the epoch; may jump when the system's clock is set. */
  now(): number;
  /** Milliseconds that never go back, from an arbitrary start. For durations and intervals. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`, unless disposed of before. Does not keep the process alive. */
  schedule(delayMs: number, callback: () => void): Disposable;
}
