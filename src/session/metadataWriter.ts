import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { tryReadText, writePrivateFile } from '../platform/privateFiles.ts';
import { formatMetadata, type SessionMetadata } from './metadata.ts';
import { sessionLimits } from './sessionLimits.ts';

/**
 * The one writer of a session's metadata file. Writes only what changed; changes made while a write is under way
 * share the next one. A write that failed is tried again until one succeeds.
 */
export class MetadataWriter implements Disposable {
  private readonly _file: string;
  private readonly _clock: Clock;
  private readonly _log: Log;
  private readonly _read: () => SessionMetadata;
  /** What the file holds; undefined until it is known. */
  private _written: string | undefined;
  private _dueMs = 0;
  private _last: Promise<void> = Promise.resolve();
  private _next: Promise<void> | undefined;
  private _timer: Disposable | undefined;
  private _savedCallbacks: (() => void)[] = [];
  private _isDisposed = false;

  /** `read` gives the metadata as they are at the moment of a write. */
  constructor(options: { file: string; clock: Clock; log: Log; read: () => SessionMetadata }) {
    this._file = options.file;
    this._clock = options.clock;
    this._log = options.log;
    this._read = options.read;
  }

  /** Something that may be lost in a crash changed: written within `limitMs`, together with what else changes. */
  writeSoon(limitMs: number = sessionLimits.lazyWriteMs): void {
    this._schedule(limitMs);
  }

  /** Resolves when everything that was changed before the call is on disk. Rejects with the system's error. */
  flush(): Promise<void> {
    if (this._next === undefined) {
      const next = this._last.then(() => {
        this._next = undefined;
        return this._write();
      });
      this._next = next;
      this._last = next.catch(() => undefined);
    }
    return this._next;
  }

  /** Calls back once what is in the metadata now is on disk, however long that takes. */
  onceSaved(callback: () => void): void {
    this._savedCallbacks.push(callback);
    // A failure is logged and tried again by the write itself; the callbacks wait for the one that succeeds.
    this.flush().catch(() => undefined);
  }

  /** Resolves when no write is under way; none begins afterwards. */
  async close(): Promise<void> {
    this.dispose();
    await this._last;
  }

  dispose(): void {
    this._isDisposed = true;
    this._timer?.dispose();
    this._timer = undefined;
    this._savedCallbacks = [];
  }

  private async _write(): Promise<void> {
    this._written ??= await this._tryReadFile();
    if (this._isDisposed) {
      return;
    }
    this._timer?.dispose();
    this._timer = undefined;
    const callbacks = this._savedCallbacks;
    this._savedCallbacks = [];
    const content = formatMetadata(this._read());
    if (content !== this._written) {
      try {
        await writePrivateFile(this._file, content);
      } catch (error) {
        this._log.warn(`${this._file} could not be written: ${messageOf(error)}`);
        this._savedCallbacks.unshift(...callbacks);
        this._schedule(sessionLimits.writeRetryMs);
        throw error;
      }
      this._written = content;
    }
    for (const callback of callbacks) {
      callback();
    }
  }

  /** A host that leaves closes every session: those that it did not touch are not to cost a write each. */
  private async _tryReadFile(): Promise<string | undefined> {
    try {
      return await tryReadText(this._file);
    } catch (error) {
      // Writing it will tell what is wrong with it, if that lasts.
      this._log.debug(`${this._file} could not be read before it is written: ${messageOf(error)}`);
      return undefined;
    }
  }

  private _schedule(delayMs: number): void {
    const dueMs = this._clock.monotonicMs() + delayMs;
    if (this._isDisposed || (this._timer !== undefined && this._dueMs <= dueMs)) {
      return;
    }
    this._timer?.dispose();
    this._dueMs = dueMs;
    this._timer = this._clock.schedule(delayMs, () => {
      this._timer = undefined;
      // Logged and scheduled again where it failed.
      this.flush().catch(() => undefined);
    });
  }
}
