import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { sessionLimits } from './sessionLimits.ts';

/** Lets a notification through at once when the last one is long enough ago, else once, later. */
export class ChangeNotifier implements Disposable {
  private readonly _clock: Clock;
  private readonly _notify: () => void;
  private _lastMs = Number.NEGATIVE_INFINITY;
  private _timer: Disposable | undefined;
  private _isDisposed = false;

  constructor(clock: Clock, notify: () => void) {
    this._clock = clock;
    this._notify = notify;
  }

  notify(): void {
    if (this._isDisposed || this._timer !== undefined) {
      return;
    }
    const waitMs = this._lastMs + sessionLimits.changedIntervalMs - this._clock.monotonicMs();
    if (waitMs <= 0) {
      this._fire();
    } else {
      this._timer = this._clock.schedule(waitMs, () => this._fire());
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this._timer?.dispose();
  }

  private _fire(): void {
    this._timer = undefined;
    this._lastMs = this._clock.monotonicMs();
    this._notify();
  }
}
