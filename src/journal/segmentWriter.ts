import * as path from 'node:path';
import { RevenantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { EventEncoder, encodeKeyframe } from './eventEncoder.ts';
import { type JournalFile, type JournalFiles, writeAll } from './journalFiles.ts';
import { type SegmentHeader, encodeHeader } from './segmentHeader.ts';
import { type SegmentName, temporaryFile } from './segmentNames.ts';

interface OpenSegment {
  readonly name: SegmentName;
  readonly file: JournalFile;
  readonly headBytes: number;
  readonly sizeBytes: number;
}

export interface SegmentWriterOptions {
  readonly files: JournalFiles;
  readonly log: Log;
  /** Monotonic time from which the first interval counts. */
  readonly originMs: number;
}

/** The segment at the journal's end: the only file that is written to. One call at a time, but for `sync`. */
export class SegmentWriter {
  readonly name: SegmentName;
  /** Header and keyframe. */
  readonly headBytes: number;
  readonly encoder: EventEncoder;
  private readonly _files: JournalFiles;
  private readonly _log: Log;
  private _file: JournalFile;
  private _sizeBytes: number;
  private _isDirty = false;
  private _isClosed = false;
  private _needsRepair = false;
  private _syncing: Promise<void> | undefined;

  private constructor({ name, file, headBytes, sizeBytes }: OpenSegment, options: SegmentWriterOptions) {
    this.name = name;
    this.headBytes = headBytes;
    this.encoder = new EventEncoder(options.originMs);
    this._files = options.files;
    this._log = options.log;
    this._file = file;
    this._sizeBytes = sizeBytes;
  }

  /**
   * Makes a segment with its head. It gets its name when the head is on the platter, so that after a crash there is
   * all of a head or no segment. Leaves nothing behind when it fails.
   */
  static async create(
    name: SegmentName,
    header: SegmentHeader,
    keyframe: Uint8Array | undefined,
    options: SegmentWriterOptions,
  ): Promise<SegmentWriter> {
    const { files } = options;
    const head = Buffer.from(encodeHeader(header) + (keyframe === undefined ? '' : encodeKeyframe(keyframe)));
    const temporary = temporaryFile(name.file);
    const file = await files.create(temporary);
    try {
      await writeAll(file, head, 0);
      await file.datasync();
      await files.rename(temporary, name.file);
      await files.syncDirectory(path.dirname(name.file));
    } catch (error) {
      // Both may fail as well on a failing disk; the next start removes temporary files, and `error` is what counts.
      await Promise.allSettled([file.close(), files.remove(temporary)]);
      throw error;
    }
    return new SegmentWriter({ name, file, headBytes: head.length, sizeBytes: head.length }, options);
  }

  /** Goes on with a segment whose good part is `sizeBytes` long; cuts off the rest. */
  static async reopen(
    name: SegmentName,
    headBytes: number,
    sizeBytes: number,
    options: SegmentWriterOptions,
  ): Promise<SegmentWriter> {
    const file = await options.files.open(name.file);
    try {
      if ((await file.sizeBytes()) !== sizeBytes) {
        await file.truncate(sizeBytes);
      }
    } catch (error) {
      await Promise.allSettled([file.close()]);
      throw error;
    }
    return new SegmentWriter({ name, file, headBytes, sizeBytes }, options);
  }

  /** Bytes on disk. */
  get sizeBytes(): number {
    return this._sizeBytes;
  }

  /** Something was written that may not be on the platter yet. */
  get isDirty(): boolean {
    return this._isDirty;
  }

  /**
   * Adds whole lines. When it fails the file is as it was before; if even that could not be done, a partial line
   * stays behind, which readers ignore, until `repair` cuts it off.
   */
  async write(lines: Uint8Array): Promise<void> {
    this._isDirty = true;
    try {
      await writeAll(this._file, lines, this._sizeBytes);
    } catch (error) {
      this._needsRepair = true;
      await this._tryTruncate();
      throw error;
    }
    this._sizeBytes += lines.length;
  }

  /** May be called while a write is under way; covers what was written before. */
  async sync(): Promise<void> {
    while (this._syncing !== undefined) {
      await this._syncing;
    }
    if (!this._isDirty || this._isClosed) {
      return;
    }
    this._isDirty = false;
    this._syncing = this._file.datasync();
    try {
      await this._syncing;
    } catch (error) {
      this._isDirty = true;
      this._needsRepair = true;
      throw error;
    } finally {
      this._syncing = undefined;
    }
  }

  /** Lets go of the file without a sync. */
  async close(): Promise<void> {
    this._isClosed = true;
    await Promise.allSettled([this._syncing]);
    await this._file.close();
  }

  /**
   * Makes the file fit to be written again after a failed call: takes a new handle, as the old one may be good for
   * nothing (a remounted disk, a network share), and cuts off what a failed write left. Does nothing without need.
   */
  async repair(): Promise<void> {
    if (!this._needsRepair) {
      return;
    }
    await Promise.allSettled([this._syncing]);
    const file = await this._files.open(this.name.file);
    try {
      const found = await file.sizeBytes();
      if (found < this._sizeBytes) {
        throw new RevenantError(
          'io',
          `${this.name.file} has ${found} bytes, where ${this._sizeBytes} were written: another program changed it.`,
        );
      }
      if (found > this._sizeBytes) {
        await file.truncate(this._sizeBytes);
      }
    } catch (error) {
      await Promise.allSettled([file.close()]);
      throw error;
    }
    const [closed] = await Promise.allSettled([this._file.close()]);
    if (closed.status === 'rejected') {
      this._log.debug(`${this.name.file}: closing the handle after an error: ${String(closed.reason)}`);
    }
    this._file = file;
    this._needsRepair = false;
  }

  private async _tryTruncate(): Promise<void> {
    try {
      await this._file.truncate(this._sizeBytes);
    } catch (error) {
      this._log.warn(`${this.name.file} may end in a partial line until the disk works again: ${String(error)}`);
    }
  }
}
