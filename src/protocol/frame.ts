import { RevenantError } from '../base/errors.ts';

/**
 * A frame on the wire: `u32 length` (big endian, of what follows), `u8 kind`, payload. Frozen since v1, for both
 * protocols: it is what lets two versions that share nothing else say so to each other.
 */
export interface Frame {
  readonly kind: number;
  /** May be a view into a larger buffer; copy it to keep it beyond the call that handed it out. */
  readonly payload: Uint8Array;
}

export const frameLimits = {
  headerBytes: 5,
  /** Longest payload. A list of 1,000 sessions takes 1 MiB; a frame that says more is damage, and ends the connection. */
  payloadBytes: 8 * 1024 * 1024,
  /** How much of a stream goes into one frame: small enough that other sessions' frames get in between. */
  chunkBytes: 64 * 1024,
} as const;

/** Makes the bytes of one frame from parts of its payload. Throws `protocol` beyond `frameLimits.payloadBytes`. */
export function encodeFrame(kind: number, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return encodeFrameHead(kind, 0, ...parts);
}

/**
 * The same without the last `followingBytes` of the payload, which the caller sends right after it: a large piece of
 * output need not be copied for its header's sake.
 */
export function encodeFrameHead(
  kind: number,
  followingBytes: number,
  ...parts: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const partsBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const payloadBytes = partsBytes + followingBytes;
  if (payloadBytes > frameLimits.payloadBytes) {
    throw new RevenantError(
      'protocol',
      `A frame of ${payloadBytes} bytes is over the limit of ${frameLimits.payloadBytes}.`,
    );
  }
  const bytes = new Uint8Array(frameLimits.headerBytes + partsBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1 + payloadBytes);
  view.setUint8(4, kind);
  let at = frameLimits.headerBytes;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Collects chunks as they come from a socket and hands out whole frames. Copies only when a frame spans chunks. */
export class FrameDecoder {
  private _chunks: Uint8Array[] = [];
  private _pendingBytes = 0;
  private readonly _maxPayloadBytes: number;

  /** @param maxPayloadBytes lower it while the other side is not yet trusted. */
  constructor(maxPayloadBytes: number = frameLimits.payloadBytes) {
    this._maxPayloadBytes = maxPayloadBytes;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > 0) {
      this._chunks.push(chunk);
      this._pendingBytes += chunk.length;
    }
  }

  /** The next whole frame, or undefined until more bytes come. Throws `protocol` when the length cannot be true. */
  tryRead(): Frame | undefined {
    if (this._pendingBytes < frameLimits.headerBytes) {
      return undefined;
    }
    const header = this._peek(frameLimits.headerBytes);
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const length = view.getUint32(0);
    if (length < 1 || length - 1 > this._maxPayloadBytes) {
      throw new RevenantError(
        'protocol',
        `A frame says that it has ${length} bytes; 1 to ${this._maxPayloadBytes + 1} are possible.`,
      );
    }
    if (this._pendingBytes < 4 + length) {
      return undefined;
    }
    const kind = view.getUint8(4);
    const whole = this._peek(4 + length);
    this._drop(4 + length);
    return { kind, payload: whole.subarray(frameLimits.headerBytes) };
  }

  private _peek(bytes: number): Uint8Array {
    const first = this._chunks[0];
    if (first !== undefined && first.length >= bytes) {
      return first.subarray(0, bytes);
    }
    const joined = new Uint8Array(this._pendingBytes);
    let at = 0;
    // A header that is cut in two is joined alone, so that a large frame that follows is copied once and not twice.
    const wanted: Uint8Array = bytes <= frameLimits.headerBytes ? new Uint8Array(bytes) : joined;
    for (const chunk of this._chunks) {
      const part = chunk.subarray(0, wanted.length - at);
      wanted.set(part, at);
      at += part.length;
      if (at === wanted.length) {
        break;
      }
    }
    if (wanted === joined) {
      this._chunks = [joined];
    }
    return wanted.subarray(0, bytes);
  }

  private _drop(bytes: number): void {
    this._pendingBytes -= bytes;
    let left = bytes;
    while (left > 0) {
      const first = this._chunks[0];
      if (first === undefined) {
        return;
      }
      if (first.length > left) {
        this._chunks[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this._chunks.shift();
    }
  }
}
