import type { Clock } from '../../../../src/base/clock.ts';
import { type Disposable, toDisposable } from '../../../../src/base/disposable.ts';

/** A clock that the test moves by hand. */
export class ManualClock implements Clock {
  private _nowMs = 1_000;
  private readonly _timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  now(): number {
    return 1_700_000_000_000 + this._nowMs;
  }

  monotonicMs(): number {
    return this._nowMs;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    const timer = { dueMs: this._nowMs + delayMs, callback };
    this._timers.add(timer);
    return toDisposable(() => this._timers.delete(timer));
  }

  /** Lets so much time pass, calling back in order. */
  advance(ms: number): void {
    const endMs = this._nowMs + ms;
    for (;;) {
      const due = [...this._timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (due === undefined) {
        break;
      }
      this._nowMs = Math.max(this._nowMs, due.dueMs);
      this._timers.delete(due);
      due.callback();
    }
    this._nowMs = endMs;
  }

  get pendingTimers(): number {
    return this._timers.size;
  }
}
