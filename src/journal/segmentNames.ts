import * as path from 'node:path';
import { listNames } from '../platform/privateFiles.ts';

export interface SegmentName {
  /** 1 and up, never used twice in a journal. */
  readonly segment: number;
  readonly file: string;
}

const namePattern = /^(\d{8,15})\.cast(\.damaged|\.tmp)?$/;

/** Path of a segment: eight digits or more, so that names sort as numbers do. */
export function segmentFile(directory: string, segment: number): string {
  return path.join(directory, `${String(segment).padStart(8, '0')}.cast`);
}

/** Where a segment is made ready. What is found under such a name was never part of the journal. */
export function temporaryFile(file: string): string {
  return `${file}.tmp`;
}

/** Where a segment that cannot be read is kept for people to look at. */
export function damagedFile(file: string): string {
  return `${file}.damaged`;
}

export interface SegmentListing {
  /** Oldest first. */
  readonly segments: readonly SegmentName[];
  /** Left by a crash while a segment was made. */
  readonly temporaryFiles: readonly string[];
  /** The lowest number that no file has, whatever became of it, and none after it. */
  readonly nextSegment: number;
}

/** What is in a journal's directory; nothing when there is no such directory. Other files are left alone. */
export async function listSegments(directory: string): Promise<SegmentListing> {
  const segments: SegmentName[] = [];
  const temporaryFiles: string[] = [];
  let newest = 0;
  for (const name of await listNames(directory)) {
    const match = namePattern.exec(name);
    if (match === null) {
      continue;
    }
    const segment = Number(match[1]);
    const file = path.join(directory, name);
    if (match[2] === '.tmp') {
      temporaryFiles.push(file);
      continue;
    }
    newest = Math.max(newest, segment);
    if (match[2] === undefined) {
      segments.push({ segment, file });
    }
  }
  segments.sort((a, b) => a.segment - b.segment);
  return { segments, temporaryFiles, nextSegment: newest + 1 };
}
