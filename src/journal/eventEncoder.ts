import { decodeUtf8, tryDecodeUtf8 } from '../base/utf8.ts';
import { incompleteTailBytes, splitUtf8 } from './utf8Stretches.ts';

const noBytes = new Uint8Array(0);

/** Event codes that are not output: resize, exit and mark of asciicast v3. */
export type PlainEventCode = 'r' | 'x' | 'm';

/**
 * Writes the event lines of one segment: asciicast v3, `[seconds since the event before, code, data]`. Frozen since v1.
 *
 * Output is `o` with its text. A stretch that is not valid UTF-8 is `b` with the bytes in base64, for us, and right
 * behind it `o` with what is left of it as text, for players, which ignore codes that they do not know. The beginning
 * of a character at the end of what was encoded is held back until its rest comes or something must come after it.
 *
 * https://docs.asciinema.org/manual/asciicast/v3/
 */
export class EventEncoder {
  private _lastMs: number;
  private _heldBack: Uint8Array = noBytes;

  /** `originMs`: the monotonic time from which the interval of the first event counts. */
  constructor(originMs: number) {
    this._lastMs = Math.round(originMs);
  }

  /** Output bytes (0 to 3) that were given and not encoded yet. */
  get heldBackBytes(): number {
    return this._heldBack.length;
  }

  encodeOutput(chunks: readonly Uint8Array[], timeMs: number): string {
    const bytes = join(this._heldBack, chunks);
    const end = bytes.length - incompleteTailBytes(bytes);
    // A copy, not a view: four bytes must not keep a big buffer alive.
    this._heldBack = bytes.slice(end);
    return this._encodeBytes(bytes.subarray(0, end), timeMs);
  }

  /** Encodes what was held back, as it is, at the time of the event before. */
  encodeHeldBack(): string {
    const bytes = this._heldBack;
    this._heldBack = noBytes;
    return this._encodeBytes(bytes, this._lastMs);
  }

  /** What was held back has to be encoded before. */
  encodeEvent(code: PlainEventCode, data: string, timeMs: number): string {
    return line(this._takeInterval(timeMs), code, data);
  }

  private _encodeBytes(bytes: Uint8Array, timeMs: number): string {
    if (bytes.length === 0) {
      return '';
    }
    const interval = this._takeInterval(timeMs);
    const text = tryDecodeUtf8(bytes);
    if (text !== undefined) {
      return line(interval, 'o', text);
    }
    let lines = '';
    for (const { isText, start, end } of splitUtf8(bytes)) {
      const stretch = bytes.subarray(start, end);
      const stretchInterval = start === 0 ? interval : 0;
      lines += isText ? line(stretchInterval, 'o', decodeUtf8(stretch)) : rawLines(stretchInterval, stretch);
    }
    return lines;
  }

  /** Seconds since the event before. Whole milliseconds are added up, so that roundings do not. */
  private _takeInterval(timeMs: number): number {
    const now = Math.max(this._lastMs, Math.round(timeMs));
    const interval = (now - this._lastMs) / 1000;
    this._lastMs = now;
    return interval;
  }
}

/** The event line (two when it is not valid UTF-8) of a keyframe: output that stands at the head and counts for none. */
export function encodeKeyframe(bytes: Uint8Array): string {
  const text = tryDecodeUtf8(bytes);
  return text === undefined ? rawLines(0, bytes) : line(0, 'o', text);
}

function rawLines(interval: number, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return line(interval, 'b', base64) + line(0, 'o', decodeUtf8(bytes));
}

function line(interval: number, code: string, data: string): string {
  return `[${interval},"${code}",${JSON.stringify(data)}]\n`;
}

function join(first: Uint8Array, rest: readonly Uint8Array[]): Uint8Array {
  const [only] = rest;
  if (first.length === 0 && rest.length === 1 && only !== undefined) {
    return only;
  }
  return Buffer.concat([first, ...rest]);
}
