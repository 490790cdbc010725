/** Runs asynchronous operations one after the other, in the order of the calls. A failure does not stop the next. */
export class SerialQueue {
  private _last: Promise<unknown> = Promise.resolve();

  run<T>(operation: () => Promise<T>): Promise<T> {
    const result = this._last.then(operation);
    this._last = result.catch(() => undefined);
    return result;
  }
}
