import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { isRevenantError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import type { Recorder } from '../journal/api.ts';
import { formatLocalTime, gapLine } from './boundary.ts';
import { concatBytes } from './bytes.ts';
import { sessionLimits } from './sessionLimits.ts';

export interface RecordingOptions {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Puts a changed `base` on disk. Called before output goes on after a gap. */
  readonly saveBase: (base: number) => Promise<void>;
}

/** How recording went wrong or right again, for people. */
export interface RecordingChange {
  /** What is wrong now; undefined when the disk takes everything again. */
  readonly problem: string | undefined;
  /** Bytes of output that are missing in the history, when it is right again. */
  readonly missingBytes: number;
}

/**
 * Records a session's output and knows which output of its process may be acknowledged to the keeper. `base` is the
 * journal position at the process's offset 0: position = base + offset.
 *
 * When the disk refuses, output waits, bounded in bytes and time; beyond that it is counted instead of recorded and
 * acknowledged all the same, so that the process goes on. When the disk is back, `base` moves down by what is missing,
 * on disk too, before anything else is recorded: whichever step a crash interrupts, the next host asks the keeper for
 * the right byte. (Should it ask for one too low, the keeper has forgotten it and starts at the first it has.)
 */
export class Recording implements Disposable {
  private readonly _recorder: Recorder;
  private readonly _clock: Clock;
  private readonly _log: Log;
  private readonly _saveBase: (base: number) => Promise<void>;
  private readonly _store = new DisposableStore();
  private readonly _onDidAdvance = this._store.add(new Emitter<void>());
  private readonly _onDidChange = this._store.add(new Emitter<RecordingChange>());
  private _mode: 'recording' | 'skipping' | 'returning' = 'recording';
  private _isRefused = false;
  private _base = 0;
  private _missingBytes = 0;
  private _problem: string | undefined;
  /** Output that arrived while returning. Bounded by the keeper, which gets no acknowledgement for it. */
  private _held: Uint8Array[] = [];
  private _returning: Promise<void> = Promise.resolve();
  private _timer: Disposable | undefined;

  /** `acknowledgeableOffset` grew. */
  readonly onDidAdvance = this._onDidAdvance.event;
  readonly onDidChange = this._onDidChange.event;

  constructor(options: RecordingOptions) {
    this._recorder = options.recorder;
    this._clock = options.clock;
    this._log = options.log;
    this._saveBase = options.saveBase;
    this._store.add(this._recorder.onDidWrite(() => this._onDidAdvance.fire()));
    this._store.add(this._recorder.onDidFail((error) => this._handleRefusal(error)));
    this._store.add(this._recorder.onDidRecover(() => this._handleRecovery()));
  }

  get base(): number {
    return this._base;
  }

  /** Where the next byte goes. */
  get acceptedPosition(): number {
    return this._recorder.acceptedPosition;
  }

  get sizeBytes(): number {
    return this._recorder.sizeBytes;
  }

  /** Every byte of the process below this offset is recorded, or counted as missing. */
  get acknowledgeableOffset(): number {
    return this._mode === 'recording'
      ? this._recorder.position - this._base
      : this._recorder.acceptedPosition - this._base + this._missingBytes;
  }

  /** A process starts, or is taken up, whose offset 0 is at `base`. */
  setBase(base: number): void {
    this._base = base;
  }

  append(bytes: Uint8Array): void {
    switch (this._mode) {
      case 'recording':
        this._recorder.append(bytes);
        if (this._isRefused && this._recorder.waitingBytes > sessionLimits.refusedBytes) {
          this._skip();
        }
        return;
      case 'skipping':
        this._missingBytes += bytes.length;
        this._onDidAdvance.fire();
        return;
      case 'returning':
        this._held.push(bytes);
        return;
    }
  }

  /** The keeper has no longer what comes next: `bytes` of output that a former host acknowledged unrecorded. */
  skip(bytes: number): void {
    this._missingBytes += bytes;
    if (this._mode === 'recording') {
      this._skip();
    }
    if (this._mode === 'skipping' && !this._isRefused) {
      this._return();
    }
  }

  resize(cols: number, rows: number): void {
    this._recorder.resize(cols, rows);
  }

  exit(exitCode: number): void {
    this._recorder.exit(exitCode);
  }

  mark(label: string): void {
    this._recorder.mark(label);
  }

  setLimit(limitBytes: number): void {
    this._recorder.setLimit(limitBytes);
  }

  /** Everything appended before the call is in the files. Rejects when the disk refuses. */
  async flush(): Promise<void> {
    await this._returning;
    await this._recorder.flush();
  }

  /** Flushes, syncs and closes. Rejects when the disk refuses; the recorder is closed all the same. */
  async close(): Promise<void> {
    await this._returning;
    this.dispose();
    await this._recorder.close();
  }

  dispose(): void {
    this._timer?.dispose();
    this._store.dispose();
  }

  private _handleRefusal(error: Error): void {
    if (this._isRefused) {
      return;
    }
    this._isRefused = true;
    this._setTimer(sessionLimits.refusedMs, () => {
      if (this._isRefused && this._mode === 'recording') {
        this._skip();
      }
    });
    if (this._problem === undefined) {
      const since = formatLocalTime(this._clock.now());
      this._problem = `${describeRefusal(error)}: output has not been recorded since ${since}; the session goes on.`;
      this._onDidChange.fire({ problem: this._problem, missingBytes: 0 });
    }
  }

  private _handleRecovery(): void {
    this._isRefused = false;
    if (this._mode === 'skipping') {
      this._return();
    } else if (this._mode === 'recording') {
      this._reportRecovery();
    }
  }

  private _skip(): void {
    this._mode = 'skipping';
    this._onDidAdvance.fire();
  }

  private _return(): void {
    this._mode = 'returning';
    this._returning = this._finishGap().catch((error: unknown) => {
      this._log.warn(`Recording cannot go on yet: ${messageOf(error)}`);
      this._missingBytes += this._takeHeld().length;
      this._skip();
      this._setTimer(sessionLimits.writeRetryMs, () => {
        if (this._mode === 'skipping' && !this._isRefused) {
          this._return();
        }
      });
    });
  }

  private async _finishGap(): Promise<void> {
    const line = gapLine(this._missingBytes);
    const base = this._base - this._missingBytes + line.length;
    await this._saveBase(base);
    this._base = base;
    this._mode = 'recording';
    this._recorder.mark(`gap ${this._missingBytes}`);
    // In one piece: a keyframe asked for by this very call equals the screen, which has the held bytes already.
    this._recorder.append(concatBytes([line, this._takeHeld()]));
    if (!this._isRefused) {
      this._reportRecovery();
    }
    this._missingBytes = 0;
  }

  private _reportRecovery(): void {
    this._timer?.dispose();
    this._problem = undefined;
    this._onDidChange.fire({ problem: undefined, missingBytes: this._missingBytes });
  }

  private _takeHeld(): Uint8Array {
    const held = concatBytes(this._held);
    this._held = [];
    return held;
  }

  private _setTimer(delayMs: number, callback: () => void): void {
    this._timer?.dispose();
    this._timer = this._clock.schedule(delayMs, callback);
  }
}

function describeRefusal(error: Error): string {
  return isRevenantError(error, 'disk-full')
    ? 'The disk is full'
    : `The history cannot be written (${messageOf(error)})`;
}
