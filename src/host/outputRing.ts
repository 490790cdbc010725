import type { SessionState, StreamChunk } from '../session/api.ts';

/** What an attachment is told, in the order in which it happened in the session. */
export type StreamItem =
  | { readonly kind: 'output'; readonly end: number; readonly bytes: Uint8Array }
  | { readonly kind: 'size'; readonly cols: number; readonly rows: number }
  | { readonly kind: 'state'; readonly state: StreamState };

export interface StreamState {
  readonly state: SessionState;
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
}

/** What an item costs besides its bytes, so that a flood of tiny ones is bounded as well: two objects and a buffer. */
const itemOverheadBytes = 256;

/**
 * The newest items of a session's live stream, for the attachments that could not take them yet. Items are numbered
 * without a gap. When the ring is full the oldest go; whoever still needed them takes a snapshot.
 */
export class OutputRing {
  private _items: StreamItem[] = [];
  private _bytes = 0;
  private _first = 0;
  private _end = 0;
  private _lostEnd = -1;
  private readonly _limitBytes: number;

  constructor(limitBytes: number) {
    this._limitBytes = limitBytes;
  }

  /** Number of the oldest item that is kept. */
  get first(): number {
    return this._first;
  }

  /** Number that the next item gets. */
  get next(): number {
    return this._first + this._items.length;
  }

  /** Position after the newest output; 0 when there was none. */
  get end(): number {
    return this._end;
  }

  /** Position after the newest output that was thrown away because the ring was full; -1 when none was. */
  get lostEnd(): number {
    return this._lostEnd;
  }

  pushOutput(chunk: StreamChunk): void {
    this._end = chunk.end;
    this._push({ kind: 'output', end: chunk.end, bytes: ownBytes(chunk.bytes) });
  }

  pushSize(cols: number, rows: number): void {
    this._push({ kind: 'size', cols, rows });
  }

  pushState(state: StreamState): void {
    this._push({ kind: 'state', state });
  }

  /** The item with this number, undefined when it is not kept any more or does not exist yet. */
  tryGet(number: number): StreamItem | undefined {
    return number < this._first ? undefined : this._items[number - this._first];
  }

  /** True when an item of that kind waits at or after `number`. */
  has(kind: StreamItem['kind'], number: number): boolean {
    return this._items.some((item, index) => item.kind === kind && this._first + index >= number);
  }

  /** Number of the first item that belongs after `position`: what is output up to it, and what lies before, is left out. */
  findAfter(position: number, from: number): number {
    for (let number = this.next - 1; number >= Math.max(from, this._first); number--) {
      const item = this.tryGet(number);
      if (item?.kind === 'output' && item.end <= position) {
        return number + 1;
      }
    }
    return Math.max(from, this._first);
  }

  /** Forgets the items below `number`: nobody needs them. */
  release(number: number): void {
    while (this._first < number && this._items.length > 0) {
      this._dropOldest();
    }
  }

  private _push(item: StreamItem): void {
    this._items.push(item);
    this._bytes += costOf(item);
    let lost: StreamItem | undefined;
    // Sizes and states go together with the output that follows them, so that `lostEnd` tells of them too.
    while (this._bytes > this._limitBytes || (lost !== undefined && lost.kind !== 'output')) {
      lost = this._dropOldest();
      if (lost?.kind === 'output') {
        this._lostEnd = lost.end;
      }
    }
  }

  private _dropOldest(): StreamItem | undefined {
    const item = this._items.shift();
    if (item !== undefined) {
      this._bytes -= costOf(item);
      this._first++;
    }
    return item;
  }
}

/** A view keeps the whole buffer alive that it looks into, a read of many frames perhaps; so at most twice what counts. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > 2 * bytes.length ? new Uint8Array(bytes) : bytes;
}

function costOf(item: StreamItem): number {
  return itemOverheadBytes + (item.kind === 'output' ? item.bytes.length : 0);
}
