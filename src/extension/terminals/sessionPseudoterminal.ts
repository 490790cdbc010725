import type * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import { isRevenantError, messageOf } from '../../base/errors.ts';
import { Emitter } from '../../base/event.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { type SessionInfo, sizeLimits } from '../../protocol/sessionInfo.ts';
import { type AttachmentEnd, AttachedSession } from './attachedSession.ts';
import { attachWhenConnected } from './attachWhenConnected.ts';
import { InBandAck } from './inBandAck.ts';
import { isEnter, isReplyShaped } from './inputFilter.ts';
import { NewestListenerEvent } from './newestListenerEvent.ts';
import { PendingInput } from './pendingInput.ts';
import type { TerminalConnection, TerminalLink } from './terminalLink.ts';
import { type TerminalSize, ToldSize } from './terminalSize.ts';
import type { TerminalTexts } from './terminalTexts.ts';
import type { WindowColors } from './windowColors.ts';

/** Waiting shorter than this is not worth a line that flashes up. */
const noticeDelayMs = 500;

/** VS Code takes one round trip between its processes to make an opened terminal ready. */
const readyDelayMs = 100;

/** Lifts a size override: VS Code takes the smaller of it and the panel, and ignores undefined. */
const noOverride = { columns: sizeLimits.maxCols, rows: sizeLimits.maxRows } as const;

/** Texts of errors come from elsewhere and must not steer the terminal. */
const unprintable = /[^ -~\u{a0}-\u{10ffff}]+/gu;

export interface SessionPseudoterminalOptions {
  /** The session to show; undefined for one that `createSession` is to make when the terminal is opened. */
  readonly session: SessionId | undefined;
  /** Makes a session; without it a session that does not exist is an error. */
  readonly createSession?: (() => Promise<SessionId>) | undefined;
  readonly link: TerminalLink;
  readonly clock: Clock;
  readonly log: Log;
  readonly texts: TerminalTexts;
  readonly windowColors: WindowColors;
  readonly scrollbackLines: () => number;
  /** The environment of a shell that Enter starts; null: the host's default. */
  readonly environment: () => Record<string, string> | null;
}

/**
 * A session in a tab of VS Code. It attaches when VS Code opens it, again after a lost connection, and detaches when it is
 * closed; nothing that VS Code does to the tab ends the session. None of its methods throws.
 */
export class SessionPseudoterminal implements vscode.Pseudoterminal, Disposable {
  private readonly _options: SessionPseudoterminalOptions;
  private readonly _writeEvent = new NewestListenerEvent<string>();
  private readonly _overrideEvent = new NewestListenerEvent<vscode.TerminalDimensions | undefined>();
  private readonly _closeEvent = new NewestListenerEvent<number | undefined>();
  private readonly _nameEvent = new NewestListenerEvent<string>();
  private readonly _onDidChangeSession = new Emitter<void>();
  private readonly _onDidOpen = new Emitter<void>();
  private readonly _acks = new InBandAck();
  private readonly _pendingInput = new PendingInput();
  private readonly _size = new ToldSize();
  private _sessionId: SessionId | undefined;
  private _creation: Promise<SessionId> | undefined;
  private _name: string | undefined;
  /** Ends what the latest `open` began. */
  private _opened: AbortController | undefined;
  /** What is on the screen: the latest attachment, also when it has ended. */
  private _screen: AttachedSession | undefined;
  private _phase: 'closed' | 'connecting' | 'attached' | 'stopped' = 'closed';
  private _isOverridden = false;
  private _isRestarting = false;
  private _wasClosed = false;

  readonly onDidWrite = this._writeEvent.event;
  readonly onDidOverrideDimensions = this._overrideEvent.event;
  readonly onDidClose = this._closeEvent.event;
  readonly onDidChangeName = this._nameEvent.event;
  /** Fires when `sessionId` becomes known. */
  readonly onDidChangeSession = this._onDidChangeSession.event;
  readonly onDidOpen = this._onDidOpen.event;

  constructor(options: SessionPseudoterminalOptions) {
    this._options = options;
    this._sessionId = options.session;
  }

  get sessionId(): SessionId | undefined {
    return this._sessionId;
  }

  /** True from `close()` on: what VS Code says of the terminal afterwards is about this close. */
  get wasClosed(): boolean {
    return this._wasClosed;
  }

  open(initialDimensions: vscode.TerminalDimensions | undefined): void {
    this._leave();
    this._wasClosed = false;
    this._isOverridden = false;
    this._name = undefined;
    this._size.update(initialDimensions);
    const opened = new AbortController();
    this._opened = opened;
    const sessions = this._options.link.onDidChangeSessions(() => this._showName());
    opened.signal.addEventListener('abort', () => sessions.dispose());
    this._showName();
    this._showNameAgain();
    this._connect(this._options.texts.connecting, true);
    this._onDidOpen.fire();
  }

  /** VS Code calls it when the tab is closed, and for every terminal when the extension host stops: the session lives on. */
  close(): void {
    this._wasClosed = true;
    this._leave();
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    if (this._size.update(dimensions)) {
      this._screen?.sendSize();
      this._screen?.handleShown();
    }
  }

  /** The theme of the window has changed. */
  askColors(): void {
    this._screen?.askColors();
  }

  handleInput(data: string): void {
    if (this._acks.tryHandleAnswer(data)) {
      return;
    }
    switch (this._phase) {
      case 'closed':
        return;
      case 'attached':
        this._screen?.handleInput(data);
        return;
      case 'stopped':
        if (isEnter(data)) {
          this._connect(this._options.texts.connecting, true);
        }
        return;
      case 'connecting':
        if (this._options.link.state === 'failed') {
          if (isEnter(data)) {
            this._options.link.reconnectNow();
          }
        } else if (!isReplyShaped(data)) {
          this._pendingInput.push(data);
        }
        return;
    }
  }

  dispose(): void {
    this._leave();
    this._onDidChangeSession.dispose();
    this._onDidOpen.dispose();
  }

  private _leave(): void {
    this._phase = 'closed';
    this._opened?.abort();
    this._opened = undefined;
    this._screen?.dispose();
    this._screen = undefined;
    this._pendingInput.take();
  }

  private _showName(): void {
    const session = this._sessionId === undefined ? undefined : this._options.link.findSession(this._sessionId);
    if (session !== undefined && session.displayName !== this._name) {
      this._name = session.displayName;
      this._nameEvent.fire(session.displayName);
    }
  }

  /** VS Code sets the tab's title to the name of its creation once more when the terminal is ready, just after `open`. */
  private _showNameAgain(): void {
    const timer = this._options.clock.schedule(readyDelayMs, () => {
      this._name = undefined;
      this._showName();
    });
    this._opened?.signal.addEventListener('abort', () => timer.dispose());
  }

  private _connect(waiting: string, isUrgent: boolean): void {
    if (this._opened === undefined) {
      return;
    }
    this._phase = 'connecting';
    const { signal } = this._opened;
    const notice = this._options.clock.schedule(noticeDelayMs, () => this._showNotice(waiting));
    const endNotice = (): void => notice.dispose();
    signal.addEventListener('abort', endNotice);
    let shown: string | undefined;
    const handleFailure = (message: string): void => {
      notice.dispose();
      if (message !== shown) {
        shown = message;
        // It was typed in the belief that it would arrive soon.
        this._pendingInput.take();
        this._showNotice(this._options.texts.connectFailed(message));
      }
    };
    this._attach({ signal, isUrgent, handleFailure })
      .catch((error: unknown) => {
        if (!signal.aborted) {
          this._options.log.warn(`A terminal cannot show its session: ${messageOf(error)}`);
          this._stop(this._options.texts.openFailed(messageOf(error)));
        }
      })
      .finally(() => {
        signal.removeEventListener('abort', endNotice);
        notice.dispose();
      });
  }

  private async _attach(how: {
    readonly signal: AbortSignal;
    readonly isUrgent: boolean;
    readonly handleFailure: (message: string) => void;
  }): Promise<void> {
    const { link, clock, createSession } = this._options;
    const attachTo = (session: SessionId): Promise<void> => {
      const attach = (connection: TerminalConnection): Promise<void> => this._attachTo(connection, session, how.signal);
      return attachWhenConnected({ link, clock, attach, ...how });
    };
    if (this._sessionId !== undefined) {
      try {
        await attachTo(this._sessionId);
        return;
      } catch (error) {
        if (!isRevenantError(error, 'session-not-found') || createSession === undefined) {
          throw error;
        }
        // It was to be restored and is gone; whoever opened the terminal gets a shell all the same.
        this._sessionId = undefined;
      }
    }
    const created = await this._tryCreateSession(how.signal);
    if (created !== undefined) {
      await attachTo(created);
    }
  }

  private async _tryCreateSession(signal: AbortSignal): Promise<SessionId | undefined> {
    try {
      // Shared, so that a relaunch in the meantime makes no second session.
      this._creation ??= this._options.createSession?.();
      this._sessionId = await this._creation;
    } catch (error) {
      this._creation = undefined;
      if (!signal.aborted) {
        this._stop(this._options.texts.createFailed(messageOf(error)));
      }
      return undefined;
    }
    this._showName();
    this._onDidChangeSession.fire();
    return this._sessionId;
  }

  private async _attachTo(connection: TerminalConnection, session: SessionId, signal: AbortSignal): Promise<void> {
    const size = this._size.known;
    const screen = new AttachedSession({
      clock: this._options.clock,
      acks: this._acks,
      windowColors: this._options.windowColors,
      size: this._size,
      write: (text) => this._writeEvent.fire(text),
      overrideSize: (override) => this._overrideSize(override),
      findSession: (id) => this._options.link.findSession(id),
      restart: (stopped) => this._restart(stopped),
      handleClosed: (end) => this._handleClosed(end),
    });
    const attachment = await connection.attach(
      { session, size: size ?? null, scrollback: this._options.scrollbackLines(), readOnly: false },
      screen,
    );
    if (signal.aborted) {
      attachment.detach();
      return;
    }
    this._screen?.dispose();
    this._screen = screen;
    this._phase = 'attached';
    screen.start(attachment);
    this._showName();
    if (this._size.known !== size) {
      screen.sendSize();
    }
    screen.sendPending(this._pendingInput.take());
  }

  private _handleClosed({ reason, message }: AttachmentEnd): void {
    switch (reason) {
      case 'connection':
        this._connect(this._options.texts.reconnecting, false);
        return;
      case 'deleted':
        this._leave();
        // A number other than 0 would make VS Code show an error.
        this._closeEvent.fire(undefined);
        return;
      case 'detached':
        this._stop(this._options.texts.detached(message));
        return;
      case 'failed':
        this._stop(this._options.texts.openFailed(message));
        return;
    }
  }

  private _overrideSize(size: TerminalSize | undefined): void {
    if (size !== undefined) {
      this._isOverridden = true;
      this._overrideEvent.fire({ columns: size.cols, rows: size.rows });
    } else if (this._isOverridden) {
      this._isOverridden = false;
      this._overrideEvent.fire(noOverride);
    }
  }

  private _restart(session: SessionInfo): void {
    if (this._isRestarting) {
      return;
    }
    this._isRestarting = true;
    this._options.link
      .request('restart', { session: session.id, env: this._options.environment() })
      .catch((error: unknown) => this._showNotice(this._options.texts.restartFailed(messageOf(error))))
      .finally(() => {
        this._isRestarting = false;
      });
  }

  private _stop(notice: string): void {
    this._phase = 'stopped';
    this._pendingInput.take();
    this._showNotice(notice);
  }

  /** A dim line of our own. CAN comes first: the stream may have been cut within a sequence. */
  private _showNotice(text: string): void {
    this._writeEvent.fire(`\x18\x1b[0m\r\n\x1b[2m${text.replace(unprintable, ' ')}\x1b[0m\r\n`);
  }
}
