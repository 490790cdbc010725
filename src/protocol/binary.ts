import { RevenantError } from '../base/errors.ts';
import { frameLimits } from './frame.ts';

/**
 * Binary payloads that both protocols share: a stream number, a byte position, bytes. Frozen since v1.
 * Numbers are big endian; a position is a float64, which is exact for every whole number up to 2^53.
 */
export interface StreamPart {
  /** Which stream on this connection: the keeper's handle of a process, or the host's number of an attachment. */
  readonly stream: number;
  readonly position: number;
  readonly bytes: Uint8Array;
}

const streamHeaderBytes = 4;
const positionHeaderBytes = 12;

/** What a frame of output takes on the wire besides its bytes; it counts towards what a client has not acknowledged. */
export const positionedOverheadBytes = frameLimits.headerBytes + positionHeaderBytes;

export function encodeStreamHeader(stream: number): Uint8Array {
  const bytes = new Uint8Array(streamHeaderBytes);
  new DataView(bytes.buffer).setUint32(0, stream);
  return bytes;
}

export function encodePositionHeader(stream: number, position: number): Uint8Array {
  const bytes = new Uint8Array(positionHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, stream);
  view.setFloat64(4, position);
  return bytes;
}

/** Reads `stream, bytes`. Throws `protocol` when the payload is too short. */
export function decodeStream(payload: Uint8Array): { readonly stream: number; readonly bytes: Uint8Array } {
  const view = viewOf(payload, streamHeaderBytes);
  return { stream: view.getUint32(0), bytes: payload.subarray(streamHeaderBytes) };
}

/** Reads `stream, position, bytes`. Throws `protocol` when the payload is too short or the position no whole number. */
export function decodePositioned(payload: Uint8Array): StreamPart {
  const view = viewOf(payload, positionHeaderBytes);
  const position = view.getFloat64(4);
  if (!Number.isSafeInteger(position) || position < 0) {
    throw new RevenantError('protocol', `A frame has the byte position ${position}.`);
  }
  return { stream: view.getUint32(0), position, bytes: payload.subarray(positionHeaderBytes) };
}

function viewOf(payload: Uint8Array, neededBytes: number): DataView {
  if (payload.length < neededBytes) {
    throw new RevenantError(
      'protocol',
      `A frame's payload has ${payload.length} bytes; at least ${neededBytes} are needed.`,
    );
  }
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
}
