import type { Clock } from '../../src/base/clock.ts';
import { type Disposable, toDisposable } from '../../src/base/disposable.ts';

/** A clock that a test moves by hand. */
export class ManualClock implements Clock {
  private _now: number;
  private _timers: { readonly at: number; readonly callback: () => void }[] = [];

  constructor(now = 1_000_000) {
    this._now = now;
  }

  now(): number {
    return this._now;
  }

  monotonicMs(): number {
    return this._now;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    const timer = { at: this._now + delayMs, callback };
    this._timers.push(timer);
    return toDisposable(() => (this._timers = this._timers.filter((other) => other !== timer)));
  }

  get pendingTimers(): number {
    return this._timers.length;
  }

  /** Moves time on, calling back what becomes due, in order. */
  advance(ms: number): void {
    const end = this._now + ms;
    for (;;) {
      const due = this._timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) {
        break;
      }
      this._timers = this._timers.filter((timer) => timer !== due);
      this._now = Math.max(this._now, due.at);
      due.callback();
    }
    this._now = end;
  }
}
