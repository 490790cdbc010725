import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import type { SessionSnapshot } from '../session/api.ts';
import { attachmentLimits } from './attachmentLimits.ts';
import type { OutputRing } from './outputRing.ts';

export interface SnapshotPacerOptions {
  readonly clock: Clock;
  readonly ring: OutputRing;
  readonly take: (scrollback: number) => Promise<SessionSnapshot>;
  /** Whoever was told to wait may ask again. */
  readonly handleDue: () => void;
}

/** A snapshot that is being made. */
export interface PendingSnapshot {
  /** Number of the first item of the ring that may come after it. */
  readonly cursor: number;
  readonly snapshot: Promise<SessionSnapshot>;
}

/**
 * Takes the snapshots for all attachments of one session. A snapshot makes the host emulate what its screen had put off
 * and write it all down, while the flood that it is taken from waits to be recorded. So those who fall behind at the
 * same time share one, and the next one waits: ten times as long as the last one took, from 0.2 s to 2 s, which leaves
 * nine tenths of the host to the flood however many look at it. When the flood is over, by itself or by Ctrl+C, the
 * last snapshot comes at once.
 */
export class SnapshotPacer implements Disposable {
  private readonly _options: SnapshotPacerOptions;
  /** By the lines above the screen. */
  private readonly _pending = new Map<number, PendingSnapshot>();
  private _dueMs = 0;
  private _outputBytes = 0;
  private _timer: Disposable | undefined;
  private _isDisposed = false;

  constructor(options: SnapshotPacerOptions) {
    this._options = options;
  }

  noteOutput(bytes: number): void {
    this._outputBytes += bytes;
  }

  /** A new snapshot, or the one with as many lines above the screen that is being made already. */
  take(scrollback: number): PendingSnapshot {
    const { ring, clock, take } = this._options;
    const pending = this._pending.get(scrollback);
    // What follows it may have left the ring since, when nobody waits for it any more.
    if (pending !== undefined && pending.cursor >= ring.first) {
      return pending;
    }
    const startMs = clock.monotonicMs();
    const taken = { cursor: ring.next, snapshot: take(scrollback) };
    this._pending.set(scrollback, taken);
    const handleEnd = (): void => {
      if (this._pending.get(scrollback) === taken) {
        this._pending.delete(scrollback);
      }
      this._noteTaken(clock.monotonicMs() - startMs);
    };
    taken.snapshot.then(handleEnd, handleEnd);
    return taken;
  }

  /** From here on nobody joins a snapshot that was begun before. */
  expire(): void {
    this._pending.clear();
  }

  /** True when an attachment that fell behind may take a snapshot. Else `handleDue` is called when that is so. */
  checkDue(): boolean {
    const isDue = this._options.clock.monotonicMs() >= this._dueMs;
    if (!isDue && this._timer === undefined && !this._isDisposed) {
      this._watch();
    }
    return isDue;
  }

  dispose(): void {
    this._isDisposed = true;
    this._timer?.dispose();
    this._pending.clear();
  }

  private _noteTaken(tookMs: number): void {
    const { timesTaken, minMs, maxMs } = attachmentLimits.resyncInterval;
    const intervalMs = Math.min(Math.max(tookMs * timesTaken, minMs), maxMs);
    this._dueMs = this._options.clock.monotonicMs() + intervalMs;
  }

  /** Measures the flood, for as long as somebody waits: a calm ends the interval. */
  private _watch(): void {
    const { clock, handleDue } = this._options;
    const { calm } = attachmentLimits;
    const bytesBefore = this._outputBytes;
    const delayMs = Math.min(calm.ms, this._dueMs - clock.monotonicMs());
    this._timer = clock.schedule(delayMs, () => {
      this._timer = undefined;
      if (this._outputBytes - bytesBefore <= calm.bytes) {
        this._dueMs = clock.monotonicMs();
      }
      if (this.checkDue()) {
        handleDue();
      }
    });
  }
}
