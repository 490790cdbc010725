import { messageOf } from '../base/errors.ts';
import type { RecorderOptions } from './api.ts';
import { CompleteSegments } from './completeSegments.ts';
import type { JournalFiles } from './journalFiles.ts';
import { segmentBytesFor } from './journalLimits.ts';
import type { PendingRoll } from './pendingQueue.ts';
import type { RecoveredJournal } from './recoverJournal.ts';
import { segmentFile } from './segmentNames.ts';
import { SegmentWriter } from './segmentWriter.ts';

/** A journal's segments: the one that is written to, and the complete ones that are kept as long as the limit allows. */
export class SegmentChain {
  private readonly _options: RecorderOptions;
  private readonly _files: JournalFiles;
  private readonly _complete: CompleteSegments;
  private _current: SegmentWriter | undefined;
  private _nextSegment: number;
  private _limitBytes: number;

  private constructor(options: RecorderOptions, files: JournalFiles, recovered: RecoveredJournal) {
    this._options = options;
    this._files = files;
    this._complete = new CompleteSegments(recovered.complete, files, options.log);
    this._nextSegment = recovered.nextSegment;
    this._limitBytes = options.limitBytes;
  }

  /** Goes on where `recovered` ends; there is a current segment when it has one. */
  static async open(options: RecorderOptions, files: JournalFiles, recovered: RecoveredJournal): Promise<SegmentChain> {
    const chain = new SegmentChain(options, files, recovered);
    const { clock, log } = options;
    if (recovered.newest !== undefined) {
      const { name, end } = recovered.newest;
      // The pause between two hosts counts as one between two events.
      const originMs = clock.monotonicMs() - Math.max(0, clock.now() - end.timeMs);
      chain._current = await SegmentWriter.reopen(name, end.headBytes, end.sizeBytes, { files, log, originMs });
    }
    return chain;
  }

  /** The segment at the end; undefined before the first `rollOver` of a journal that has none. */
  get current(): SegmentWriter | undefined {
    return this._current;
  }

  /** Bytes on disk. */
  get sizeBytes(): number {
    return this._complete.sizeBytes + (this._current?.sizeBytes ?? 0);
  }

  get isOverLimit(): boolean {
    return this._complete.isOver(this._limitForComplete());
  }

  setLimit(limitBytes: number): void {
    this._limitBytes = limitBytes;
  }

  /**
   * True when the current segment is to end after `waitingBytes` more. With a big keyframe it lasts until it holds as
   * much output: else most of what is written would be keyframes.
   */
  isFullWith(waitingBytes: number): boolean {
    const segment = this._current;
    return (
      segment !== undefined &&
      segment.sizeBytes + waitingBytes >= Math.max(segmentBytesFor(this._limitBytes), 2 * segment.headBytes)
    );
  }

  /** Begins the next segment at `position`. The current one stays what it is when that fails. */
  async rollOver(roll: PendingRoll, position: number): Promise<void> {
    const { directory, session, log } = this._options;
    const old = this._current;
    // Else a power cut could take the end of the old segment and leave the new one: a hole in the history.
    await old?.sync();
    const keyframe = roll.keyframe.state === 'taken' ? roll.keyframe.value : undefined;
    const segment = this._nextSegment;
    this._current = await SegmentWriter.create(
      { segment, file: segmentFile(directory, segment) },
      {
        session,
        segment,
        position,
        hasKeyframe: keyframe !== undefined,
        isShallow: keyframe?.isShallow ?? false,
        cols: keyframe?.cols ?? roll.cols,
        rows: keyframe?.rows ?? roll.rows,
        timestampMs: roll.timestampMs,
      },
      keyframe?.bytes,
      // The header holds whole seconds: the rest goes into the first interval, so that times are exact.
      { files: this._files, log, originMs: roll.timeMs - (roll.timestampMs % 1000) },
    );
    this._nextSegment += 1;
    if (old === undefined) {
      return;
    }
    this._complete.add({ name: old.name, sizeBytes: old.sizeBytes });
    try {
      await old.close();
    } catch (error) {
      log.warn(`${old.name.file} was written and synced, but closing it failed: ${messageOf(error)}`);
    }
  }

  /** Removes the oldest segments while all of them take more than the limit. The current one always stays. */
  trim(): Promise<void> {
    return this._complete.trim(this._limitForComplete());
  }

  private _limitForComplete(): number {
    return this._limitBytes - (this._current?.sizeBytes ?? 0);
  }
}
