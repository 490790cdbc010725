import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import { positionedOverheadBytes } from '../../protocol/binary.ts';
import { GroundTracker } from './groundTracker.ts';
import type { InBandAck } from './inBandAck.ts';
import { acknowledgeLimits, OutputAcknowledger } from './outputAcknowledger.ts';

export const outputLimits = {
  /**
   * Written to VS Code at most within one interval. VS Code joins what comes within 5 ms into one string, which xterm.js
   * parses in one go: a megabyte there stops the whole window.
   */
  pieceBytes: 64 * 1024,
  pieceIntervalMs: 5,
} as const;

/**
 * Comes before a snapshot. CAN ends a sequence that the former stream was cut in; RIS resets; CSI 3 J clears the
 * scrollback also where RIS leaves it; OSC 104 and 110 to 112 take back colours, which RIS leaves as a program set them.
 */
const resetSequence = '\x18\x1bc\x1b[3J\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\';

export interface TerminalOutputOptions {
  readonly clock: Clock;
  readonly acks: InBandAck;
  /** Writes to the terminal. */
  readonly write: (text: string) => void;
  /** As `OutputAcknowledgerOptions.acknowledge`. */
  readonly acknowledge: (position: number) => void;
  /** What to ask a terminal that was just reset, before it gets a snapshot. */
  readonly preface: () => string;
}

interface Frame {
  readonly kind: 'snapshot' | 'output';
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  written: number;
}

type QueueItem = Frame | { readonly kind: 'action'; readonly run: () => void };

/**
 * What one attachment sends, on its way into the terminal: decoded, paced, and with questions put in by which the
 * terminal itself acknowledges. Without answers nothing is acknowledged, so the queue is bounded by the host's window
 * of 256 KiB and one snapshot.
 */
export class TerminalOutput implements Disposable {
  private readonly _options: TerminalOutputOptions;
  private readonly _acknowledger: OutputAcknowledger;
  private readonly _queue: QueueItem[] = [];
  private _decoder = newDecoder();
  private _tracker = new GroundTracker();
  private _windowStartMs = -Infinity;
  private _windowBytes = 0;
  private _pacing: Disposable | undefined;
  /** Number of the latest snapshot, and of the latest ones that the terminal began to draw and has drawn. */
  private _snapshot = 0;
  private _startedSnapshot = 0;
  private _drawnSnapshot = 0;
  private _isWithinSnapshot = false;
  private _insertion: (() => string) | undefined;
  private _isDraining = false;
  private _isDisposed = false;

  constructor(options: TerminalOutputOptions) {
    this._options = options;
    this._acknowledger = new OutputAcknowledger({
      clock: options.clock,
      acks: options.acks,
      acknowledge: options.acknowledge,
      tryWrite: (makeText) => this._tryWriteBetween(makeText),
    });
  }

  /**
   * Where the terminal is, as of the input that comes from it now: it shows something else until it begins to draw the
   * first snapshot; while it draws one, it may send a focus report because the snapshot turned those on.
   */
  get phase(): 'blank' | 'drawing' | 'live' {
    if (this._drawnSnapshot < this._startedSnapshot) {
      return 'drawing';
    }
    return this._drawnSnapshot === 0 ? 'blank' : 'live';
  }

  /** Number of the snapshot that the terminal began to draw last. */
  get startedSnapshot(): number {
    return this._startedSnapshot;
  }

  pushSnapshot(part: { position: number; bytes: Uint8Array; isFirst: boolean; isLast: boolean }): void {
    if (part.isFirst) {
      this._snapshot++;
      // The snapshot shows everything that still waits here; sizes and states are to stay in order.
      const actions = this._queue.filter((item) => item.kind === 'action');
      this._queue.splice(0, this._queue.length, ...actions);
    }
    this._push({ kind: 'snapshot', written: 0, ...part });
  }

  pushOutput(part: { position: number; bytes: Uint8Array }): void {
    this._push({ kind: 'output', written: 0, isFirst: false, isLast: false, ...part });
  }

  /** Calls back when everything pushed before is written. */
  pushAction(run: () => void): void {
    this._push({ kind: 'action', run });
  }

  /** Writes a text of our own as soon as the stream is in ground state and outside of a snapshot. Only the latest counts. */
  insert(makeText: () => string): void {
    this._insertion = makeText;
    this._tryInsert();
  }

  dispose(): void {
    this._isDisposed = true;
    this._insertion = undefined;
    this._queue.length = 0;
    this._pacing?.dispose();
    this._acknowledger.dispose();
  }

  private _push(item: QueueItem): void {
    if (!this._isDisposed) {
      this._queue.push(item);
      this._drain();
    }
  }

  private _drain(): void {
    // An action may push.
    if (this._pacing !== undefined || this._isDraining) {
      return;
    }
    this._isDraining = true;
    try {
      for (let item = this._queue[0]; item !== undefined; item = this._queue[0]) {
        if (item.kind === 'action') {
          this._queue.shift();
          item.run();
        } else if (!this._tryWriteFrame(item)) {
          break;
        }
      }
    } finally {
      this._isDraining = false;
    }
    this._tryInsert();
    if (this._queue.length > 0 || this._isWithinSnapshot) {
      this._acknowledger.unwatch();
    } else {
      this._acknowledger.watch();
    }
  }

  /** Writes as much of the frame as the interval has room for; false when that is nothing. */
  private _tryWriteFrame(frame: Frame): boolean {
    const nowMs = this._options.clock.monotonicMs();
    if (nowMs - this._windowStartMs >= outputLimits.pieceIntervalMs) {
      this._windowStartMs = nowMs;
      this._windowBytes = 0;
    }
    const room = outputLimits.pieceBytes - this._windowBytes;
    if (room <= 0) {
      this._pacing = this._options.clock.schedule(this._windowStartMs + outputLimits.pieceIntervalMs - nowMs, () => {
        this._pacing = undefined;
        this._drain();
      });
      return false;
    }
    const isStart = frame.written === 0;
    const bytes = frame.bytes.subarray(frame.written, frame.written + room);
    frame.written += bytes.length;
    this._windowBytes += bytes.length;
    const isEnd = frame.written === frame.bytes.length;
    if (isEnd) {
      this._queue.shift();
    }
    this._writePiece(frame, bytes, isStart, isEnd);
    return true;
  }

  private _writePiece(frame: Frame, bytes: Uint8Array, isStart: boolean, isEnd: boolean): void {
    let prefix = '';
    if (frame.isFirst && isStart) {
      prefix = resetSequence + this._askForStart() + this._options.preface();
      this._decoder = newDecoder();
      this._tracker = new GroundTracker();
      this._acknowledger.forgetUnasked();
    }
    const text = this._decoder.decode(bytes, { stream: true });
    this._tracker.push(text);
    this._acknowledger.noteBytes(bytes.length + (isEnd ? positionedOverheadBytes : 0));
    const formerPosition = this._acknowledger.writtenPosition;
    if (isEnd && (frame.kind === 'output' || frame.isLast)) {
      this._acknowledger.noteEnd(frame.position);
    }
    this._isWithinSnapshot = frame.kind === 'snapshot' && !(isEnd && frame.isLast);
    if (frame.kind === 'output') {
      this._write(this._withQuestion(text, frame, { formerPosition, isEnd }));
    } else if (this._isWithinSnapshot) {
      this._write(prefix + text);
    } else {
      this._finishSnapshot(prefix, text);
    }
  }

  /** The text, with a question at the last place that it fits in when one is due. */
  private _withQuestion(text: string, frame: Frame, before: { formerPosition: number; isEnd: boolean }): string {
    const offset = this._tracker.safeOffset;
    if (!this._acknowledger.isDue || offset <= 0) {
      return text;
    }
    const charactersBehind = text.length - offset;
    let question = '';
    if (before.isEnd && charactersBehind < acknowledgeLimits.quietAskBytes) {
      // What is behind it, a character mostly, would be too little to be asked for, but the host counts the whole frame.
      question = this._acknowledger.ask(frame.position, charactersBehind);
    } else if (this._acknowledger.isNew(before.formerPosition)) {
      const overheadBytes = before.isEnd ? positionedOverheadBytes : 0;
      question = this._acknowledger.ask(before.formerPosition, frame.written + overheadBytes);
    }
    return text.slice(0, offset) + question + text.slice(offset);
  }

  /** A snapshot may end with the start of a sequence that the output after it goes on with: then the question is before it. */
  private _finishSnapshot(prefix: string, text: string): void {
    const position = this._acknowledger.writtenPosition;
    const snapshot = this._snapshot;
    const offset = this._tracker.isGround ? text.length : this._tracker.safeOffset;
    if (offset < 0) {
      this._write(prefix + text);
      this._drawnSnapshot = snapshot;
      this._acknowledger.acknowledgeUnasked(position);
      return;
    }
    const question = this._acknowledger.ask(position, 0, () => {
      this._drawnSnapshot = snapshot;
    });
    this._write(prefix + text.slice(0, offset) + question + text.slice(offset));
  }

  private _askForStart(): string {
    const snapshot = this._snapshot;
    return this._options.acks.ask(() => {
      this._startedSnapshot = Math.max(this._startedSnapshot, snapshot);
    });
  }

  private _tryInsert(): void {
    const makeText = this._insertion;
    if (makeText !== undefined && this._acknowledger.writtenPosition >= 0 && !this._isWithinSnapshot) {
      const insert = (): string => {
        this._insertion = undefined;
        return makeText();
      };
      this._tryWriteBetween(insert);
    }
  }

  private _tryWriteBetween(makeText: () => string): boolean {
    if (this._tracker.isGround) {
      this._write(makeText());
    }
    return this._tracker.isGround;
  }

  private _write(text: string): void {
    if (text !== '') {
      this._options.write(text);
    }
  }
}

function newDecoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}
