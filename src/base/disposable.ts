/** Something that holds a resource. `dispose` is synchronous, may be called again and never throws. */
export interface Disposable {
  dispose(): void;
}

/** Makes a disposable of a function that is called at most once. */
export function toDisposable(release: () => void): Disposable {
  let released = false;
  return {
    dispose() {
      if (released) {
        return;
      }
      released = true;
      release();
    },
  };
}

/** Disposes of everything that was added to it, latest first. What is added after that is disposed of at once. */
export class DisposableStore implements Disposable {
  private readonly _items = new Set<Disposable>();
  private _isDisposed = false;

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  add<T extends Disposable>(item: T): T {
    if (this._isDisposed) {
      item.dispose();
    } else {
      this._items.add(item);
    }
    return item;
  }

  /** Disposes of one item now and forgets it. */
  delete(item: Disposable): void {
    if (this._items.delete(item)) {
      item.dispose();
    }
  }

  dispose(): void {
    this._isDisposed = true;
    const items = [...this._items].reverse();
    this._items.clear();
    for (const item of items) {
      item.dispose();
    }
  }
}
