import type { KeyframeContent } from './api.ts';
import type { PlainEventCode } from './eventEncoder.ts';
import { journalLimits } from './journalLimits.ts';

/** Output bytes that came close together: one event. */
export interface PendingOutput {
  readonly kind: 'output';
  readonly timeMs: number;
  readonly chunks: Uint8Array[];
  bytes: number;
}

export interface PendingEvent {
  readonly kind: 'event';
  readonly timeMs: number;
  readonly code: PlainEventCode;
  readonly data: string;
}

/** Settled when everything before it is in the files. */
export interface PendingBarrier {
  readonly kind: 'barrier';
  resolve(): void;
  reject(error: Error): void;
}

/** The border between two segments. */
export interface PendingRoll {
  readonly kind: 'roll';
  readonly timeMs: number;
  /** The same moment, since the epoch. */
  readonly timestampMs: number;
  /** Size at this point, for a segment without keyframe. */
  readonly cols: number;
  readonly rows: number;
  keyframe:
    | { readonly state: 'awaited' }
    | { readonly state: 'taken'; readonly value: KeyframeContent }
    | { readonly state: 'none' };
}

type PendingItem = PendingOutput | PendingEvent | PendingBarrier | PendingRoll;

/**
 * What was accepted and is not encoded yet, in order. Output is not bounded here: who appends stops acknowledging it
 * when `Recorder.waitingBytes` is too much, and then the keeper pauses the process. Events are bounded in number.
 */
export class PendingQueue {
  private _items: PendingItem[] = [];
  private _outputBytes = 0;
  private _barriers = 0;
  private _events = 0;

  /** Output bytes in the queue. */
  get outputBytes(): number {
    return this._outputBytes;
  }

  get length(): number {
    return this._items.length;
  }

  get first(): PendingItem | undefined {
    return this._items[0];
  }

  get hasBarrier(): boolean {
    return this._barriers > 0;
  }

  /**
   * False when the queue holds as many events as it may, and this one is left out; an exit always has room. Of resizes
   * that follow each other every one counts: going narrow and back loses lines of a full scrollback.
   */
  pushEvent(item: PendingEvent): boolean {
    if (item.code !== 'x' && this._events >= journalLimits.pendingEvents) {
      return false;
    }
    this._events += 1;
    this._items.push(item);
    return true;
  }

  push(item: PendingBarrier | PendingRoll): void {
    this._items.push(item);
    if (item.kind === 'barrier') {
      this._barriers += 1;
    }
  }

  /** Keeps `bytes` itself, not a copy. */
  pushOutput(bytes: Uint8Array, timeMs: number): void {
    this._outputBytes += bytes.length;
    const last = this._items.at(-1);
    if (
      last?.kind === 'output' &&
      last.bytes + bytes.length <= journalLimits.eventBytes &&
      timeMs - last.timeMs <= journalLimits.coalesceMs
    ) {
      last.chunks.push(bytes);
      last.bytes += bytes.length;
    } else {
      this._items.push({ kind: 'output', timeMs, chunks: [bytes], bytes: bytes.length });
    }
  }

  shift(): void {
    const item = this._items.shift();
    if (item?.kind === 'output') {
      this._outputBytes -= item.bytes;
    } else if (item?.kind === 'barrier') {
      this._barriers -= 1;
    } else if (item?.kind === 'event') {
      this._events -= 1;
    }
  }

  /** Takes the barriers out, in order. */
  removeBarriers(): PendingBarrier[] {
    const barriers = this._items.filter((item) => item.kind === 'barrier');
    this._items = this._items.filter((item) => item.kind !== 'barrier');
    this._barriers = 0;
    return barriers;
  }

  /** Takes out a border between segments that is not wanted any more. */
  removeRoll(roll: PendingRoll): void {
    this._items = this._items.filter((item) => item !== roll);
  }
}
