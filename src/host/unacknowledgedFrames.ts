import { positionedOverheadBytes } from '../protocol/binary.ts';

/**
 * What an attachment's client was sent and has not said to have shown. The one who adds keeps it within the window. Each
 * frame counts with its header on the wire, so a flood of tiny ones is bounded as well.
 */
export class UnacknowledgedFrames {
  private readonly _frames: { readonly position: number; readonly bytes: number }[] = [];
  private _bytes = 0;
  private _sentPosition = 0;

  get bytes(): number {
    return this._bytes;
  }

  /** Position up to which everything was sent. */
  get sentPosition(): number {
    return this._sentPosition;
  }

  add(position: number, bytes: number): void {
    this._sentPosition = position;
    this._frames.push({ position, bytes: bytes + positionedOverheadBytes });
    this._bytes += bytes + positionedOverheadBytes;
  }

  /** Whatever the client says, it cannot acknowledge more than it was sent. */
  acknowledge(position: number): void {
    let count = 0;
    for (const frame of this._frames) {
      if (frame.position > position) {
        break;
      }
      this._bytes -= frame.bytes;
      count++;
    }
    this._frames.splice(0, count);
  }
}
