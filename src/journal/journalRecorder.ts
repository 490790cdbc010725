import type { Disposable } from '../base/disposable.ts';
import { RevenantError, messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Recorder, RecorderOptions } from './api.ts';
import { toDiskError } from './diskError.ts';
import type { PlainEventCode } from './eventEncoder.ts';
import type { JournalFiles } from './journalFiles.ts';
import { journalLimits } from './journalLimits.ts';
import { type OutputBatch, takeBatch } from './outputBatch.ts';
import { type PendingRoll, PendingQueue } from './pendingQueue.ts';
import type { RecoveredJournal } from './recoverJournal.ts';
import { SegmentChain } from './segmentChain.ts';

type Progress = 'written' | 'rolled' | 'none';

/**
 * Writes a journal. What is accepted waits in a queue; one loop at a time takes it from there to the disk, so that
 * there is one write under way at most. A batch that failed is kept and written again, the same bytes at the same place.
 *
 * Chunks are kept, not copied, until they are written: who appends must not change them.
 */
export class JournalRecorder implements Recorder {
  private readonly _options: RecorderOptions;
  private readonly _chain: SegmentChain;
  private readonly _queue = new PendingQueue();
  private readonly _onDidWrite = new Emitter<number>();
  private readonly _onDidFail = new Emitter<Error>();
  private readonly _onDidRecover = new Emitter<void>();
  readonly onDidWrite = this._onDidWrite.event;
  readonly onDidFail = this._onDidFail.event;
  readonly onDidRecover = this._onDidRecover.event;

  private _batch: OutputBatch | undefined;
  /** The border in the queue; there is one at most. */
  private _roll: PendingRoll | undefined;
  private _position: number;
  private _acceptedPosition: number;
  private _cols: number;
  private _rows: number;
  private _failure: RevenantError | undefined;
  private _isRunning = false;
  /** The time to write came while the loop was at it. */
  private _isDue = false;
  private _isClosing = false;
  private _closing: Promise<void> | undefined;
  private _isReleased = false;
  private _immediate: NodeJS.Immediate | undefined;
  private _writeTimer: Disposable | undefined;
  private _retryTimer: Disposable | undefined;
  private _syncTimer: Disposable | undefined;

  private constructor(options: RecorderOptions, chain: SegmentChain, position: number) {
    this._options = options;
    this._chain = chain;
    this._position = position;
    this._acceptedPosition = position;
    this._cols = options.cols;
    this._rows = options.rows;
  }

  /** Goes on where `recovered` ends. A first segment is made when there is something to write into it. */
  static async open(
    options: RecorderOptions,
    files: JournalFiles,
    recovered: RecoveredJournal,
  ): Promise<JournalRecorder> {
    checkLimit(options.limitBytes);
    const chain = await SegmentChain.open(options, files, recovered);
    const recorder = new JournalRecorder(options, chain, recovered.position);
    if (recovered.newest === undefined) {
      recorder._pushRoll({ state: 'none' });
      return recorder;
    }
    recorder._cols = recovered.newest.end.cols;
    recorder._rows = recovered.newest.end.rows;
    recorder.resize(options.cols, options.rows);
    return recorder;
  }

  get position(): number {
    return this._position;
  }

  get acceptedPosition(): number {
    return this._acceptedPosition;
  }

  get waitingBytes(): number {
    return this._acceptedPosition - this._position;
  }

  get sizeBytes(): number {
    return this._chain.sizeBytes;
  }

  append(bytes: Uint8Array): void {
    this._checkOpen();
    if (bytes.length === 0) {
      return;
    }
    this._queue.pushOutput(bytes, this._options.clock.monotonicMs());
    this._acceptedPosition += bytes.length;
    if (this._roll === undefined && this._isFull()) {
      this._requestRoll();
    }
    this._kick();
  }

  resize(cols: number, rows: number): void {
    this._checkOpen();
    if (cols === this._cols && rows === this._rows) {
      return;
    }
    this._cols = cols;
    this._rows = rows;
    this._pushEvent('r', `${cols}x${rows}`);
  }

  mark(label: string): void {
    this._checkOpen();
    this._pushEvent('m', label);
  }

  exit(exitCode: number): void {
    this._checkOpen();
    this._pushEvent('x', String(exitCode));
  }

  async flush(): Promise<void> {
    this._checkOpen();
    if (this._failure !== undefined) {
      throw this._failure;
    }
    await this._passBarrier();
  }

  setLimit(limitBytes: number): void {
    this._checkOpen();
    checkLimit(limitBytes);
    this._chain.setLimit(limitBytes);
    this._kick();
  }

  close(): Promise<void> {
    this._closing ??= this._close();
    return this._closing;
  }

  private async _close(): Promise<void> {
    this._isClosing = true;
    const roll = this._roll;
    const isUnneeded = this._queue.length === 1 && !this._isRunning;
    if (roll !== undefined && (roll.keyframe.state === 'awaited' || isUnneeded)) {
      // A screen that is being closed may never answer. The segment gets a bit longer; the next recorder rolls over.
      this._queue.removeRoll(roll);
      this._roll = undefined;
    }
    try {
      await this._passBarrier();
      await this._chain.current?.sync();
    } catch (error) {
      throw toDiskError(error, this._options.directory);
    } finally {
      await this._release();
    }
  }

  private async _release(): Promise<void> {
    this._isReleased = true;
    this._clearTimers();
    this._syncTimer?.dispose();
    this._onDidWrite.dispose();
    this._onDidFail.dispose();
    this._onDidRecover.dispose();
    await this._chain.current?.close();
  }

  private _checkOpen(): void {
    if (this._isClosing) {
      throw new RevenantError('closed', `The journal in ${this._options.directory} is closed and takes nothing more.`);
    }
  }

  private _passBarrier(): Promise<void> {
    return new Promise((resolve, reject) => {
      this._queue.push({ kind: 'barrier', resolve, reject });
      this._kick();
    });
  }

  private _pushEvent(code: PlainEventCode, data: string): void {
    if (!this._queue.pushEvent({ kind: 'event', timeMs: this._options.clock.monotonicMs(), code, data })) {
      this._options.log.warn(`Too much waits for ${this._options.directory}: an event "${code}" is left out.`);
    }
    this._kick();
  }

  /** What waits counts as it is; encoding makes more of it, mostly by a few in a hundred. */
  private _isFull(): boolean {
    const heldBack = this._chain.current?.encoder.heldBackBytes ?? 0;
    return this._chain.isFullWith(this._queue.outputBytes + heldBack + (this._batch?.lines.length ?? 0));
  }

  private _pushRoll(keyframe: PendingRoll['keyframe']): PendingRoll {
    const { clock } = this._options;
    const roll: PendingRoll = {
      kind: 'roll',
      timeMs: clock.monotonicMs(),
      timestampMs: clock.now(),
      cols: this._cols,
      rows: this._rows,
      keyframe,
    };
    this._roll = roll;
    this._queue.push(roll);
    return roll;
  }

  private _requestRoll(): void {
    const roll = this._pushRoll({ state: 'awaited' });
    const settle = (keyframe: PendingRoll['keyframe']): void => {
      roll.keyframe = keyframe;
      this._kick();
    };
    const handleFailure = (error: unknown): void => {
      this._options.log.warn(`No keyframe for the next segment in ${this._options.directory}: ${messageOf(error)}`);
      settle({ state: 'none' });
    };
    try {
      void this._options.takeKeyframe().then((value) => settle({ state: 'taken', value }), handleFailure);
    } catch (error) {
      handleFailure(error);
    }
  }

  /** Sees to it that the loop runs, at once or soon, when there is something for it to do. */
  private _kick(): void {
    if (this._isReleased) {
      return;
    }
    if (this._failure !== undefined && !(this._isClosing && this._queue.hasBarrier)) {
      this._retryTimer ??= this._options.clock.schedule(journalLimits.retryMs, () => void this._run());
      return;
    }
    if (!this._hasWork()) {
      return;
    }
    if (!this._isUrgent()) {
      this._writeTimer ??= this._options.clock.schedule(journalLimits.coalesceMs, () => void this._run());
    } else if (!this._isRunning) {
      // Not at once: what comes in the same turn of the event loop goes into the same write.
      this._immediate ??= setImmediate(() => void this._run());
    }
  }

  private _hasWork(): boolean {
    if (this._batch !== undefined || this._chain.isOverLimit) {
      return true;
    }
    const first = this._queue.first;
    return first !== undefined && !(first.kind === 'roll' && first.keyframe.state === 'awaited');
  }

  private _isUrgent(): boolean {
    return this._queue.hasBarrier || this._queue.outputBytes >= journalLimits.eventBytes;
  }

  private async _run(): Promise<void> {
    this._clearTimers();
    if (this._isRunning || this._isReleased) {
      this._isDue = true;
      return;
    }
    this._isRunning = true;
    try {
      let goesOn: boolean;
      do {
        this._isDue = false;
        goesOn = await this._step();
      } while (goesOn || this._isDueAgain());
    } finally {
      this._isRunning = false;
    }
    if (!this._hasWork()) {
      this._clearTimers();
    }
    this._kick();
  }

  private _isDueAgain(): boolean {
    return this._isDue && this._failure === undefined;
  }

  /** Those that lead to `_run`. */
  private _clearTimers(): void {
    clearImmediate(this._immediate);
    this._immediate = undefined;
    this._writeTimer?.dispose();
    this._writeTimer = undefined;
    this._retryTimer?.dispose();
    this._retryTimer = undefined;
  }

  /** One write, roll-over or barrier. False when the loop has to end: nothing to do, nothing urgent, or a failure. */
  private async _step(): Promise<boolean> {
    const isRetry = this._failure !== undefined;
    let progress: Progress;
    try {
      if (isRetry) {
        await this._chain.current?.repair();
        await this._chain.current?.sync();
      }
      progress = await this._advance();
    } catch (error) {
      this._handleFailure(error);
      return false;
    }
    if (isRetry) {
      this._failure = undefined;
      this._options.log.info(`The journal in ${this._options.directory} is being written again.`);
      this._onDidRecover.fire();
    }
    if (progress === 'written') {
      this._syncTimer ??= this._options.clock.schedule(journalLimits.syncMs, () => void this._sync());
      this._onDidWrite.fire(this._position);
    }
    // A failed sync, which runs beside the loop, ends it as well.
    // What waited for a new segment has waited long enough; what came during a write waits for more to come.
    const isWanted = progress === 'rolled' || this._isUrgent() || this._queue.first?.kind === 'roll';
    return this._failure === undefined && this._hasWork() && isWanted;
  }

  private async _advance(): Promise<Progress> {
    const segment = this._chain.current;
    if (segment !== undefined) {
      this._batch ??= takeBatch(this._queue, segment.encoder);
    }
    const first = this._queue.first;
    let progress: Progress = 'none';
    if (segment !== undefined && this._batch !== undefined) {
      const { lines, outputBytes } = this._batch;
      await segment.write(lines);
      this._batch = undefined;
      this._position += outputBytes;
      progress = 'written';
    } else if (first?.kind === 'roll' && first.keyframe.state !== 'awaited') {
      await this._chain.rollOver(first, this._position);
      this._queue.shift();
      this._roll = undefined;
      progress = 'rolled';
    } else if (first?.kind === 'barrier') {
      this._queue.shift();
      first.resolve();
    }
    await this._chain.trim();
    return progress;
  }

  private async _sync(): Promise<void> {
    this._syncTimer = undefined;
    if (this._failure !== undefined) {
      // The next try syncs.
      return;
    }
    try {
      await this._chain.current?.sync();
    } catch (error) {
      this._handleFailure(error);
    }
  }

  private _handleFailure(error: unknown): void {
    const { directory, log } = this._options;
    const failure = toDiskError(error, directory);
    const isNew = this._failure === undefined;
    this._failure = failure;
    for (const barrier of this._queue.removeBarriers()) {
      barrier.reject(failure);
    }
    this._kick();
    if (isNew) {
      log.error(`The journal in ${directory} cannot be written`, error);
      this._onDidFail.fire(failure);
    }
  }
}

function checkLimit(limitBytes: number): void {
  if (!(limitBytes > 0)) {
    throw new RevenantError('invalid-argument', `A history's limit is a number of bytes above 0, not ${limitBytes}.`);
  }
}
