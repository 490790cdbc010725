import type { Turnover } from './api.ts';
import { skipScrolledAway } from './skipScrolledAway.ts';
import { concatBytes } from './utf8Border.ts';

/** Output that a screen has not been given yet: what is more than plain output first, plain output behind it. */
export class Backlog {
  private _pieces: Uint8Array[] = [];
  private _bytes = 0;
  private _plainBytes = 0;

  get bytes(): number {
    return this._bytes;
  }

  /** Bytes before the plain output. */
  get unplainBytes(): number {
    return this._bytes - this._plainBytes;
  }

  /** `plainBytes` counts from the end of the stream back, over what was pushed before, too. */
  push(bytes: Uint8Array, plainBytes: number): void {
    this._pieces.push(bytes);
    this._bytes += bytes.length;
    this._plainBytes = Math.min(this._bytes, plainBytes);
  }

  /** Takes over what another one holds, which comes before everything here. */
  prepend(earlier: Backlog): void {
    if (this._plainBytes === this._bytes) {
      this._plainBytes += earlier._plainBytes;
    }
    this._pieces.unshift(...earlier._pieces);
    this._bytes += earlier._bytes;
    earlier._clear();
  }

  /** Takes out everything, in pieces. */
  takeAll(): readonly Uint8Array[] {
    const pieces = this._pieces;
    this._clear();
    return pieces;
  }

  /** Takes out what comes before the plain output. */
  takeUnplain(): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    while (this._bytes > this._plainBytes) {
      const piece = this._pieces.shift() ?? new Uint8Array(0);
      const part = piece.subarray(0, this._bytes - this._plainBytes);
      taken.push(part);
      this._bytes -= part.length;
      if (part.length < piece.length) {
        this._pieces.unshift(piece.subarray(part.length));
      }
    }
    return taken;
  }

  /** Lets go of plain output that `turnover` makes superfluous, if the backlog is nothing but plain. */
  shorten(turnover: Turnover): void {
    if (this.unplainBytes > 0) {
      return;
    }
    const rest = skipScrolledAway(this.join(), turnover);
    if (rest !== undefined) {
      this._pieces = [rest];
      this._bytes = rest.length;
      this._plainBytes = rest.length;
    }
  }

  /** Everything in one piece, which stays here. */
  join(): Buffer {
    const [only, ...others] = this._pieces;
    const whole = only !== undefined && others.length === 0 ? only : concatBytes(this._pieces);
    this._pieces = [whole];
    return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength);
  }

  private _clear(): void {
    this._pieces = [];
    this._bytes = 0;
    this._plainBytes = 0;
  }
}
