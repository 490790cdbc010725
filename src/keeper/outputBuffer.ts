const slabSize = {
  /** The first one, when little is to be held: an echo or a prompt until its acknowledgement. */
  smallBytes: 4 * 1024,
  /** Every other one: what one frame carries at most. */
  largeBytes: 64 * 1024,
} as const;

/** A piece of the output in a block of its own. Once written, a byte stays as it is: views of it may wait in a socket. */
interface Slab {
  /** Offset of its first byte. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * The newest output of a process: the bytes from offset `start` to offset `end`, counted from its first byte. Does not
 * limit itself; whoever appends stops the process when `heldBytes` is too much. Holds no memory while it holds no bytes.
 */
export class OutputBuffer {
  /** One follows the other; all are full but the last. */
  private readonly _slabs: Slab[] = [];
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

  /** Size of the blocks that are held, in bytes. */
  get memoryBytes(): number {
    return this._slabs.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Copies the bytes: what a PTY read hands out is a small view into a large block that it would keep alive. */
  append(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const slab = this._lastWithRoom() ?? this._addSlab(bytes.length - at);
      const position = this._end - slab.start;
      const part = bytes.subarray(at, at + slab.bytes.length - position);
      slab.bytes.set(part, position);
      at += part.length;
      this._end += part.length;
    }
  }

  /** The bytes from `offset` (from `start` if that is later) on, up to a slab's end; empty when there are none. A view. */
  read(offset: number): Uint8Array {
    const from = Math.max(offset, this._start);
    // From the end: a host that keeps up reads what is new.
    const slab = this._slabs.findLast(({ start }) => start <= from);
    return slab?.bytes.subarray(from - slab.start, this._end - slab.start) ?? new Uint8Array(0);
  }

  /** Forgets what is below `offset`, which is brought within `start` and `end`. */
  dropBelow(offset: number): void {
    this._start = Math.min(Math.max(offset, this._start), this._end);
    while (this._isForgotten(this._slabs[0])) {
      this._slabs.shift();
    }
  }

  private _isForgotten(slab: Slab | undefined): boolean {
    return slab !== undefined && Math.min(slab.start + slab.bytes.length, this._end) <= this._start;
  }

  private _lastWithRoom(): Slab | undefined {
    const last = this._slabs.at(-1);
    return last !== undefined && this._end < last.start + last.bytes.length ? last : undefined;
  }

  private _addSlab(neededBytes: number): Slab {
    const isLittle = this.heldBytes + neededBytes <= slabSize.smallBytes;
    // Not zeroed, as nobody sees a byte that was not written.
    const bytes = Buffer.allocUnsafeSlow(isLittle ? slabSize.smallBytes : slabSize.largeBytes);
    const slab = { start: this._end, bytes };
    this._slabs.push(slab);
    return slab;
  }
}
