import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { InBandAck } from './inBandAck.ts';

export const acknowledgeLimits = {
  /** A question is asked after so much: an eighth of the host's window, so the stream does not stop for the answers. */
  askAfterBytes: 32 * 1024,
  /** After a pause of the stream what was not asked for yet is, */
  quietMs: 20,
  /** unless it is this little: the host leaves room for it, and an answer to each key would disturb other extensions. */
  quietAskBytes: 4 * 1024,
  /**
   * A question that is not answered for so long, while the stream pauses, is asked again: the terminal may have taken no
   * input then. Longer than a busy window needs for all that may be open. Each further time doubles, up to the upper
   * bound: a hidden browser tab answers nothing for hours, and then everything at once.
   */
  overdueMs: { first: 2_000, longest: 60_000 },
} as const;

export interface OutputAcknowledgerOptions {
  readonly clock: Clock;
  readonly acks: InBandAck;
  /** Tells the host that the terminal has shown everything up to this position, but for some bytes of no account. */
  readonly acknowledge: (position: number) => void;
  /** Writes between two pieces of the stream; false, and nothing is made, when that is within a sequence. */
  readonly tryWrite: (makeText: () => string) => boolean;
}

/**
 * Knows what the host was not told yet to be shown, and asks the terminal. Whatever becomes of a question, the host is
 * told in the end: it sends nothing more before that.
 */
export class OutputAcknowledger implements Disposable {
  private readonly _options: OutputAcknowledgerOptions;
  private _timer: Disposable | undefined;
  /** Position up to which everything was written. */
  private _writtenPosition = -1;
  /** Position of the last question, or of the last acknowledgement without one. */
  private _askedPosition = -1;
  /** Written behind `_askedPosition`, as the host counts it. */
  private _unaskedBytes = 0;
  private _askedCount = 0;
  private _answeredCount = 0;
  private _overdueMs: number = acknowledgeLimits.overdueMs.first;
  private _isWatching = false;
  private _isDisposed = false;

  constructor(options: OutputAcknowledgerOptions) {
    this._options = options;
  }

  /** -1 before the first. */
  get writtenPosition(): number {
    return this._writtenPosition;
  }

  /** True when so much was written that a question is to be put in at the next opportunity. */
  get isDue(): boolean {
    return this._unaskedBytes >= acknowledgeLimits.askAfterBytes;
  }

  noteBytes(bytes: number): void {
    this._unaskedBytes += bytes;
  }

  /** The end of a frame that says so, or of a snapshot, was written. */
  noteEnd(position: number): void {
    this._writtenPosition = position;
  }

  /** What was written before is of no account: a snapshot takes its place. */
  forgetUnasked(): void {
    this._unaskedBytes = 0;
  }

  /**
   * The question whether everything up to `position` is shown. `bytesBehind`: what was written of the stream behind that
   * position already.
   */
  ask(position: number, bytesBehind = 0, handleAnswer?: () => void): string {
    this._askedPosition = position;
    this._unaskedBytes = bytesBehind;
    const number = ++this._askedCount;
    return this._options.acks.ask(() => {
      this._answeredCount = number;
      this._overdueMs = acknowledgeLimits.overdueMs.first;
      if (!this._isDisposed) {
        handleAnswer?.();
        this._options.acknowledge(position);
        this._schedule();
      }
    });
  }

  /** True when a question for this position tells the host something new. */
  isNew(position: number): boolean {
    return position > this._askedPosition;
  }

  acknowledgeUnasked(position: number): void {
    this._askedPosition = position;
    this._unaskedBytes = 0;
    this._options.acknowledge(position);
  }

  /** To be called when nothing waits to be written, for it may stay so. */
  watch(): void {
    this._isWatching = !this._isDisposed;
    this._schedule();
  }

  /** To be called when something waits to be written, or the rest of a snapshot is to come: no question fits in there. */
  unwatch(): void {
    this._isWatching = false;
    this._schedule();
  }

  dispose(): void {
    this._isDisposed = true;
    this.unwatch();
  }

  private _schedule(): void {
    this._timer?.dispose();
    this._timer = undefined;
    if (!this._isWatching) {
      return;
    }
    if (this._unaskedBytes >= acknowledgeLimits.quietAskBytes && this.isNew(this._writtenPosition)) {
      this._timer = this._options.clock.schedule(acknowledgeLimits.quietMs, () => this._handleQuiet());
    } else {
      this._scheduleOverdue();
    }
  }

  private _scheduleOverdue(): void {
    if (this._answeredCount < this._askedCount) {
      this._timer = this._options.clock.schedule(this._overdueMs, () => this._handleOverdue());
    }
  }

  private _handleQuiet(): void {
    if (this._tryAskForWritten()) {
      this._schedule();
    } else if (this._answeredCount < this._askedCount) {
      this._scheduleOverdue();
    } else {
      // Inside a long string (an image, a clipboard) no question is possible. Everything before it was shown, and
      // xterm.js swallows strings faster than they come; to wait for its end would be to wait for ever.
      this.acknowledgeUnasked(this._writtenPosition);
    }
  }

  /** The answer to a new question counts for the former ones as well. */
  private _handleOverdue(): void {
    this._overdueMs = Math.min(2 * this._overdueMs, acknowledgeLimits.overdueMs.longest);
    if (!this._tryAskForWritten()) {
      // It would tear the string. For a terminal that parses nothing at all this adds one window of the host's a minute.
      this.acknowledgeUnasked(this._writtenPosition);
    }
    this._schedule();
  }

  private _tryAskForWritten(): boolean {
    return this._options.tryWrite(() => this.ask(this._writtenPosition));
  }
}
