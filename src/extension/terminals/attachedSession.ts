import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { SessionId } from '../../base/ids.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { Attachment, AttachmentListener } from '../../client/attachment.ts';
import { isAnswer } from '../../client/answerShapes.ts';
import { endedFooter } from '../../client/describeSession.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import { ColorQuestion } from './colorQuestion.ts';
import type { InBandAck } from './inBandAck.ts';
import { isEnter, isFocusReport } from './inputFilter.ts';
import { TerminalOutput } from './terminalOutput.ts';
import type { TerminalSize, ToldSize } from './terminalSize.ts';
import type { WindowColors } from './windowColors.ts';

type SnapshotPart = Parameters<AttachmentListener['handleSnapshot']>[0];
type OutputPart = Parameters<AttachmentListener['handleOutput']>[0];
type SizeNews = Parameters<AttachmentListener['handleSize']>[0];
type StateNews = Parameters<AttachmentListener['handleState']>[0];
export type AttachmentEnd = Parameters<AttachmentListener['handleClosed']>[0];

/** The news that a session was started again may come just after the new snapshot; then there is to be no footer. */
const footerDelayMs = 50;

export interface AttachedSessionOptions {
  readonly clock: Clock;
  readonly acks: InBandAck;
  readonly windowColors: WindowColors;
  /** The terminal's own size. */
  readonly size: ToldSize;
  readonly write: (text: string) => void;
  /** Makes the terminal as small as another client's, undefined: no longer. */
  readonly overrideSize: (size: TerminalSize | undefined) => void;
  /** The session as it is known now: its directory may have changed since the attachment began. */
  readonly findSession: (id: SessionId) => SessionInfo | undefined;
  /** Enter was pressed in a session that is not running. */
  readonly restart: (session: SessionInfo) => void;
  readonly handleClosed: (end: AttachmentEnd) => void;
}

/** One attachment and the terminal that shows it: what the host sends goes out, what is typed goes in. */
export class AttachedSession implements AttachmentListener, Disposable {
  private readonly _options: AttachedSessionOptions;
  private readonly _output: TerminalOutput;
  private readonly _colors: ColorQuestion;
  /** The snapshot whose focus report has come. */
  private _reportedSnapshot = 0;
  private _attachment: Attachment | undefined;
  private _session: SessionInfo | undefined;
  private _footer: Disposable | undefined;
  /** The screen is complete and has no footer yet. */
  private _isFooterDue = false;
  private _isDisposed = false;

  constructor(options: AttachedSessionOptions) {
    this._options = options;
    this._colors = new ColorQuestion({
      acks: options.acks,
      window: options.windowColors,
      tell: (colors) => this._attachment?.setColors(colors),
    });
    this._output = new TerminalOutput({
      clock: options.clock,
      acks: options.acks,
      write: options.write,
      acknowledge: (position) => this._attachment?.acknowledge(position),
      preface: () => (this._colors.isDue ? this._colors.ask() : ''),
    });
  }

  /** To be called in the continuation of `attach`, so that it comes before everything that the host sends. */
  start(attachment: Attachment): void {
    if (this._isDisposed) {
      attachment.detach();
      return;
    }
    this._attachment = attachment;
    this._session = attachment.session;
    this._showSize({ ...attachment.session, isOwner: attachment.isOwner });
  }

  /** Types into the session. One that is not running takes only Enter, which starts it. */
  handleInput(input: string): void {
    if (this._colors.tryHandleAnswer(input) || isAnswer(input) || this._isCausedByRestore(input)) {
      return;
    }
    if (this._session?.state === 'running') {
      if (!isFocusReport(input)) {
        this._handleTyping();
      }
      this._attachment?.write(encodeUtf8(input));
    } else if (this._session !== undefined && isEnter(input)) {
      this._options.restart(this._session);
    }
  }

  /** The terminal is visible, as far as one can tell: it knows its colours now. */
  handleShown(): void {
    if (this._colors.isDue) {
      this.askColors();
    }
  }

  /** The terminal's colours have changed. */
  askColors(): void {
    this._output.insert(() => this._colors.ask());
  }

  /** Sends what was typed before the attachment began. A session that is not running takes nothing of it. */
  sendPending(inputs: readonly Uint8Array[]): void {
    if (this._session?.state === 'running') {
      for (const input of inputs) {
        this._attachment?.write(input);
      }
    }
  }

  sendSize(): void {
    const size = this._options.size.known;
    if (size !== undefined) {
      this._attachment?.resize(size.cols, size.rows);
    }
  }

  handleSnapshot(part: SnapshotPart): void {
    if (part.isFirst) {
      this._isFooterDue = false;
    }
    this._output.pushSnapshot(part);
    if (part.isLast) {
      this._output.pushAction(() => {
        this._isFooterDue = true;
        this._showFooterSoon();
      });
    }
  }

  handleOutput(part: OutputPart): void {
    this._output.pushOutput(part);
  }

  handleSize(size: SizeNews): void {
    // The size is that of the output after it.
    this._output.pushAction(() => this._showSize(size));
  }

  handleState({ state, exitCode, signal }: StateNews): void {
    if (this._session !== undefined) {
      const endedAt = state === 'running' ? null : this._options.clock.now();
      this._session = { ...this._session, state, exitCode, signal, endedAt };
      this._output.pushAction(() => this._showFooterSoon());
    }
  }

  handleClosed(end: AttachmentEnd): void {
    this._attachment = undefined;
    if (!this._isDisposed) {
      this._options.handleClosed(end);
    }
  }

  /** Detaches. */
  dispose(): void {
    this._isDisposed = true;
    this._attachment?.detach();
    this._attachment = undefined;
    this._footer?.dispose();
    this._output.dispose();
  }

  private _handleTyping(): void {
    if (this._options.size.trust()) {
      this.sendSize();
    }
    this.handleShown();
  }

  /**
   * A snapshot that turns focus reports on makes the terminal send one at once, which no program has asked for. A second
   * one is of a person who came or went meanwhile.
   */
  private _isCausedByRestore(input: string): boolean {
    if (!isFocusReport(input)) {
      return false;
    }
    switch (this._output.phase) {
      case 'blank':
        return true;
      case 'live':
        return false;
      case 'drawing': {
        const { startedSnapshot } = this._output;
        const isFirst = this._reportedSnapshot !== startedSnapshot;
        this._reportedSnapshot = startedSnapshot;
        return isFirst;
      }
    }
  }

  private _showSize({ cols, rows, isOwner }: SizeNews): void {
    this._options.overrideSize(isOwner ? undefined : { cols, rows });
  }

  private _showFooterSoon(): void {
    this._footer?.dispose();
    this._footer = this._options.clock.schedule(footerDelayMs, () => {
      if (this._isFooterDue && this._session !== undefined && this._session.state !== 'running') {
        this._isFooterDue = false;
        const { id, state, exitCode, signal, endedAt } = this._session;
        const { cwd } = this._options.findSession(id) ?? this._session;
        this._options.write(endedFooter({ state, exitCode, signal, endedAt, cwd }, this._options.clock.now()));
      }
    });
  }
}
