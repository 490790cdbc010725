/** Size of one slab: a slab is what one frame carries at most, and an idle shell costs no more than one. */
const slabBytes = 64 * 1024;

/**
 * The newest output of a process: the bytes from offset `start` to offset `end`, counted from its first byte. Does not
 * limit itself; whoever appends stops the process when `heldBytes` is too much.
 */
export class OutputBuffer {
  /** All are full but the last. */
  private readonly _slabs: Uint8Array[] = [];
  /** Offset of the first byte of the first slab. */
  private _slabsStart = 0;
  private _start = 0;
  private _end = 0;

  /** Offset of the oldest byte held. */
  get start(): number {
    return this._start;
  }

  /** Offset after the newest byte. */
  get end(): number {
    return this._end;
  }

  get heldBytes(): number {
    return this._end - this._start;
  }

  /** Copies the bytes: what a PTY read hands out is a small view into a large block that it would keep alive. */
  append(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const position = this._end - this._slabsStart;
      const slab = this._slabs[Math.floor(position / slabBytes)] ?? this._addSlab();
      const part = bytes.subarray(at, at + slabBytes - (position % slabBytes));
      slab.set(part, position % slabBytes);
      at += part.length;
      this._end += part.length;
    }
  }

  /** The bytes from `offset` (from `start` if that is later) on, up to a slab's end; empty when there are none. A view. */
  read(offset: number): Uint8Array {
    const position = Math.max(offset, this._start) - this._slabsStart;
    const slab = this._slabs[Math.floor(position / slabBytes)];
    const slabStart = position - (position % slabBytes);
    return slab?.subarray(position % slabBytes, this._end - this._slabsStart - slabStart) ?? new Uint8Array(0);
  }

  /** Forgets what is below `offset`, which is brought within `start` and `end`. */
  dropBelow(offset: number): void {
    this._start = Math.min(Math.max(offset, this._start), this._end);
    while (this._start - this._slabsStart >= slabBytes) {
      this._slabs.shift();
      this._slabsStart += slabBytes;
    }
  }

  private _addSlab(): Uint8Array {
    const slab = new Uint8Array(slabBytes);
    this._slabs.push(slab);
    return slab;
  }
}
