import * as fs from 'node:fs/promises';
import { systemCodeOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { JournalEvent, JournalReader } from './api.ts';
import { journalLimits } from './journalLimits.ts';
import { findSegmentEnd } from './segmentEnd.ts';
import { isStartingPoint, type SegmentHeader } from './segmentHeader.ts';
import { type SegmentHead, readSegmentHead, readSegmentLines } from './segmentLines.ts';
import { type SegmentName, listSegments } from './segmentNames.ts';

interface ReadableSegment {
  readonly name: SegmentName;
  readonly head: SegmentHead;
}

/**
 * Reads a journal's files, also while a recorder adds to them. One segment at a time is in memory. A reading covers
 * what was in the files when it began, also what retention drops meanwhile. Everything rejects with `unknown-format`
 * when it comes to a segment that a newer version wrote, and with system errors as they are.
 */
export class SegmentedJournalReader implements JournalReader {
  private readonly _directory: string;
  private readonly _log: Log;
  /** Files whose damage was logged. */
  private readonly _reported = new Set<string>();

  constructor(directory: string, log: Log) {
    this._directory = directory;
    this._log = log;
  }

  async *readRecent(minOutputBytes: number): AsyncGenerator<JournalEvent, void, undefined> {
    const { segments } = await listSegments(this._directory);
    yield* this._read(segments.slice(await this._findStart(segments, minOutputBytes)));
  }

  async *readAll(): AsyncGenerator<JournalEvent, void, undefined> {
    const { segments } = await listSegments(this._directory);
    yield* this._read(segments);
  }

  async bounds(): Promise<{ readonly start: number; readonly end: number; readonly sizeBytes: number }> {
    const { segments } = await listSegments(this._directory);
    let sizeBytes = 0;
    for (const { file } of segments) {
      sizeBytes += (await unlessGone(() => fs.stat(file)))?.size ?? 0;
    }
    const end = await this._findEnd(segments);
    for (const name of segments) {
      const head = await this._readHead(name);
      if (head !== undefined) {
        return { start: head.header.position, end: Math.max(end, head.header.position), sizeBytes };
      }
    }
    return { start: end, end, sizeBytes };
  }

  /**
   * Index of the segment to begin with, so that a keyframe comes before at least so much output, and with it or after it
   * all lines that are kept, if there is one.
   */
  private async _findStart(segments: readonly SegmentName[], minOutputBytes: number): Promise<number> {
    // The end is known only after the newest segment has been read to it, which takes as long as all that follows.
    const end = minOutputBytes === 0 ? Infinity : await this._findEnd(segments);
    const isEnough = ({ position }: SegmentHeader): boolean => end - position >= minOutputBytes;
    let start = 0;
    let isOneMoreDue = false;
    for (let i = segments.length - 1; i >= 0; i--) {
      const name = segments[i];
      const head = name === undefined ? undefined : await this._readHead(name);
      if (head !== undefined && isStartingPoint(head.header)) {
        start = i;
        if (isOneMoreDue || (isEnough(head.header) && !head.header.isShallow)) {
          break;
        }
        isOneMoreDue = isEnough(head.header);
      }
    }
    return start;
  }

  /** Position after the last output; of the newest segment alone, unless its head is damaged. */
  private async _findEnd(segments: readonly SegmentName[]): Promise<number> {
    for (const { file } of segments.toReversed()) {
      const bytes = await unlessGone(() => fs.readFile(file));
      const head = bytes === undefined ? undefined : readSegmentHead(bytes, file);
      if (bytes !== undefined && head !== undefined) {
        return findSegmentEnd(bytes, head)?.position ?? head.header.position;
      }
    }
    return 0;
  }

  private async _readHead(name: SegmentName): Promise<SegmentHead | undefined> {
    const handle = await unlessGone(() => fs.open(name.file));
    if (handle === undefined) {
      return undefined;
    }
    try {
      const buffer = Buffer.alloc(journalLimits.headerBytes);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return readSegmentHead(buffer.subarray(0, bytesRead), name.file);
    } finally {
      await handle.close();
    }
  }

  private async *_read(segments: readonly SegmentName[]): AsyncGenerator<JournalEvent, void, undefined> {
    const handles: (fs.FileHandle | undefined)[] = [];
    let isFirst = true;
    let position = 0;
    try {
      for (const [index, name] of segments.entries()) {
        // What is open can be read to its end even when it is removed meanwhile.
        for (const ahead of segments.slice(handles.length, index + journalLimits.readAheadSegments)) {
          handles.push(await unlessGone(() => fs.open(ahead.file)));
        }
        const handle = handles[index];
        if (handle === undefined) {
          continue;
        }
        const bytes = await handle.readFile();
        handles[index] = undefined;
        await handle.close();
        const head = readSegmentHead(bytes, name.file);
        if (head === undefined) {
          this._report(name.file, 'its head is damaged; it is left out of the history');
          continue;
        }
        for (const event of this._eventsOf(bytes, { name, head })) {
          if (event.kind === 'keyframe' && !isFirst) {
            continue;
          }
          // After damage a segment may seem to end late or begin early: positions never go back.
          const from = Math.max(position, event.position);
          yield from === event.position ? event : { ...event, position: from };
          position = event.kind === 'output' ? from + event.bytes.length : from;
        }
        isFirst = false;
      }
    } finally {
      for (const handle of handles) {
        await handle?.close();
      }
    }
  }

  private *_eventsOf(bytes: Uint8Array, { name, head }: ReadableSegment): Generator<JournalEvent, void, undefined> {
    for (const { kind, event } of readSegmentLines(bytes, head)) {
      if (kind === 'damaged') {
        this._report(name.file, 'damaged lines are left out of the history');
      }
      if (event !== undefined) {
        yield event;
      }
    }
  }

  private _report(file: string, damage: string): void {
    if (!this._reported.has(file)) {
      this._reported.add(file);
      this._log.warn(`${file}: ${damage}.`);
    }
  }
}

/** Undefined when the file is gone: retention took it. */
async function unlessGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
