import { RevenantError } from '../base/errors.ts';
import type { StreamPart } from '../protocol/binary.ts';
import { type HostEvent, type RequestResult, snapshotFlag } from '../protocol/hostMessages.ts';
import type { Attachment, AttachmentListener } from './attachment.ts';
import { type AttachmentTransport, RemoteAttachment } from './remoteAttachment.ts';

/** The attachments of one connection, by number. What comes for one that was detached meanwhile is dropped. */
export class AttachmentTable {
  private readonly _attachments = new Map<number, RemoteAttachment>();
  private readonly _transport: AttachmentTransport;

  constructor(transport: AttachmentTransport) {
    this._transport = transport;
  }

  add(attached: RequestResult<'attach'>, listener: AttachmentListener): Attachment {
    const attachment = new RemoteAttachment(attached, this._transport, listener);
    this._attachments.set(attachment.id, attachment);
    return attachment;
  }

  delete(id: number): void {
    this._attachments.delete(id);
  }

  handleOutput({ stream, position, bytes }: StreamPart): void {
    this._attachments.get(stream)?.deliver((listener) => listener.handleOutput({ position, bytes }));
  }

  /** The bytes of a part of a snapshot begin with its flags. Throws `protocol` when there are none. */
  handleSnapshot({ stream, position, bytes }: StreamPart): void {
    const flags = bytes[0];
    if (flags === undefined) {
      throw new RevenantError('protocol', 'A part of a snapshot has no flags.');
    }
    const part = {
      position,
      bytes: bytes.subarray(1),
      isFirst: (flags & snapshotFlag.first) !== 0,
      isLast: (flags & snapshotFlag.last) !== 0,
    };
    this._attachments.get(stream)?.deliver((listener) => listener.handleSnapshot(part));
  }

  /** False when the event is none of an attachment. */
  handleEvent(event: HostEvent): boolean {
    switch (event.kind) {
      case 'attachment-size': {
        const { cols, rows, isOwner } = event;
        const attachment = this._attachments.get(event.attachment);
        attachment?.setOwner(isOwner);
        attachment?.deliver((listener) => listener.handleSize({ cols, rows, isOwner }));
        return true;
      }
      case 'attachment-state': {
        const { state, exitCode, signal } = event;
        this._attachments
          .get(event.attachment)
          ?.deliver((listener) => listener.handleState({ state, exitCode, signal }));
        return true;
      }
      case 'attachment-closed': {
        const attachment = this._attachments.get(event.attachment);
        this._attachments.delete(event.attachment);
        attachment?.end({ reason: event.reason, message: event.message });
        return true;
      }
      default:
        return false;
    }
  }

  endAll(reason: Parameters<AttachmentListener['handleClosed']>[0]): void {
    const attachments = [...this._attachments.values()];
    this._attachments.clear();
    for (const attachment of attachments) {
      attachment.end(reason);
    }
  }

  abandonAll(): void {
    for (const attachment of this._attachments.values()) {
      attachment.abandon();
    }
    this._attachments.clear();
  }
}
