import { type Disposable, toDisposable } from '../../base/disposable.ts';

/**
 * An event that only the newest listener gets. VS Code's "Relaunch Terminal" opens the same Pseudoterminal again and
 * subscribes a second time without giving up its first subscriptions: with an ordinary event everything would be
 * written twice.
 */
export class NewestListenerEvent<T> {
  private _listener: ((value: T) => void) | undefined;

  readonly event = (listener: (value: T) => void): Disposable => {
    this._listener = listener;
    return toDisposable(() => {
      if (this._listener === listener) {
        this._listener = undefined;
      }
    });
  };

  fire(value: T): void {
    this._listener?.(value);
  }
}
