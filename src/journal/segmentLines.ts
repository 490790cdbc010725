import { encodeUtf8 } from '../base/utf8.ts';
import type { JournalEvent } from './api.ts';
import { journalLimits } from './journalLimits.ts';
import { type SegmentHeader, decodeHeader, parseJson } from './segmentHeader.ts';

/** A line of a segment's body, without the torn one that may be the last. */
export interface SegmentLine {
  /**
   * `raw`: bytes that were not UTF-8, whose text for players is the next line; that one is `twin`. `unknown`: of a code
   * that says nothing to us. `damaged`: no event at all.
   */
  readonly kind: 'event' | 'raw' | 'twin' | 'unknown' | 'damaged';
  /** For `event` and `raw`. */
  readonly event: JournalEvent | undefined;
  /** Offset in the file after the line's end. */
  readonly end: number;
}

export interface SegmentHead {
  readonly header: SegmentHeader;
  /** Length of the header's line. */
  readonly headerBytes: number;
}

/** Reads the first line of a segment. Undefined when it is damaged or torn; throws `unknown-format`. */
export function readSegmentHead(bytes: Uint8Array, file: string): SegmentHead | undefined {
  const end = bytes.subarray(0, journalLimits.headerBytes).indexOf(newline);
  if (end < 0) {
    return undefined;
  }
  const header = decodeHeader(bytes.subarray(0, end), file);
  return header === undefined ? undefined : { header, headerBytes: end + 1 };
}

/**
 * Reads the lines behind the header. Positions and times go on from the header's. After a damaged line they are too
 * low by what it held, as nobody knows how much that was; they never go back.
 */
export function* readSegmentLines(bytes: Uint8Array, head: SegmentHead): Generator<SegmentLine, void, undefined> {
  const { header } = head;
  let position = header.position;
  let elapsed = 0;
  let isKeyframe = header.hasKeyframe;
  let isTwin = false;
  let start = head.headerBytes;
  for (let newlineAt = bytes.indexOf(newline, start); newlineAt >= 0; newlineAt = bytes.indexOf(newline, start)) {
    const line = parseEventLine(bytes.subarray(start, newlineAt));
    start = newlineAt + 1;
    elapsed += line?.interval ?? 0;
    const timeMs = header.timestampMs + Math.round(elapsed * 1000);
    if (isTwin && line?.code === 'o') {
      isTwin = false;
      yield { kind: 'twin', event: undefined, end: start };
      continue;
    }
    isTwin = false;
    const content: Content = line === undefined ? { kind: 'damaged' } : contentOf(line);
    if (isKeyframe) {
      // The head's place is the keyframe's even when its line is damaged.
      isKeyframe = false;
      if (content.kind !== 'output') {
        yield { kind: 'damaged', event: undefined, end: start };
        continue;
      }
      isTwin = content.isRaw;
      const event: JournalEvent = {
        kind: 'keyframe',
        position,
        bytes: content.bytes,
        cols: header.cols,
        rows: header.rows,
      };
      yield { kind: isTwin ? 'raw' : 'event', event, end: start };
      continue;
    }
    switch (content.kind) {
      case 'damaged':
      case 'unknown':
        yield { kind: content.kind, event: undefined, end: start };
        break;
      case 'output': {
        const event: JournalEvent = { kind: 'output', position, bytes: content.bytes, timeMs };
        position += content.bytes.length;
        isTwin = content.isRaw;
        yield { kind: isTwin ? 'raw' : 'event', event, end: start };
        break;
      }
      default:
        yield { kind: 'event', event: { ...content, position, timeMs }, end: start };
    }
  }
}

const newline = 0x0a;
const sizePattern = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/;
const integerPattern = /^-?\d{1,15}$/;
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/;

interface EventLine {
  readonly interval: number;
  readonly code: string;
  readonly data: string;
}

type Content =
  | { readonly kind: 'output'; readonly bytes: Uint8Array; readonly isRaw: boolean }
  | { readonly kind: 'resize'; readonly cols: number; readonly rows: number }
  | { readonly kind: 'exit'; readonly exitCode: number }
  | { readonly kind: 'mark'; readonly label: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'damaged' };

function parseEventLine(line: Uint8Array): EventLine | undefined {
  const value = parseJson(line);
  if (!Array.isArray(value)) {
    return undefined;
  }
  const [interval, code, data] = value as unknown[];
  if (typeof interval !== 'number' || interval < 0 || typeof code !== 'string' || typeof data !== 'string') {
    return undefined;
  }
  return { interval, code, data };
}

/** `damaged` when the data does not fit the code. */
function contentOf({ code, data }: EventLine): Content {
  switch (code) {
    case 'o':
      return { kind: 'output', bytes: encodeUtf8(data), isRaw: false };
    case 'b':
      return data.length % 4 === 0 && base64Pattern.test(data)
        ? { kind: 'output', bytes: new Uint8Array(Buffer.from(data, 'base64')), isRaw: true }
        : { kind: 'damaged' };
    case 'r': {
      const match = sizePattern.exec(data);
      return match === null ? { kind: 'damaged' } : { kind: 'resize', cols: Number(match[1]), rows: Number(match[2]) };
    }
    case 'x':
      return integerPattern.test(data) ? { kind: 'exit', exitCode: Number(data) } : { kind: 'damaged' };
    case 'm':
      return { kind: 'mark', label: data };
    default:
      return { kind: 'unknown' };
  }
}
