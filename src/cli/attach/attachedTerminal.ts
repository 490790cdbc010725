import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { TerminalColors } from '../../base/terminalColors.ts';
import { isRevenantError, messageOf, RevenantError } from '../../base/errors.ts';
import type { Attachment, AttachmentListener } from '../../client/attachment.ts';
import { delay } from '../../client/delay.ts';
import { describeEnd, endedFooter, printable } from '../../client/describeSession.ts';
import type { HostConnection } from '../../client/hostConnection.ts';
import { type SessionInfo, sizeLimits } from '../../protocol/sessionInfo.ts';
import { AnswerFilter, withoutFocusReport } from './answerFilter.ts';
import type { DetachKey } from './detachKeys.ts';
import { DetachMatcher } from './detachMatcher.ts';
import { OuterColors } from './outerColors.ts';
import type { RawTerminal } from './rawTerminal.ts';
import { lastLine, leaveSession, resetForSnapshot, scrollAway } from './terminalSequences.ts';

export interface AttachedTerminalOptions {
  readonly terminal: RawTerminal;
  readonly connection: HostConnection;
  /** A new connection, to a new host if need be, after the first one was lost. */
  readonly reconnect: () => Promise<HostConnection>;
  readonly session: SessionInfo;
  readonly isReadOnly: boolean;
  /** The terminal is one that understands questions, or at least leaves them alone. */
  readonly canAskTerminal: boolean;
  readonly detachKeys: readonly DetachKey[];
  /** For a shell that is started in a session that has ended. */
  readonly environment: Record<string, string>;
  readonly clock: Clock;
}

const attachLimits = {
  /** Lines above the screen that are written into the user's scrollback. */
  scrollbackLines: 1_000,
  /** A detach key that stays alone for so long was meant for the program. */
  heldKeysMs: 2_000,
  /** The rest of an answer that a read has cut comes at once; what stays alone for so long was typed. */
  heldAnswerMs: 100,
  /** Within this time a terminal reports its focus because a snapshot turned the reports on. */
  focusReportMs: 250,
  /** The user waits at most this long for answers that would else be typed into the shell. */
  lastAnswersMs: 500,
  /** Before each attempt to get a lost connection back; a host that crashed is back within the first ones. */
  reconnectDelaysMs: [200, 500, 1_000, 2_000, 4_000],
} as const;

/** CR and LF. */
const enterBytes: readonly number[] = [0x0d, 0x0a];
const ctrlC = 0x03;
/** `q`, Ctrl+C and Ctrl+D leave a session that has ended. */
const leaveBytes: readonly number[] = [0x71, ctrlC, 0x04];

type Outcome = 'detached' | 'deleted';

/** The user's terminal looking at a session, from attach to detach. */
export class AttachedTerminal {
  private readonly _options: AttachedTerminalOptions;
  private readonly _matcher: DetachMatcher;
  private readonly _answerFilter = new AnswerFilter();
  private readonly _ended: Promise<Outcome>;
  private _end: (outcome: Outcome) => void = () => undefined;
  private _fail: (error: unknown) => void = () => undefined;
  private _connection: HostConnection;
  private _session: SessionInfo;
  /** Undefined while the connection is lost. */
  private _attachment: Attachment | undefined;
  private _heldKeysTimer: Disposable | undefined;
  private _heldAnswerTimer: Disposable | undefined;
  private _outerColors: OuterColors | undefined;
  private _colors: TerminalColors | undefined;
  private _isRestarting = false;
  /** Until then (clock, monotonic) one focus report is the snapshot's doing. */
  private _focusReportUntilMs = 0;

  constructor(options: AttachedTerminalOptions) {
    this._options = options;
    this._connection = options.connection;
    this._session = options.session;
    this._matcher = new DetachMatcher(options.detachKeys);
    this._ended = new Promise((resolve, reject) => {
      this._end = resolve;
      this._fail = reject;
    });
  }

  /**
   * Resolves when the user detaches or the session is deleted. Rejects when the host ends the attachment for another
   * reason or cannot be reached any more. The terminal is an ordinary one again in every case.
   */
  async run(): Promise<Outcome> {
    const { terminal } = this._options;
    const raw = terminal.enter({
      handleInput: (bytes) => this._handleInput(bytes),
      handleResize: () => this._attachment?.resize(...this._size()),
      handleHangup: () => this._end('detached'),
    });
    try {
      terminal.write(scrollAway(terminal.rows));
      this._askColors();
      await this._attach();
      return await this._ended;
    } finally {
      this._heldKeysTimer?.dispose();
      this._heldAnswerTimer?.dispose();
      this._attachment?.detach();
      this._attachment = undefined;
      await new Promise<void>((resolve) => terminal.write(leaveSession, resolve));
      await this._awaitLastAnswers();
      raw.dispose();
      this._connection.dispose();
    }
  }

  private async _attach(): Promise<void> {
    const { isReadOnly } = this._options;
    const [cols, rows] = this._size();
    const attachment = await this._connection.attach(
      {
        session: this._session.id,
        // One that only looks leaves the session at the size that it has.
        size: isReadOnly ? null : { cols, rows },
        scrollback: attachLimits.scrollbackLines,
        readOnly: isReadOnly,
      },
      this._listener(),
    );
    this._session = attachment.session;
    this._attachment = attachment;
    this._tellColors();
    const [colsNow, rowsNow] = this._size();
    if (!isReadOnly && (colsNow !== cols || rowsNow !== rows)) {
      attachment.resize(colsNow, rowsNow);
    }
  }

  /** One that only looks has no say about the session's colours. */
  private _askColors(): void {
    const { terminal, clock, isReadOnly, canAskTerminal } = this._options;
    if (!isReadOnly && canAskTerminal) {
      this._outerColors = new OuterColors(clock, (colors) => {
        this._colors = colors;
        this._tellColors();
      });
      terminal.write(OuterColors.question);
    }
  }

  private _tellColors(): void {
    if (this._colors !== undefined) {
      this._attachment?.setColors(this._colors);
    }
  }

  private async _awaitLastAnswers(): Promise<void> {
    const limit = this._options.clock.schedule(attachLimits.lastAnswersMs, () => this._outerColors?.dispose());
    await this._outerColors?.finished();
    limit.dispose();
  }

  private _size(): [cols: number, rows: number] {
    const { cols, rows } = this._options.terminal;
    return [
      Math.min(Math.max(cols, sizeLimits.minCols), sizeLimits.maxCols),
      Math.min(Math.max(rows, sizeLimits.minRows), sizeLimits.maxRows),
    ];
  }

  private _listener(): AttachmentListener {
    const { terminal } = this._options;
    return {
      handleSnapshot: ({ position, bytes, isFirst, isLast }) => {
        if (isFirst) {
          terminal.write(resetForSnapshot);
        }
        this._noteFocusReports(bytes);
        terminal.write(bytes, isLast ? () => this._attachment?.acknowledge(position) : undefined);
        if (isLast && this._session.state !== 'running') {
          this._showFooter();
        }
      },
      handleOutput: ({ position, bytes }) => {
        terminal.write(bytes, () => this._attachment?.acknowledge(position));
      },
      // A session that has another client's size is shown as far as it fits; nothing can be done about it here.
      handleSize: () => undefined,
      handleState: ({ state, exitCode, signal }) => {
        const wasRunning = this._session.state === 'running';
        const endedAt = state === 'running' ? null : this._options.clock.now();
        this._session = { ...this._session, state, exitCode, signal, endedAt };
        if (wasRunning && state !== 'running') {
          this._showFooter();
        }
      },
      handleClosed: ({ reason, message }) => this._handleClosed(reason, message),
    };
  }

  private _handleClosed(reason: Parameters<AttachmentListener['handleClosed']>[0]['reason'], message: string): void {
    this._attachment = undefined;
    switch (reason) {
      case 'deleted':
        this._end('deleted');
        return;
      case 'detached':
        this._end('detached');
        return;
      case 'failed':
        this._fail(new RevenantError('io', message));
        return;
      case 'connection':
        this._reconnect().catch((error: unknown) => this._fail(error));
    }
  }

  private async _reconnect(): Promise<void> {
    const { terminal, reconnect } = this._options;
    const attempts = attachLimits.reconnectDelaysMs.length;
    let lastError: unknown;
    for (const [index, delayMs] of attachLimits.reconnectDelaysMs.entries()) {
      terminal.write(
        lastLine(`revenant: connection lost, connecting again (${index + 1} of ${attempts})`, terminal.rows),
      );
      await delay(delayMs);
      try {
        this._connection = await reconnect();
        await this._attach();
        return;
      } catch (error) {
        if (!isRevenantError(error) || error.code === 'session-not-found' || error.code === 'incompatible-version') {
          throw error;
        }
        lastError = error;
      }
    }
    const message = `the connection to the session host is lost: ${messageOf(lastError)}`;
    throw new RevenantError('host-unavailable', message, { cause: lastError });
  }

  private _handleInput(chunk: Uint8Array): void {
    this._heldAnswerTimer?.dispose();
    const { typed, answers } = this._answerFilter.feed(chunk, this._outerColors?.isWaiting === true);
    for (const answer of answers) {
      this._outerColors?.handleAnswer(answer);
    }
    this._handleTyped(this._withoutCausedReport(typed));
    if (this._answerFilter.isHolding) {
      this._heldAnswerTimer = this._options.clock.schedule(attachLimits.heldAnswerMs, () =>
        this._handleTyped(this._answerFilter.flush()),
      );
    }
  }

  private _handleTyped(typed: Uint8Array): void {
    if (typed.length === 0) {
      return;
    }
    this._heldKeysTimer?.dispose();
    const { passOn, isDetached } = this._matcher.feed(typed);
    this._passOn(passOn);
    if (isDetached) {
      this._end('detached');
    } else if (this._matcher.isHolding) {
      this._heldKeysTimer = this._options.clock.schedule(attachLimits.heldKeysMs, () => {
        this._passOn(this._matcher.flush());
      });
    }
  }

  /** A terminal may report its focus as soon as that is turned on, which no program has asked for here. */
  private _noteFocusReports(snapshot: Uint8Array): void {
    if (Buffer.from(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength).includes('\x1b[?1004h')) {
      this._focusReportUntilMs = this._options.clock.monotonicMs() + attachLimits.focusReportMs;
    }
  }

  private _withoutCausedReport(typed: Uint8Array): Uint8Array {
    if (this._options.clock.monotonicMs() >= this._focusReportUntilMs) {
      return typed;
    }
    const rest = withoutFocusReport(typed);
    this._focusReportUntilMs = rest === undefined ? this._focusReportUntilMs : 0;
    return rest ?? typed;
  }

  private _passOn(bytes: Uint8Array): void {
    if (bytes.length === 0) {
      return;
    }
    if (this._session.state !== 'running') {
      this._handleKeysAfterEnd(bytes);
    } else if (this._attachment === undefined) {
      // Nobody can see where it would go, so it goes nowhere; but there must be a way out.
      if (bytes.includes(ctrlC)) {
        this._end('detached');
      }
    } else if (!this._options.isReadOnly) {
      this._attachment.write(bytes);
    }
  }

  private _handleKeysAfterEnd(bytes: Uint8Array): void {
    if (leaveBytes.some((byte) => bytes.includes(byte))) {
      this._end('detached');
    } else if (enterBytes.some((byte) => bytes.includes(byte))) {
      this._restart();
    }
  }

  /** The host answers with a new snapshot, which replaces the footer. */
  private _restart(): void {
    const { isReadOnly, terminal, environment } = this._options;
    if (isReadOnly || this._isRestarting || this._attachment === undefined) {
      return;
    }
    this._isRestarting = true;
    this._connection
      .request('restart', { session: this._session.id, env: environment })
      .catch((error: unknown) => terminal.write(lastLine(`revenant: ${printable(messageOf(error))}`, terminal.rows)))
      .finally(() => {
        this._isRestarting = false;
      });
  }

  private _showFooter(): void {
    const { terminal, isReadOnly, clock } = this._options;
    const now = clock.now();
    const text = isReadOnly
      ? `\x1b[0m\r\n\x1b[2mSession ${describeEnd(this._session, now)}.\x1b[22m`
      : endedFooter(this._session, now);
    terminal.write(`${text}\r\n\x1b[2mPress q to leave.\x1b[22m`);
  }
}
