import type { Clock } from '../../src/base/clock.ts';
import { type Disposable, toDisposable } from '../../src/base/disposable.ts';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  private _epochMs: number;
  private _elapsedMs = 0;
  private readonly _timers = new Set<Timer>();

  /** `epochMs`: what `now()` begins with; whole seconds make asciicast headers exact. */
  constructor(epochMs = Date.UTC(2025, 0, 1)) {
    this._epochMs = epochMs;
  }

  /** Timers that are waiting. */
  get pendingTimers(): number {
    return this._timers.size;
  }

  /** Time until the next timer; undefined when none is waiting. */
  get nextDelayMs(): number | undefined {
    const next = this._earliest(Number.POSITIVE_INFINITY);
    return next === undefined ? undefined : next.dueMs - this._elapsedMs;
  }

  now(): number {
    return this._epochMs + this._elapsedMs;
  }

  monotonicMs(): number {
    return this._elapsedMs;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    const timer: Timer = { dueMs: this._elapsedMs + Math.max(0, delayMs), callback };
    this._timers.add(timer);
    return toDisposable(() => this._timers.delete(timer));
  }

  /** Moves on by `ms` and calls what is due on the way, in the order of the times. */
  advance(ms: number): void {
    const endMs = this._elapsedMs + ms;
    for (let next = this._earliest(endMs); next !== undefined; next = this._earliest(endMs)) {
      this._timers.delete(next);
      this._elapsedMs = Math.max(this._elapsedMs, next.dueMs);
      next.callback();
    }
    this._elapsedMs = endMs;
  }

  /** Sets the system's clock, as a user or NTP does: only `now()` jumps. */
  jump(ms: number): void {
    this._epochMs += ms;
  }

  private _earliest(endMs: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this._timers) {
      if (timer.dueMs <= endMs && (earliest === undefined || timer.dueMs < earliest.dueMs)) {
        earliest = timer;
      }
    }
    return earliest;
  }
}
