/** Every failure that a user or a client may be told of. The code is what programs test; the message is for people. */
export type ErrorCode =
  | 'aborted'
  | 'ambiguous-session'
  | 'closed'
  | 'data-dir-unusable'
  | 'directory-not-found'
  | 'disk-full'
  | 'host-unavailable'
  | 'host-unresponsive'
  | 'incompatible-version'
  | 'internal'
  | 'invalid-argument'
  | 'io'
  | 'journal-damaged'
  | 'metadata-damaged'
  | 'not-initialized'
  | 'not-running'
  | 'protocol'
  | 'read-only'
  | 'session-not-found'
  | 'shell-not-executable'
  | 'shell-not-found'
  | 'spawn-failed'
  | 'timeout'
  | 'unauthorized'
  | 'unknown-format';

/** The one error class of the project. It is translated once at each door: wire, VS Code message, command line. */
export class RevenantError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'RevenantError';
    this.code = code;
  }
}

/** True when `error` is a RevenantError, with one of the given codes if any are given. */
export function isRevenantError(error: unknown, ...codes: ErrorCode[]): error is RevenantError {
  return error instanceof RevenantError && (codes.length === 0 || codes.includes(error.code));
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system error (`ENOENT`, `EACCES`, …), undefined for anything else. */
export function systemCodeOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}
