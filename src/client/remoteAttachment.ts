import type { TerminalColors } from '../base/terminalColors.ts';
import { encodePositionHeader, encodeStreamHeader } from '../protocol/binary.ts';
import { frameLimits } from '../protocol/frame.ts';
import { frameKind } from '../protocol/hostMessages.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import type { Attachment, AttachmentListener } from './attachment.ts';

/** What an attachment needs of its connection. */
export interface AttachmentTransport {
  sendFrame(kind: number, ...parts: readonly Uint8Array[]): void;
  requestResize(attachment: number, cols: number, rows: number): void;
  requestColors(attachment: number, colors: TerminalColors): void;
  requestDetach(attachment: number): void;
  /** A listener threw; that is its fault and not the connection's. */
  handleListenerError(error: unknown): void;
}

/** The client's end of an attachment. Holds back what comes before the one who attached knows of it. */
export class RemoteAttachment implements Attachment {
  readonly id: number;
  readonly session: SessionInfo;
  private readonly _transport: AttachmentTransport;
  private readonly _listener: AttachmentListener;
  private _isOwner: boolean;
  private _isOpen = true;
  /** Detached or abandoned by this side: its listener wants to hear no more. */
  private _isSilent = false;
  /** Bounded by the host's flow control: it sends one window without acknowledgement. Undefined once delivery runs. */
  private _heldBack: ((listener: AttachmentListener) => void)[] | undefined = [];

  constructor(
    attached: { readonly attachment: number; readonly session: SessionInfo; readonly isOwner: boolean },
    transport: AttachmentTransport,
    listener: AttachmentListener,
  ) {
    this.id = attached.attachment;
    this.session = attached.session;
    this._isOwner = attached.isOwner;
    this._transport = transport;
    this._listener = listener;
    // An immediate runs after all continuations of the promise that hands this object out.
    setImmediate(() => {
      const deliveries = this._heldBack ?? [];
      this._heldBack = undefined;
      for (const delivery of deliveries) {
        this._call(delivery);
      }
    });
  }

  get isOwner(): boolean {
    return this._isOwner;
  }

  write(bytes: Uint8Array): void {
    if (!this._isOpen) {
      return;
    }
    const header = encodeStreamHeader(this.id);
    for (let at = 0; at < bytes.length; at += frameLimits.chunkBytes) {
      this._transport.sendFrame(frameKind.input, header, bytes.subarray(at, at + frameLimits.chunkBytes));
    }
  }

  resize(cols: number, rows: number): void {
    if (this._isOpen) {
      this._transport.requestResize(this.id, cols, rows);
    }
  }

  setColors(colors: TerminalColors): void {
    if (this._isOpen) {
      this._transport.requestColors(this.id, colors);
    }
  }

  acknowledge(position: number): void {
    if (this._isOpen) {
      this._transport.sendFrame(frameKind.ack, encodePositionHeader(this.id, position));
    }
  }

  detach(): void {
    if (this._isOpen) {
      this.abandon();
      this._transport.requestDetach(this.id);
    }
  }

  /** Called by the connection for each thing that the host says of this attachment. */
  deliver(delivery: (listener: AttachmentListener) => void): void {
    if (this._heldBack !== undefined) {
      this._heldBack.push(delivery);
    } else {
      this._call(delivery);
    }
  }

  setOwner(isOwner: boolean): void {
    this._isOwner = isOwner;
  }

  /** The host or the connection ended it: `handleClosed` is the last delivery. */
  end(reason: Parameters<AttachmentListener['handleClosed']>[0]): void {
    if (this._isOpen) {
      this._isOpen = false;
      this.deliver((listener) => listener.handleClosed(reason));
    }
  }

  /** Nothing is delivered any more. */
  abandon(): void {
    this._isOpen = false;
    this._isSilent = true;
  }

  private _call(delivery: (listener: AttachmentListener) => void): void {
    if (this._isSilent) {
      return;
    }
    try {
      delivery(this._listener);
    } catch (error) {
      this._transport.handleListenerError(error);
    }
  }
}
