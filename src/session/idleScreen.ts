import type { Disposable } from '../base/disposable.ts';
import type { SessionContext } from './context.ts';
import type { LiveScreen } from './liveScreen.ts';
import type { SessionMetadata } from './metadata.ts';
import { replayJournal } from './replayJournal.ts';
import { sessionLimits } from './sessionLimits.ts';
import { sessionPathsOf } from './sessionPaths.ts';
import { newLiveScreen } from './sessionStream.ts';

/** The screen of a session that does not run: rebuilt from the journal when asked for, dropped when idle. */
export class IdleScreen implements Disposable {
  private readonly _context: SessionContext;
  private readonly _read: () => SessionMetadata;
  private _screen: Promise<LiveScreen> | undefined;
  private _timer: Disposable | undefined;
  private _users = 0;
  private _isDisposeDue = false;
  /** Positions never go back while this host lives, although after a gap the journal holds less. */
  private _end: number | undefined;

  constructor(context: SessionContext, read: () => SessionMetadata) {
    this._context = context;
    this._read = read;
  }

  /** Takes over a screen that is at the end of the journal. */
  keep(screen: LiveScreen): void {
    this._end = screen.end;
    this._screen = Promise.resolve(screen);
    this._restartTimer();
  }

  /** The screen, for the time that `operation` takes. */
  async use<T>(operation: (screen: LiveScreen) => Promise<T>): Promise<T> {
    this._users++;
    this._timer?.dispose();
    try {
      this._screen ??= this._build();
      const screen = await this._screen;
      const { cols, rows } = this._read();
      if (cols !== screen.cols || rows !== screen.rows) {
        screen.resize(cols, rows);
      }
      return await operation(screen);
    } finally {
      this._users--;
      if (this._isDisposeDue) {
        this.dispose();
      }
      this._restartTimer();
    }
  }

  /** Gives the screen away, as a session that starts needs it. undefined when none is there. */
  async take(): Promise<LiveScreen | undefined> {
    const screen = this._screen;
    this._screen = undefined;
    this._isDisposeDue = false;
    this._timer?.dispose();
    return screen;
  }

  /** Where positions go on. */
  get end(): number | undefined {
    return this._end;
  }

  /** Drops the screen, as soon as nobody uses it. */
  dispose(): void {
    this._timer?.dispose();
    this._isDisposeDue = this._users > 0;
    if (this._isDisposeDue) {
      return;
    }
    const screen = this._screen;
    this._screen = undefined;
    void screen?.then(
      (built) => built.dispose(),
      () => undefined,
    );
  }

  private async _build(): Promise<LiveScreen> {
    const metadata = this._read();
    const { journal, log, directory } = this._context.options;
    const screen = newLiveScreen(this._context, metadata);
    try {
      await replayJournal(journal.openReader(sessionPathsOf(directory, metadata.id).journal, log), screen);
      if (this._end !== undefined) {
        screen.setEnd(this._end);
      }
      return screen;
    } catch (error) {
      this._screen = undefined;
      screen.dispose();
      throw error;
    }
  }

  private _restartTimer(): void {
    this._timer?.dispose();
    if (this._users === 0 && this._screen !== undefined) {
      this._timer = this._context.options.clock.schedule(sessionLimits.idleScreenMs, () => this.dispose());
    }
  }
}
