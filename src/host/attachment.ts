import type { Disposable } from '../base/disposable.ts';
import type { SessionId } from '../base/ids.ts';
import { positionedOverheadBytes } from '../protocol/binary.ts';
import { frameLimits } from '../protocol/frame.ts';
import { snapshotFlag, type HostEvent } from '../protocol/hostMessages.ts';
import type { SessionSnapshot } from '../session/api.ts';
import { attachmentLimits } from './attachmentLimits.ts';
import type { OutputRing, StreamItem, StreamState } from './outputRing.ts';
import type { TerminalSize } from './sizePolicy.ts';
import type { SnapshotPacer } from './snapshotPacer.ts';
import { UnacknowledgedFrames } from './unacknowledgedFrames.ts';

/** Where an attachment's frames go: one client's connection. */
export interface AttachmentSink {
  /** True while the client does not take what was sent; `pump` is called when that ends. */
  readonly isCongested: boolean;
  sendOutput(attachment: number, position: number, parts: readonly Uint8Array[]): void;
  sendSnapshot(attachment: number, position: number, flags: number, bytes: Uint8Array): void;
  sendEvent(event: HostEvent): void;
  /** Called when the host ends the attachment. */
  forget(attachment: number): void;
}

/** The session as its attachments see it. */
export interface AttachmentSource {
  readonly id: SessionId;
  readonly ring: OutputRing;
  readonly owner: number | undefined;
  readonly state: StreamState;
  readonly snapshots: SnapshotPacer;
  handleSnapshotFailure(attachment: Attachment, error: unknown): void;
}

export interface AttachmentOptions {
  readonly id: number;
  readonly sink: AttachmentSink;
  readonly source: AttachmentSource;
  readonly scrollback: number;
  readonly isReadOnly: boolean;
  /** Counts as a connection of the session until the attachment ends. */
  readonly connection: Disposable;
}

/**
 * One client looking at one session: a snapshot and, from exactly that byte on, live output, as fast as the client
 * acknowledges and never faster. One that fell out of the session's ring gets a new snapshot.
 */
export class Attachment implements Disposable {
  readonly id: number;
  readonly isReadOnly: boolean;
  private readonly _sink: AttachmentSink;
  private readonly _source: AttachmentSource;
  private readonly _scrollback: number;
  private readonly _connection: Disposable;
  private readonly _unacknowledged = new UnacknowledgedFrames();
  /** Number of the item in the ring that is sent next, and how much of it was. */
  private _cursor: number;
  private _offset = 0;
  private _phase: 'new' | 'waiting' | 'snapshot' | 'live' | 'closed' = 'new';
  private _needsSnapshot = true;
  /** The snapshot that it needs does not come from falling behind, and waits for nothing. */
  private _isSnapshotUrgent = true;
  /** The client typed, and has not been shown everything since. */
  private _isImpatient = false;
  private _snapshot: { readonly position: number; readonly bytes: Uint8Array; sent: number } | undefined;
  private _toldSize: TerminalSize | undefined;
  private _toldOwner: boolean | undefined;
  private _toldState: StreamState | undefined;

  constructor(options: AttachmentOptions) {
    this.id = options.id;
    this.isReadOnly = options.isReadOnly;
    this._sink = options.sink;
    this._source = options.source;
    this._scrollback = Math.min(options.scrollback, attachmentLimits.scrollbackLines);
    this._connection = options.connection;
    this._cursor = options.source.ring.next;
  }

  /** Number of the oldest item of the ring that it still needs. */
  get cursor(): number {
    return this._phase === 'new' ? this._source.ring.next : this._cursor;
  }

  /** Begins to send. `told` is what the answer to the client's request said. */
  start(told: TerminalSize & { readonly isOwner: boolean; readonly state: StreamState }): void {
    if (this._phase === 'new') {
      this._toldSize = { cols: told.cols, rows: told.rows };
      this._toldOwner = told.isOwner;
      this._toldState = told.state;
      this._phase = 'live';
      this.pump();
    }
  }

  /** A snapshot is to come before anything else. */
  requestSnapshot(): void {
    this._needsSnapshot = true;
    this._isSnapshotUrgent = true;
    this.pump();
  }

  /** The client typed: to see what comes of it, it is not to wait for what is still to be shown of a flood. */
  noteInput(): void {
    this._isImpatient = true;
  }

  /** The client has shown everything up to this position. */
  acknowledge(position: number): void {
    this._unacknowledged.acknowledge(position);
    this.pump();
  }

  /** Sends what may be sent now. Never waits. */
  pump(): void {
    if (this._phase === 'snapshot') {
      this._sendSnapshot();
    }
    while (this._isLive() && !this._sink.isCongested) {
      // What the cursor points at is gone: the attachment fell behind.
      if (this._needsSnapshot || this._cursor < this._source.ring.first || this._isToSkip()) {
        this._needsSnapshot = true;
        this._startSnapshot();
        return;
      }
      const item = this._source.ring.tryGet(this._cursor);
      if (item === undefined || !this._sendNext(item)) {
        return;
      }
    }
  }

  dispose(): void {
    this._phase = 'closed';
    this._snapshot = undefined;
    this._connection.dispose();
  }

  /** Ends the attachment and says why. */
  close(reason: 'deleted' | 'detached' | 'failed', message: string): void {
    if (this._phase !== 'closed') {
      this.dispose();
      this._sink.sendEvent({ kind: 'attachment-closed', attachment: this.id, reason, message });
      this._sink.forget(this.id);
    }
  }

  private _isLive(): boolean {
    return this._phase === 'live';
  }

  private _isToSkip(): boolean {
    const { ring } = this._source;
    if (this._cursor === ring.next && this._unacknowledged.bytes <= attachmentLimits.resyncBelowBytes) {
      this._isImpatient = false;
    }
    return this._isImpatient && ring.end - this._unacknowledged.sentPosition > attachmentLimits.skipAboveBytes;
  }

  private _startSnapshot(): void {
    if (this._unacknowledged.bytes > attachmentLimits.resyncBelowBytes) {
      return;
    }
    const { snapshots } = this._source;
    if (!this._isSnapshotUrgent && !snapshots.checkDue()) {
      return;
    }
    const taken = snapshots.take(this._scrollback);
    this._phase = 'waiting';
    this._needsSnapshot = false;
    this._isSnapshotUrgent = false;
    this._cursor = taken.cursor;
    this._offset = 0;
    taken.snapshot.then(
      (snapshot) => this._handleSnapshot(snapshot),
      (error: unknown) => {
        if (this._phase !== 'closed') {
          this._source.handleSnapshotFailure(this, error);
        }
      },
    );
  }

  private _handleSnapshot(snapshot: SessionSnapshot): void {
    if (this._phase === 'closed') {
      return;
    }
    const ring = this._source.ring;
    this._cursor = ring.findAfter(snapshot.position, this._cursor);
    if (ring.lostEnd > snapshot.position) {
      // Output after the snapshot was lost from the ring before it was ready: it is shown, and another one follows.
      this._needsSnapshot = true;
    }
    this._tellSize(snapshot);
    if (!ring.has('state', this._cursor)) {
      this._tellState(this._source.state);
    }
    this._snapshot = { position: snapshot.position, bytes: snapshot.bytes, sent: 0 };
    this._unacknowledged.add(snapshot.position, snapshot.bytes.length);
    this._phase = 'snapshot';
    this.pump();
  }

  private _sendSnapshot(): void {
    const snapshot = this._snapshot;
    while (snapshot !== undefined && !this._sink.isCongested) {
      const part = snapshot.bytes.subarray(snapshot.sent, snapshot.sent + frameLimits.chunkBytes);
      const isFirst = snapshot.sent === 0;
      snapshot.sent += part.length;
      const isLast = snapshot.sent === snapshot.bytes.length;
      const flags = (isFirst ? snapshotFlag.first : 0) | (isLast ? snapshotFlag.last : 0);
      this._sink.sendSnapshot(this.id, snapshot.position, flags, part);
      if (isLast) {
        this._snapshot = undefined;
        this._phase = 'live';
        return;
      }
    }
  }

  /** Sends the item at the cursor, and output that follows it; false when nothing could be sent. */
  private _sendNext(item: StreamItem): boolean {
    switch (item.kind) {
      case 'size':
        this._cursor++;
        this._tellSize(item);
        return true;
      case 'state':
        this._cursor++;
        this._tellState(item.state);
        return true;
      case 'output':
        return this._sendOutput();
    }
  }

  /** One frame of as much output as there is, at most a chunk and what the client may still be sent. */
  private _sendOutput(): boolean {
    const roomBytes = attachmentLimits.unacknowledgedBytes - this._unacknowledged.bytes - positionedOverheadBytes;
    const room = Math.min(frameLimits.chunkBytes, roomBytes);
    if (room <= 0) {
      return false;
    }
    const parts: Uint8Array[] = [];
    let bytes = 0;
    let position = 0;
    for (let item = this._source.ring.tryGet(this._cursor); item?.kind === 'output';) {
      const part = item.bytes.subarray(this._offset, this._offset + room - bytes);
      this._offset += part.length;
      bytes += part.length;
      if (part.length > 0) {
        parts.push(part);
      }
      const missingBytes = item.bytes.length - this._offset;
      // Where queries were left out lies somewhere in the chunk; as if at its head, positions within it only grow.
      position = item.end - missingBytes;
      if (missingBytes > 0) {
        break;
      }
      this._cursor++;
      this._offset = 0;
      item = this._source.ring.tryGet(this._cursor);
    }
    if (bytes > 0) {
      this._unacknowledged.add(position, bytes);
      this._sink.sendOutput(this.id, position, parts);
    }
    return true;
  }

  private _tellSize(size: TerminalSize): void {
    const isOwner = this._source.owner === this.id;
    if (size.cols !== this._toldSize?.cols || size.rows !== this._toldSize.rows || isOwner !== this._toldOwner) {
      this._toldSize = { cols: size.cols, rows: size.rows };
      this._toldOwner = isOwner;
      this._sink.sendEvent({ kind: 'attachment-size', attachment: this.id, ...this._toldSize, isOwner });
    }
  }

  private _tellState(state: StreamState): void {
    const told = this._toldState;
    if (state.state !== told?.state || state.exitCode !== told.exitCode || state.signal !== told.signal) {
      this._toldState = state;
      const { exitCode = null, signal = null } = state;
      this._sink.sendEvent({ kind: 'attachment-state', attachment: this.id, state: state.state, exitCode, signal });
    }
  }
}
