import type { Event } from '../../base/event.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Attachment, AttachmentListener } from '../../client/attachment.ts';
import type { AttachParams, RequestParams } from '../../protocol/hostMessages.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';

/** What a terminal needs of the window's link to the session host. `HostLink` is one. */
export interface TerminalLink {
  readonly state: 'connecting' | 'connected' | 'failed';
  readonly lastError: Error | undefined;
  readonly onDidChangeState: Event<void>;
  readonly onDidChangeSessions: Event<void>;
  findSession(id: SessionId): SessionInfo | undefined;
  whenConnected(signal?: AbortSignal): Promise<TerminalConnection>;
  reconnectNow(): void;
  request(method: 'restart', params: RequestParams<'restart'>): Promise<unknown>;
}

export interface TerminalConnection {
  attach(params: AttachParams, listener: AttachmentListener): Promise<Attachment>;
}
