import type { Disposable } from '../base/disposable.ts';
import { Emitter } from '../base/event.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import type { Clock } from '../base/clock.ts';
import type { KeyframeContent } from '../journal/api.ts';
import type { CreateScreen, ScannerEvent, ScreenState, SequenceScanner } from '../screen/api.ts';
import { LaggingScreen } from '../screen/laggingScreen.ts';
import { createSequenceScanner } from '../screen/sequenceScanner.ts';
import type { SessionSnapshot, StreamChunk } from './api.ts';
import { concatBytes, noBytes } from './bytes.ts';

export interface LiveScreenOptions {
  readonly createScreen: CreateScreen;
  readonly clock: Clock;
  readonly cols: number;
  readonly rows: number;
  /** Lines kept above the screen. */
  readonly scrollback: number;
}

/**
 * A session's screen together with the scanner in front of it. Both, and what clients get, always agree on how far the
 * stream is: a sequence that is cut by the end of a chunk stays out of all three until it is whole. So a snapshot ends
 * exactly where the chunk before it ended, and never holds half a sequence.
 *
 * Positions count every byte that was pushed, queries and held-back bytes included.
 */
export class LiveScreen implements Disposable {
  private readonly _options: LiveScreenOptions;
  private readonly _onDidReply = new Emitter<Uint8Array>();
  private _screen: LaggingScreen;
  private _scanner: SequenceScanner;
  private _heldBack: Uint8Array = noBytes;
  private _end = 0;
  /** Where the newest keyframe was taken, or the screen was brought to the end of the journal. */
  private _keyframeEnd = 0;
  private _isAnswering = false;

  /** Answers to queries, in order; only while answering. */
  readonly onDidReply = this._onDidReply.event;

  /** Mute, empty and at position 0. */
  constructor(options: LiveScreenOptions) {
    this._options = options;
    this._screen = this._createScreen(options.cols, options.rows);
    this._scanner = createSequenceScanner();
  }

  /** After the last byte pushed. */
  get end(): number {
    return this._end;
  }

  /** After the last byte that the screen, a snapshot and the clients have. */
  get position(): number {
    return this._end - this._heldBack.length;
  }

  get cols(): number {
    return this._screen.cols;
  }

  get rows(): number {
    return this._screen.rows;
  }

  /** True when nothing more should be pushed before `relieved` has resolved, or memory grows without bound. */
  get isBehind(): boolean {
    return this._screen.isBehind;
  }

  /** Resolves when the screen is not behind any more, or closed. */
  relieved(): Promise<void> {
    return this._screen.relieved();
  }

  /** Says where the stream is: after a replay, or where the journal holds less than clients saw. */
  setEnd(end: number): void {
    this._end = end;
    this._keyframeEnd = end;
  }

  /**
   * From here on queries are answered, with these colours. What was pushed before never is, although it may not be
   * parsed yet.
   */
  async startAnswering(colors?: TerminalColors): Promise<void> {
    if (colors !== undefined) {
      this._screen.setColors(colors);
    }
    await this._screen.settled();
    this._isAnswering = true;
  }

  stopAnswering(): void {
    this._isAnswering = false;
  }

  push(bytes: Uint8Array): { readonly chunk: StreamChunk; readonly events: readonly ScannerEvent[] } {
    const scan = this._scanner.push(bytes);
    const raw = concatBytes([this._heldBack, bytes]);
    const released = raw.length - scan.heldBackBytes;
    if (released > 0) {
      this._screen.write(raw.subarray(0, released), scan.plainBytes);
    }
    if (scan.hasQueries && this._isAnswering) {
      this._screen.catchUp();
    }
    // A copy, so that a few held-back bytes do not keep a large chunk in memory.
    this._heldBack = scan.heldBackBytes === 0 ? noBytes : raw.slice(released);
    this._end += bytes.length;
    return { chunk: { end: this.position, bytes: scan.forClients, isGround: scan.isGround }, events: scan.events };
  }

  /** Colours that queries are answered with; a `reset` forgets them. */
  setColors(colors: TerminalColors): void {
    this._screen.setColors(colors);
  }

  resize(cols: number, rows: number): void {
    this._screen.resize(cols, rows);
  }

  /** Starts over with an empty screen, for a keyframe in a replay. */
  reset(cols: number, rows: number): void {
    this._screen.dispose();
    this._screen = this._createScreen(cols, rows);
    this._scanner = createSequenceScanner();
    this._heldBack = noBytes;
  }

  settled(): Promise<void> {
    return this._screen.settled();
  }

  /** The screen as it is after everything pushed before the call, up to `position`. */
  async snapshot(scrollback: number): Promise<SessionSnapshot> {
    const { position, cols, rows } = this;
    return { position, bytes: await this._screen.snapshot(scrollback), cols, rows };
  }

  /**
   * A snapshot with the held-back bytes behind it: pushed into a new LiveScreen of its size, it gives this one after
   * everything pushed before the call, up to `end`. A shallow one does so for the lines above the screen only after
   * what was pushed since the keyframe before.
   */
  async keyframe(): Promise<KeyframeContent> {
    const { cols, rows } = this;
    const heldBack = this._heldBack;
    const recentBytes = this._end - this._keyframeEnd;
    this._keyframeEnd = this._end;
    const { bytes, isShallow } = await this._screen.keyframe(recentBytes);
    return { bytes: concatBytes([bytes, heldBack]), cols, rows, isShallow };
  }

  state(scrollback: number): Promise<ScreenState> {
    return this._screen.state(scrollback);
  }

  dispose(): void {
    this._isAnswering = false;
    this._onDidReply.dispose();
    this._screen.dispose();
  }

  private _createScreen(cols: number, rows: number): LaggingScreen {
    const { createScreen, clock, scrollback } = this._options;
    return new LaggingScreen({
      createScreen,
      clock,
      cols,
      rows,
      scrollback,
      onReply: (reply) => {
        if (this._isAnswering) {
          this._onDidReply.fire(reply);
        }
      },
    });
  }
}
