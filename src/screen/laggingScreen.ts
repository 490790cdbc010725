import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { RevenantError } from '../base/errors.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import type { CreateScreen, Screen, ScreenState } from './api.ts';
import { Backlog } from './backlog.ts';
import { type ParkedScreen, parkScreen, restoreParked } from './parkedScreen.ts';
import { shallowSnapshot } from './shallowSnapshot.ts';

const kib = 1024;

/** Sizes in bytes, times in milliseconds. */
export const lagLimits = {
  /** Output is emulated at this interval, so that whoever looks next finds little to do. */
  catchUpMs: 20,
  /** More than this within the interval is a flood: emulating it is put off, since most of it will scroll away … */
  floodBytes: 128 * kib,
  /** … until no more than that came for so long. */
  afterFloodMs: 250,
  /** Below this, emulating is quicker than looking for a short cut. */
  shortCutBytes: 64 * kib,
  /** A backlog is first shortened at this size; later at twice what was left the last time. */
  shortenBytes: 1024 * kib,
  /** A backlog that cannot be shortened below this is emulated after all. */
  backlogBytes: 4096 * kib,
  /** Above this, output must wait: see `isBehind`. */
  behindBytes: 8192 * kib,
  /** A screen that nothing was printed on, and nobody looked at, for so long is parked. */
  parkMs: 60_000,
};

export type LagLimits = Readonly<typeof lagLimits>;

export interface LaggingScreenOptions {
  readonly cols: number;
  readonly rows: number;
  /** Lines kept above the screen. */
  readonly scrollback: number;
  readonly createScreen: CreateScreen;
  readonly clock: Clock;
  readonly limits?: LagLimits;
  /** Gets the answers to queries, as `ScreenOptions.onReply`. Restoring a parked screen causes none. */
  readonly onReply: (reply: Uint8Array) => void;
}

/** A keyframe's content. */
export interface ScreenKeyframe {
  readonly bytes: Uint8Array;
  /** Nothing above the screen is in it: at least as many lines as are kept were printed since the last keyframe. */
  readonly isShallow: boolean;
}

/**
 * A screen that may lag behind the stream and catches up when somebody needs it, as DESIGN.md says: for an operation,
 * for a query, and soon when there is little to do. A flood of plain output is emulated only as far as it can still be
 * seen (`skipScrolledAway`). An idle screen is parked. None of this can be told from the result of an operation: each
 * takes effect at its place in the stream.
 */
export class LaggingScreen implements Disposable {
  private readonly _options: LaggingScreenOptions;
  private readonly _limits: LagLimits;
  private _cols: number;
  private _rows: number;
  private _colors: TerminalColors | undefined;
  /** Undefined while it is parked. */
  private _screen: Screen | undefined;
  private _parked: ParkedScreen | undefined;
  private _isRestoring = false;
  /** What was written after the last operation; before it what operations have taken over and not yet emulated. */
  private _backlog = new Backlog();
  private readonly _detached = new Set<Backlog>();
  private _steps: Promise<unknown> = Promise.resolve();
  private _shortenAt: number;
  private _isShortening = false;
  /** Whether the emulator knows which lines were above the screen at the last keyframe, or is to be told. */
  private _notedLines: 'yes' | 'due' | 'no' = 'no';
  private _recentBytes = 0;
  private _lastUseMs: number;
  private _catchUpTimer: Disposable | undefined;
  private _parkTimer: Disposable | undefined;
  private _isDisposed = false;

  constructor(options: LaggingScreenOptions) {
    this._options = options;
    this._limits = options.limits ?? lagLimits;
    this._shortenAt = this._limits.shortenBytes;
    this._screen = this._createScreen(options.cols, options.rows);
    this._cols = this._screen.cols;
    this._rows = this._screen.rows;
    this._lastUseMs = options.clock.monotonicMs();
    this._schedulePark();
  }

  get cols(): number {
    return this._cols;
  }

  get rows(): number {
    return this._rows;
  }

  /** Bytes written and not yet emulated or skipped. */
  get pendingBytes(): number {
    let bytes = this._backlog.bytes + (this._screen?.pendingBytes ?? 0);
    for (const backlog of this._detached) {
      bytes += backlog.bytes;
    }
    return bytes;
  }

  /** True when nothing more should be written before `relieved` has resolved, or memory grows without bound. */
  get isBehind(): boolean {
    return this.pendingBytes > this._limits.behindBytes;
  }

  /** True while there is no emulator, only a compressed snapshot. */
  get isParked(): boolean {
    return this._screen === undefined;
  }

  /**
   * Takes output of which the last `plainBytes`, counted over the whole stream, are plain. Keeps `bytes` itself until
   * it is emulated: do not change it.
   */
  write(bytes: Uint8Array, plainBytes: number): void {
    if (this._isDisposed || bytes.length === 0) {
      return;
    }
    this._backlog.push(bytes, plainBytes);
    this._recentBytes += bytes.length;
    if (this._backlog.bytes > this._shortenAt && !this._isShortening) {
      this._isShortening = true;
      const backlog = this._backlog;
      this._runQuietly((screen) => this._shorten(screen, backlog));
    }
    this._scheduleCatchUp();
  }

  /** Emulates what was written without waiting for more, as a query demands. */
  catchUp(): void {
    this._runQuietly(this._after(() => undefined));
  }

  resize(cols: number, rows: number): void {
    [this._cols, this._rows] = [cols, rows];
    this._runQuietly(this._after((screen) => screen.resize(cols, rows)));
  }

  /** As `Screen.setColors`. */
  setColors(colors: TerminalColors): void {
    this._colors = colors;
    this._runQuietly(this._after((screen) => screen.setColors(colors)));
  }

  /** Resolves when everything written before the call has been emulated. Rejects with `closed`, as all that follow. */
  settled(): Promise<void> {
    return this._run(this._after((screen) => screen.settled()));
  }

  /** Resolves when the screen is not behind any more, or closed. */
  async relieved(): Promise<void> {
    while (this.isBehind && !this._isDisposed) {
      await this.settled().catch(() => undefined);
    }
  }

  /** As `Screen.snapshot`. */
  snapshot(scrollback: number): Promise<Uint8Array> {
    return this._run(this._after((screen) => screen.snapshot(scrollback)));
  }

  /** As `Screen.state`. */
  state(scrollback: number): Promise<ScreenState> {
    return this._run(this._after((screen) => screen.state(scrollback)));
  }

  /**
   * The screen after everything written before the call, with all lines that are kept; without those when they were all
   * printed since the last keyframe, `recentBytes` ago. A flood is not emulated for that.
   */
  keyframe(recentBytes: number): Promise<ScreenKeyframe> {
    const { createScreen } = this._options;
    const backlog = this._detach();
    const next = this._backlog;
    return this._run(async (screen) => {
      await this._feed(screen, backlog.takeUnplain());
      const bytes = await shallowSnapshot({ createScreen, screen, plain: backlog.join(), recentBytes });
      if (bytes === undefined) {
        await this._feedAll(screen, backlog);
        return this._emulatedKeyframe(screen);
      }
      next.prepend(backlog);
      this._detached.delete(backlog);
      this._notedLines = 'due';
      return { bytes, isShallow: true };
    });
  }

  dispose(): void {
    this._isDisposed = true;
    this._catchUpTimer?.dispose();
    this._parkTimer?.dispose();
    this._screen?.dispose();
    this._backlog = new Backlog();
    this._detached.clear();
  }

  /** An operation on the screen as it is after everything written before the call. */
  private _after<T>(operation: (screen: Screen) => T | Promise<T>): (screen: Screen) => Promise<T> {
    const backlog = this._detach();
    return async (screen) => {
      await this._feedAll(screen, backlog);
      return operation(screen);
    };
  }

  private _detach(): Backlog {
    const backlog = this._backlog;
    this._backlog = new Backlog();
    this._detached.add(backlog);
    return backlog;
  }

  /** One step after the other. Rejects with `closed` when the screen is, and with what a step throws. */
  private _run<T>(step: (screen: Screen) => Promise<T>): Promise<T> {
    this._lastUseMs = this._options.clock.monotonicMs();
    const run = this._steps.then(async () => step(await this._wake()));
    this._steps = run.catch(() => undefined);
    return run;
  }

  /** Nobody waits for it, and a screen that is closed meanwhile has nothing to say. */
  private _runQuietly(step: (screen: Screen) => Promise<unknown>): void {
    this._run(step).catch(() => undefined);
  }

  private async _feedAll(screen: Screen, backlog: Backlog): Promise<void> {
    if (backlog.bytes > this._limits.shortCutBytes) {
      await this._feed(screen, backlog.takeUnplain());
      if (screen.turnover !== undefined) {
        backlog.shorten(screen.turnover);
      }
    }
    const pieces = backlog.takeAll();
    this._detached.delete(backlog);
    if (pieces.length > 0) {
      await this._feed(screen, pieces);
    }
    if (this._notedLines === 'due') {
      // Later than the keyframe: when these lines are gone, so are those that were above the screen then.
      await screen.settled();
      screen.noteLinesAbove();
      this._notedLines = 'yes';
    }
  }

  private async _feed(screen: Screen, pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      screen.write(piece);
    }
    await screen.settled();
  }

  private async _emulatedKeyframe(screen: Screen): Promise<ScreenKeyframe> {
    const isShallow = this._notedLines === 'yes' && screen.isScrollIndependent && screen.hasNewLinesAbove;
    screen.noteLinesAbove();
    this._notedLines = 'yes';
    return { bytes: await screen.snapshot(isShallow ? 0 : this._options.scrollback), isShallow };
  }

  /** Makes a backlog smaller that grows while nobody needs the screen: by a short cut, else by emulating. */
  private async _shorten(screen: Screen, backlog: Backlog): Promise<void> {
    // More may come while it waits for the emulator.
    do {
      await this._feed(screen, backlog.takeUnplain());
    } while (backlog.unplainBytes > 0);
    if (screen.turnover !== undefined) {
      backlog.shorten(screen.turnover);
    }
    if (backlog.bytes > this._limits.backlogBytes) {
      await this._feed(screen, backlog.takeAll());
    }
    this._shortenAt = Math.max(this._limits.shortenBytes, 2 * backlog.bytes);
    this._isShortening = false;
  }

  private _scheduleCatchUp(delayMs = this._limits.catchUpMs): void {
    this._catchUpTimer ??= this._options.clock.schedule(delayMs, () => {
      this._catchUpTimer = undefined;
      const isFlood = this._recentBytes > this._limits.floodBytes;
      this._recentBytes = 0;
      if (isFlood) {
        this._scheduleCatchUp(this._limits.afterFloodMs);
      } else {
        this.catchUp();
      }
    });
  }

  private _schedulePark(delayMs = this._limits.parkMs): void {
    const { clock } = this._options;
    this._parkTimer ??= clock.schedule(delayMs, () => {
      this._parkTimer = undefined;
      const idleMs = clock.monotonicMs() - this._lastUseMs;
      if (idleMs >= this._limits.parkMs) {
        this._runQuietly((screen) => this._park(screen));
      } else {
        this._schedulePark(this._limits.parkMs - idleMs);
      }
    });
  }

  private async _park(screen: Screen): Promise<void> {
    this._parked = await parkScreen(screen, this._options.scrollback);
    this._screen = undefined;
    this._notedLines = 'no';
    screen.dispose();
  }

  /** The emulator, made again if the screen is parked. */
  private async _wake(): Promise<Screen> {
    this._checkOpen();
    if (this._screen !== undefined) {
      return this._screen;
    }
    const parked = this._parked;
    const screen = this._createScreen(parked?.cols ?? this._cols, parked?.rows ?? this._rows);
    try {
      await this._restore(screen, parked);
      this._checkOpen();
    } catch (error) {
      screen.dispose();
      throw error;
    }
    this._screen = screen;
    this._parked = undefined;
    this._schedulePark();
    return screen;
  }

  private async _restore(screen: Screen, parked: ParkedScreen | undefined): Promise<void> {
    this._isRestoring = true;
    try {
      if (this._colors !== undefined) {
        screen.setColors(this._colors);
      }
      if (parked !== undefined) {
        await restoreParked(parked, screen);
      }
    } finally {
      this._isRestoring = false;
    }
  }

  private _checkOpen(): void {
    if (this._isDisposed) {
      throw new RevenantError('closed', 'The screen is closed.');
    }
  }

  private _createScreen(cols: number, rows: number): Screen {
    const { createScreen, scrollback, onReply } = this._options;
    return createScreen({
      cols,
      rows,
      scrollback,
      onReply: (reply) => {
        if (!this._isRestoring) {
          onReply(reply);
        }
      },
    });
  }
}
