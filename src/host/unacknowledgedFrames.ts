/** What each frame counts besides its bytes: its header on the wire. So a flood of tiny frames is bounded as well. */
export const frameOverheadBytes = 17;

/** What an attachment's client was sent and has not said to have shown. The one who adds keeps it within the window. */
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
    this._frames.push({ position, bytes: bytes + frameOverheadBytes });
    this._bytes += bytes + frameOverheadBytes;
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
