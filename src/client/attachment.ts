import type { TerminalColors } from '../base/terminalColors.ts';
import type { SessionInfo, SessionState } from '../protocol/sessionInfo.ts';

/**
 * Gets what an attachment shows, in order: a snapshot in one or more parts, then output; another snapshot whenever the
 * host brings the client up to date at once. No event comes before the promise of `attach` has been resolved and its
 * continuation has run. Byte arrays may be kept.
 */
export interface AttachmentListener {
  /** The screen is to be reset before the first part. Acknowledge `position` when the last one has been shown. */
  handleSnapshot(part: {
    readonly position: number;
    readonly bytes: Uint8Array;
    readonly isFirst: boolean;
    readonly isLast: boolean;
  }): void;
  /** `position` counts the session's output after these bytes. Acknowledge it when they have been shown. */
  handleOutput(part: { readonly position: number; readonly bytes: Uint8Array }): void;
  /** The session's size, and whether it follows this client. */
  handleSize(size: { readonly cols: number; readonly rows: number; readonly isOwner: boolean }): void;
  handleState(state: {
    readonly state: SessionState;
    readonly exitCode: number | null;
    readonly signal: number | null;
  }): void;
  /** The last call. `connection`: the connection to the host is gone, the session most likely not. */
  handleClosed(reason: {
    readonly reason: 'deleted' | 'detached' | 'failed' | 'connection';
    readonly message: string;
  }): void;
}

/** One client looking at one session. After its end every method does nothing. */
export interface Attachment {
  readonly id: number;
  /** As it was when the attachment began. */
  readonly session: SessionInfo;
  /** Whether the session has this client's size; kept up to date. */
  readonly isOwner: boolean;
  /** Types or pastes: any number of bytes, which arrive whole and in order. */
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** The colours in which this client's terminal shows the session. A host that does not know of it does without. */
  setColors(colors: TerminalColors): void;
  /** Everything up to this position has been shown. Without it the host stops sending after a window. */
  acknowledge(position: number): void;
  detach(): void;
}
