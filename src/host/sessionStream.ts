import type { Clock } from '../base/clock.ts';
import { isRevenantError, messageOf } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import type { ManagerEvents, SessionDetails, SessionManagerApi, StreamChunk } from '../session/api.ts';
import type { Attachment, AttachmentSource } from './attachment.ts';
import { attachmentLimits } from './attachmentLimits.ts';
import { ColorPolicy } from './colorPolicy.ts';
import { OutputRing, type StreamState } from './outputRing.ts';
import { SizePolicy, type SizeDecision, type TerminalSize } from './sizePolicy.ts';
import { SnapshotPacer } from './snapshotPacer.ts';

export interface SessionStreamOptions {
  readonly session: SessionDetails;
  readonly manager: SessionManagerApi;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the last attachment is gone. */
  readonly handleEmpty: () => void;
}

/** A session that somebody looks at: its attachments, whose size it has, and the output that they still need. */
export class SessionStream implements AttachmentSource {
  readonly id: SessionId;
  readonly ring = new OutputRing(attachmentLimits.ringBytes);
  readonly snapshots: SnapshotPacer;
  private readonly _manager: SessionManagerApi;
  private readonly _log: Log;
  private readonly _handleEmpty: () => void;
  private readonly _attachments = new Map<number, Attachment>();
  private readonly _policy = new SizePolicy();
  private readonly _colors = new ColorPolicy();
  /** The session's size at this point of its stream, and the one that was asked for last. */
  private _size: TerminalSize;
  private _wantedSize: TerminalSize;
  private _state: StreamState;

  constructor(options: SessionStreamOptions) {
    this.id = options.session.id;
    this.snapshots = new SnapshotPacer({
      clock: options.clock,
      ring: this.ring,
      take: (scrollback) => options.manager.getSnapshot(this.id, scrollback),
      handleDue: () => this._pumpAll(),
    });
    this._manager = options.manager;
    this._log = options.log;
    this._handleEmpty = options.handleEmpty;
    this._size = { cols: options.session.cols, rows: options.session.rows };
    this._wantedSize = this._size;
    this._state = stateOf(options.session);
  }

  get owner(): number | undefined {
    return this._policy.owner;
  }

  get state(): StreamState {
    return this._state;
  }

  /** Takes in an attachment, which sends nothing before its `start`. Resolves when its size is the session's, if it owns it. */
  async add(attachment: Attachment, size: TerminalSize | undefined): Promise<void> {
    this._attachments.set(attachment.id, attachment);
    await this._apply(this._policy.add(attachment.id, { size, isReadOnly: attachment.isReadOnly }));
  }

  remove(attachment: Attachment): void {
    if (!this._attachments.delete(attachment.id)) {
      return;
    }
    attachment.dispose();
    this._colors.remove(attachment.id);
    void this._apply(this._policy.remove(attachment.id));
    if (this._attachments.size === 0) {
      this.snapshots.dispose();
      this._handleEmpty();
    }
  }

  /** The attachment's client has shown everything up to this position. */
  acknowledge(attachment: Attachment, position: number): void {
    attachment.acknowledge(position);
    this._releaseSent();
  }

  /** The attachment's client takes data again. */
  resume(attachment: Attachment): void {
    attachment.pump();
    this._releaseSent();
  }

  /** The size of the client's terminal changed; the session follows when the attachment owns the size. */
  async resize(attachment: Attachment, size: TerminalSize): Promise<void> {
    await this._apply(this._policy.resize(attachment.id, size));
  }

  /** The client tells the colours of its terminal. One that only looks has no say. */
  tellColors(attachment: Attachment, colors: TerminalColors): void {
    if (!attachment.isReadOnly) {
      this._setColors(this._colors.tell(attachment.id, colors, this.owner));
    }
  }

  /** Typed or pasted. Dropped when the attachment is read-only or nothing runs: Enter is the client's to understand. */
  handleInput(attachment: Attachment, bytes: Uint8Array): void {
    if (attachment.isReadOnly || this._state.state !== 'running') {
      return;
    }
    attachment.noteInput();
    void this._apply(this._policy.noteInput(attachment.id));
    try {
      this._manager.write(this.id, bytes);
    } catch (error) {
      // The process may have ended a moment ago, or the host is leaving; the client is about to hear of it.
      if (!isRevenantError(error, 'not-running', 'session-not-found', 'closed')) {
        throw error;
      }
    }
  }

  handleSnapshotFailure(attachment: Attachment, error: unknown): void {
    this._log.error(`The screen of session ${this.id} cannot be shown`, error);
    attachment.close('failed', `The session's screen cannot be shown: ${messageOf(error)}`);
    this.remove(attachment);
  }

  handleOutput(chunk: StreamChunk): void {
    this.snapshots.noteOutput(chunk.bytes.length);
    this.ring.pushOutput(chunk);
    this._pumpAll();
  }

  handleResized(size: TerminalSize): void {
    this._size = { cols: size.cols, rows: size.rows };
    this.ring.pushSize(size.cols, size.rows);
    this._pumpAll();
  }

  handleStarted(): void {
    this._setState({ state: 'running', exitCode: undefined, signal: undefined });
    this.snapshots.expire();
    for (const attachment of [...this._attachments.values()]) {
      attachment.requestSnapshot();
    }
  }

  handleExit(exit: ManagerEvents['session:exit']): void {
    this._setState({ state: exit.state, exitCode: exit.exitCode, signal: exit.signal });
  }

  handleDeleted(): void {
    const attachments = [...this._attachments.values()];
    this._attachments.clear();
    this.snapshots.dispose();
    for (const attachment of attachments) {
      attachment.close('deleted', 'The session was deleted.');
    }
  }

  private _releaseSent(): void {
    let needed = this.ring.next;
    for (const attachment of this._attachments.values()) {
      needed = Math.min(needed, attachment.cursor);
    }
    this.ring.release(needed);
  }

  private _setState(state: StreamState): void {
    this._state = state;
    this.ring.pushState(state);
    this._pumpAll();
  }

  private _pumpAll(): void {
    for (const attachment of this._attachments.values()) {
      attachment.pump();
    }
    this._releaseSent();
  }

  private _setColors(colors: TerminalColors | undefined): void {
    if (colors === undefined) {
      return;
    }
    try {
      this._manager.setColors(this.id, colors);
    } catch (error) {
      // The last attachments leave after their session, or after the manager.
      if (!isRevenantError(error, 'session-not-found', 'closed')) {
        throw error;
      }
    }
  }

  private async _apply(decision: SizeDecision): Promise<void> {
    const { size } = decision;
    if (decision.ownerChanged) {
      this.handleResized(this._size);
      this._setColors(this._colors.handOver(this.owner));
    }
    if (size === undefined || (size.cols === this._wantedSize.cols && size.rows === this._wantedSize.rows)) {
      return;
    }
    this._wantedSize = size;
    try {
      await this._manager.resizeSession(this.id, size.cols, size.rows);
    } catch (error) {
      // A disk that does not take the new size, or a session that was deleted meanwhile: the session keeps its size.
      this._wantedSize = this._size;
      this._log.warn(`Session ${this.id} could not be given ${size.cols}x${size.rows}: ${messageOf(error)}`);
    }
  }
}

/** How a session's process is, as attachments are told. */
export function stateOf(session: SessionDetails): StreamState {
  return { state: session.state, exitCode: session.exitCode, signal: session.signal };
}
