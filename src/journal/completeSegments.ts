import type { Log } from '../base/log.ts';
import type { JournalFiles } from './journalFiles.ts';
import type { StoredSegment } from './recoverJournal.ts';

/** The complete segments of a journal, and their removal when they take too much room. */
export class CompleteSegments {
  private readonly _files: JournalFiles;
  private readonly _log: Log;
  private _segments: StoredSegment[];
  private _sizeBytes: number;
  private _isBlocked = false;

  constructor(segments: readonly StoredSegment[], files: JournalFiles, log: Log) {
    this._segments = [...segments];
    this._files = files;
    this._log = log;
    this._sizeBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  }

  /** Bytes on disk. */
  get sizeBytes(): number {
    return this._sizeBytes;
  }

  add(segment: StoredSegment): void {
    this._segments.push(segment);
    this._sizeBytes += segment.sizeBytes;
    this._isBlocked = false;
  }

  /** True when `trim` would remove something. */
  isOver(limitBytes: number): boolean {
    return this._sizeBytes > limitBytes && this._segments.length > 0 && !this._isBlocked;
  }

  /**
   * Removes the oldest segments until the rest takes at most `limitBytes` or nothing is left. A file that cannot be
   * removed (open in another program on Windows) is logged and tried again after the next `add`.
   */
  async trim(limitBytes: number): Promise<void> {
    for (let oldest = this._segments[0]; oldest !== undefined && this.isOver(limitBytes); oldest = this._segments[0]) {
      try {
        await this._files.remove(oldest.name.file);
      } catch (error) {
        this._isBlocked = true;
        this._log.warn(`${oldest.name.file} is over the history's limit and could not be removed: ${String(error)}`);
        return;
      }
      this._segments = this._segments.slice(1);
      this._sizeBytes -= oldest.sizeBytes;
    }
  }
}
