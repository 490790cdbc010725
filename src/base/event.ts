import { type Disposable, toDisposable } from './disposable.ts';

/** Subscribes a listener; the returned disposable ends the subscription. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** What a listener threw; a listener's failure never stops the others or the one who fires. */
export type ListenerErrorHandler = (error: unknown) => void;

let handleListenerError: ListenerErrorHandler = (error) => {
  throw error;
};

/** Sets where errors thrown by listeners go, for the whole process. Without it they are thrown to whoever fires. */
export function setListenerErrorHandler(handler: ListenerErrorHandler): void {
  handleListenerError = handler;
}

/** Hands an error to the handler in a turn of its own, for those into whom nothing may be thrown. */
export function reportListenerError(error: unknown): void {
  void Promise.resolve().then(() => handleListenerError(error));
}

/** The owner's side of an event: others get `event`, the owner calls `fire`. */
export class Emitter<T> implements Disposable {
  private _listeners: ((value: T) => void)[] = [];
  private _isDisposed = false;

  readonly event: Event<T> = (listener) => {
    if (this._isDisposed) {
      return toDisposable(() => undefined);
    }
    this._listeners = [...this._listeners, listener];
    return toDisposable(() => {
      const index = this._listeners.indexOf(listener);
      if (index >= 0) {
        this._listeners = this._listeners.toSpliced(index, 1);
      }
    });
  };

  get hasListeners(): boolean {
    return this._listeners.length > 0;
  }

  /** Calls every listener that is subscribed now, in the order of subscription. */
  fire(value: T): void {
    for (const listener of this._listeners) {
      try {
        listener(value);
      } catch (error) {
        handleListenerError(error);
      }
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this._listeners = [];
  }
}
