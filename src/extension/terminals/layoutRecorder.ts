import type { Memento } from 'vscode';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { type TerminalLayout, tryParseLayout } from './layout.ts';

const storeKey = 'revenant.layout';

/** Opening and moving a tab brings several events; the layout in between is worth nothing. */
const settleMs = 200;

export interface LayoutRecorderOptions {
  readonly store: Memento;
  readonly clock: Clock;
  readonly log: Log;
  /** The layout as it is; undefined while it is not to be trusted, as when the window is closing. */
  readonly describe: () => TerminalLayout | undefined;
}

/**
 * Writes the layout whenever it has changed. When the extension host stops it is too late: VS Code closes every terminal
 * first and takes no state any more.
 */
export class LayoutRecorder implements Disposable {
  private readonly _options: LayoutRecorderOptions;
  private _pending: Disposable | undefined;
  private _written: string | undefined;
  private _isDisposed = false;

  constructor(options: LayoutRecorderOptions) {
    this._options = options;
  }

  /** What was written last, by this window or the one before it; undefined when there is nothing of use. */
  read(): TerminalLayout | undefined {
    return tryParseLayout(this._options.store.get(storeKey));
  }

  /** Something may have changed. */
  schedule(): void {
    // Once disposed, the terminals are gone: an empty layout would take the place of the good one. And a wait that began
    // again with each change would never end in a window where something changes all the time.
    if (this._isDisposed || this._pending !== undefined) {
      return;
    }
    this._pending = this._options.clock.schedule(settleMs, () => {
      this._pending = undefined;
      this._write();
    });
  }

  dispose(): void {
    this._isDisposed = true;
    this._pending?.dispose();
    this._pending = undefined;
  }

  private _write(): void {
    const layout = this._options.describe();
    const text = JSON.stringify(layout);
    if (layout === undefined || text === this._written) {
      return;
    }
    this._written = text;
    this._options.store.update(storeKey, layout).then(undefined, (error: unknown) => {
      this._written = undefined;
      this._options.log.warn(`The layout of the terminals was not stored: ${messageOf(error)}`);
    });
  }
}
