import { type SegmentHead, readSegmentLines } from './segmentLines.ts';

/** Where a segment's good part ends, and what holds there. */
export interface SegmentEnd {
  /** Length of the good part; whatever follows it in the file is torn or garbage. */
  readonly sizeBytes: number;
  readonly position: number;
  readonly cols: number;
  readonly rows: number;
  /** Time of the last event, ms since the epoch. */
  readonly timeMs: number;
  /** Header and keyframe. */
  readonly headBytes: number;
  readonly damagedLines: number;
}

/**
 * Finds the end of a segment: behind the last line that is an event. Undefined when the keyframe that the header
 * promises is not there whole.
 */
export function findSegmentEnd(bytes: Uint8Array, head: SegmentHead): SegmentEnd | undefined {
  const { header } = head;
  const now = { position: header.position, cols: header.cols, rows: header.rows, timeMs: header.timestampMs };
  let end: SegmentEnd | undefined;
  let headBytes = head.headerBytes;
  let damagedLines = 0;
  let damagedAtEnd = 0;
  if (!header.hasKeyframe) {
    end = { ...now, sizeBytes: headBytes, headBytes, damagedLines };
  }
  for (const line of readSegmentLines(bytes, head)) {
    if (line.kind === 'damaged') {
      damagedAtEnd += 1;
      continue;
    }
    damagedLines += damagedAtEnd;
    damagedAtEnd = 0;
    const { event } = line;
    if (event !== undefined) {
      now.position = event.kind === 'output' ? event.position + event.bytes.length : event.position;
    }
    if (event?.kind === 'resize') {
      now.cols = event.cols;
      now.rows = event.rows;
    }
    if (event !== undefined && event.kind !== 'keyframe') {
      now.timeMs = event.timeMs;
    }
    if (line.kind === 'raw') {
      // Its twin must follow: without that the next text would be taken for it. So it goes, and is fetched again.
      continue;
    }
    if (end === undefined && header.hasKeyframe) {
      headBytes = line.end;
    }
    end = { ...now, sizeBytes: line.end, headBytes, damagedLines };
  }
  return end;
}
