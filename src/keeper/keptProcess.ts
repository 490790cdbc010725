import { Emitter, type Event } from '../base/event.ts';
import type { RunId } from '../base/ids.ts';
import { keeperLimits, type KeeperRun } from '../protocol/keeperMessages.ts';
import { OutputBuffer } from './outputBuffer.ts';
import type { PtyChild, PtyChildExit } from './ptyChild.ts';

/** A paused process goes on when so much is held: half, so that it is not switched on and off for every acknowledgement. */
const resumeBelowBytes = keeperLimits.unacknowledgedBytes / 2;

/** What there is to send: a piece of output first, the exit when all output is sent. */
export type Delivery =
  | { readonly kind: 'output'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'exit'; readonly end: number; readonly exit: PtyChildExit };

/**
 * A process with the output that no journal has yet. Bounded: at `keeperLimits.unacknowledgedBytes` (and what one more
 * read brings) its PTY is paused until the host acknowledges.
 */
export class KeptProcess {
  readonly run: RunId;
  readonly handle: number;
  readonly child: PtyChild;
  private readonly _output = new OutputBuffer();
  private readonly _onDidChange = new Emitter<void>();
  private _isPaused = false;
  private _exit: PtyChildExit | undefined;
  /** Offset of the next byte for the host; undefined until it asked. */
  private _cursor: number | undefined;
  private _isExitSent = false;

  /** There may be something to send. */
  readonly onDidChange: Event<void> = this._onDidChange.event;

  constructor(run: RunId, handle: number, child: PtyChild) {
    this.run = run;
    this.handle = handle;
    this.child = child;
    child.onDidOutput((bytes) => {
      this._output.append(bytes);
      if (!this._isPaused && this._output.heldBytes >= keeperLimits.unacknowledgedBytes) {
        this._isPaused = true;
        child.pause();
      }
      this._onDidChange.fire();
    });
    child.onDidExit((exit) => {
      this._exit = exit;
      this._onDidChange.fire();
    });
  }

  /** Output for the host that it was not given yet; 0 when it has not asked. */
  get undeliveredBytes(): number {
    return this._cursor === undefined ? 0 : this._output.end - Math.max(this._cursor, this._output.start);
  }

  describe(): KeeperRun {
    const { start, end } = this._output;
    return { run: this.run, handle: this.handle, pid: this.child.pid, start, end, exit: this._exit ?? null };
  }

  /** Starts delivering at `offset`, or at the oldest byte that is held if that is later. */
  startDelivery(offset: number): void {
    this._cursor = Math.min(offset, this._output.end);
    this._isExitSent = false;
    this._onDidChange.fire();
  }

  stopDelivery(): void {
    this._cursor = undefined;
  }

  /** The next thing for the host, at most one slab of output; undefined when there is nothing now. */
  takeDelivery(): Delivery | undefined {
    if (this._cursor === undefined) {
      return undefined;
    }
    const offset = Math.max(this._cursor, this._output.start);
    const bytes = this._output.read(offset);
    if (bytes.length > 0) {
      this._cursor = offset + bytes.length;
      return { kind: 'output', offset, bytes };
    }
    if (this._exit === undefined || this._isExitSent) {
      return undefined;
    }
    this._isExitSent = true;
    return { kind: 'exit', end: this._output.end, exit: this._exit };
  }

  /** Forgets the output below `offset`, which a journal holds. */
  acknowledge(offset: number): void {
    this._output.dropBelow(offset);
    if (this._isPaused && this._output.heldBytes <= resumeBelowBytes) {
      this._isPaused = false;
      this.child.resume();
    }
  }
}
