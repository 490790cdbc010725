import { RevenantError } from '../../../../src/base/errors.ts';
import { Emitter } from '../../../../src/base/event.ts';
import type { TerminalColors } from '../../../../src/base/terminalColors.ts';
import type { SessionId } from '../../../../src/base/ids.ts';
import { encodeUtf8, decodeUtf8 } from '../../../../src/base/utf8.ts';
import type { Attachment, AttachmentListener } from '../../../../src/client/attachment.ts';
import type { TerminalConnection, TerminalLink } from '../../../../src/extension/terminals/terminalLink.ts';
import type { AttachParams, RequestParams } from '../../../../src/protocol/hostMessages.ts';
import type { SessionInfo } from '../../../../src/protocol/sessionInfo.ts';

/** The host's end of an attachment, moved by the test. */
export class FakeAttachment implements Attachment {
  readonly id = 1;
  readonly isOwner: boolean;
  readonly session: SessionInfo;
  readonly params: AttachParams;
  readonly listener: AttachmentListener;
  readonly acknowledged: number[] = [];
  readonly sizes: string[] = [];
  readonly colors: TerminalColors[] = [];
  isDetached = false;
  private _typed = '';
  private _position = 0;

  constructor(params: AttachParams, listener: AttachmentListener, session: SessionInfo, isOwner: boolean) {
    this.params = params;
    this.listener = listener;
    this.session = session;
    this.isOwner = isOwner;
  }

  /** Everything that was typed into the session. */
  get typed(): string {
    return this._typed;
  }

  write(bytes: Uint8Array): void {
    this._typed += decodeUtf8(bytes);
  }

  resize(cols: number, rows: number): void {
    this.sizes.push(`${cols}x${rows}`);
  }

  setColors(colors: TerminalColors): void {
    this.colors.push(colors);
  }

  acknowledge(position: number): void {
    this.acknowledged.push(position);
  }

  detach(): void {
    this.isDetached = true;
  }

  sendSnapshot(text: string): void {
    const bytes = encodeUtf8(text);
    this.listener.handleSnapshot({ position: this._position, bytes, isFirst: true, isLast: true });
  }

  sendOutput(text: string): void {
    const bytes = encodeUtf8(text);
    this._position += bytes.length;
    this.listener.handleOutput({ position: this._position, bytes });
  }
}

/** A link whose state, sessions and failures the test sets. */
export class FakeLink implements TerminalLink {
  private readonly _onDidChangeState = new Emitter<void>();
  private readonly _onDidChangeSessions = new Emitter<void>();
  readonly onDidChangeState = this._onDidChangeState.event;
  readonly onDidChangeSessions = this._onDidChangeSessions.event;
  readonly sessions: Map<SessionId, SessionInfo> = new Map<SessionId, SessionInfo>();
  readonly attachments: FakeAttachment[] = [];
  readonly restarts: RequestParams<'restart'>[] = [];
  state: TerminalLink['state'] = 'connected';
  lastError: Error | undefined;
  isOwner = true;
  restartFailure: Error | undefined;
  /** Attempts to connect at once that were asked for. */
  urgentAttempts = 0;
  private _waiting: ((connection: TerminalConnection) => void)[] = [];

  /** The newest attachment. */
  get attachment(): FakeAttachment {
    const newest = this.attachments.at(-1);
    if (newest === undefined) {
      throw new Error('Nothing is attached.');
    }
    return newest;
  }

  findSession(id: SessionId): SessionInfo | undefined {
    return this.sessions.get(id);
  }

  setSession(session: SessionInfo): void {
    this.sessions.set(session.id, session);
    this._onDidChangeSessions.fire();
  }

  setState(state: TerminalLink['state'], error?: Error): void {
    this.state = state;
    this.lastError = error;
    if (state === 'connected') {
      this._waiting.splice(0).forEach((resolve) => resolve(this._connection));
    }
    this._onDidChangeState.fire();
  }

  whenConnected(): Promise<TerminalConnection> {
    if (this.state === 'connected') {
      return Promise.resolve(this._connection);
    }
    this.urgentAttempts++;
    if (this.state === 'failed') {
      return Promise.reject(this.lastError ?? new Error('No reason.'));
    }
    return new Promise((resolve) => this._waiting.push(resolve));
  }

  reconnectNow(): void {
    this.urgentAttempts++;
  }

  request(_method: 'restart', params: RequestParams<'restart'>): Promise<unknown> {
    this.restarts.push(params);
    return this.restartFailure === undefined ? Promise.resolve({}) : Promise.reject(this.restartFailure);
  }

  private readonly _connection: TerminalConnection = {
    attach: (params, listener) => {
      const session = this.sessions.get(params.session);
      if (session === undefined) {
        return Promise.reject(new RevenantError('session-not-found', `There is no session ${params.session}.`));
      }
      const attachment = new FakeAttachment(params, listener, session, this.isOwner);
      this.attachments.push(attachment);
      return Promise.resolve(attachment);
    },
  };
}
