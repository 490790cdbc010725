import * as fs from 'node:fs/promises';
import type { Log } from '../base/log.ts';
import type { JournalFiles } from './journalFiles.ts';
import { type SegmentEnd, findSegmentEnd } from './segmentEnd.ts';
import { readSegmentHead } from './segmentLines.ts';
import { type SegmentName, damagedFile, listSegments } from './segmentNames.ts';

export interface StoredSegment {
  readonly name: SegmentName;
  readonly sizeBytes: number;
}

export interface RecoveredJournal {
  /** Readable segments that are complete, oldest first. */
  readonly complete: readonly StoredSegment[];
  /** The newest segment, to go on with; undefined when a new one must be begun at `position`. */
  readonly newest: { readonly name: SegmentName; readonly end: SegmentEnd } | undefined;
  readonly position: number;
  readonly nextSegment: number;
}

/**
 * Finds out where a journal goes on. Removes what a crash left of a segment in the making and sets segments whose head
 * is damaged aside. Changes nothing else. Throws `unknown-format` and system errors.
 */
export async function recoverJournal(directory: string, files: JournalFiles, log: Log): Promise<RecoveredJournal> {
  const { segments, temporaryFiles, nextSegment } = await listSegments(directory);
  for (const file of temporaryFiles) {
    await files.remove(file);
  }
  const remaining = [...segments];
  let position = 0;
  let isIntact = true;
  for (let name = remaining.pop(); name !== undefined; name = remaining.pop()) {
    const bytes = await fs.readFile(name.file);
    const head = readSegmentHead(bytes, name.file);
    const end = head === undefined ? undefined : findSegmentEnd(bytes, head);
    // What a damaged segment's header still tells is the least that was recorded.
    position = Math.max(position, end?.position ?? 0, head?.header.position ?? 0);
    if (end === undefined) {
      await setAside(name.file, files, log);
      isIntact = false;
      continue;
    }
    report(name.file, bytes.length, end, log);
    const complete = await Promise.all(
      remaining.map(async (older) => ({ name: older, sizeBytes: (await fs.stat(older.file)).size })),
    );
    if (isIntact) {
      return { complete, newest: { name, end }, position, nextSegment };
    }
    // Positions within a segment have no gaps, so what comes after the lost part goes into a new one.
    return { complete: [...complete, { name, sizeBytes: bytes.length }], newest: undefined, position, nextSegment };
  }
  return { complete: [], newest: undefined, position, nextSegment };
}

async function setAside(file: string, files: JournalFiles, log: Log): Promise<void> {
  const aside = damagedFile(file);
  await files.rename(file, aside);
  log.warn(`The head of ${file} is damaged. It was set aside as ${aside}; recording goes on in a new file.`);
}

function report(file: string, foundBytes: number, end: SegmentEnd, log: Log): void {
  if (foundBytes > end.sizeBytes) {
    log.info(`${file}: ${foundBytes - end.sizeBytes} bytes of an unfinished write at the end are cut off.`);
  }
  if (end.damagedLines > 0) {
    log.warn(`${file}: ${end.damagedLines} damaged lines are left out of the history.`);
  }
}
