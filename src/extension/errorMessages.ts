import { isRevenantError, messageOf, type ErrorCode } from '../base/errors.ts';
import type { L10n } from './l10n.ts';

/** The one thing that helps after a failure. */
export type Remedy = 'show-log' | 'try-again' | 'open-settings' | 'reload-window' | 'none';

export interface ErrorDescription {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly remedy: Remedy;
}

const remedies: Readonly<Record<ErrorCode, Remedy>> = {
  aborted: 'none',
  'ambiguous-session': 'none',
  closed: 'try-again',
  'data-dir-unusable': 'open-settings',
  'directory-not-found': 'open-settings',
  'disk-full': 'show-log',
  'host-unavailable': 'try-again',
  'host-unresponsive': 'show-log',
  'incompatible-version': 'reload-window',
  internal: 'show-log',
  'invalid-argument': 'show-log',
  io: 'show-log',
  'journal-damaged': 'show-log',
  'metadata-damaged': 'show-log',
  'not-initialized': 'try-again',
  'not-running': 'none',
  protocol: 'show-log',
  'read-only': 'none',
  'session-not-found': 'none',
  'shell-not-executable': 'open-settings',
  'shell-not-found': 'open-settings',
  'spawn-failed': 'show-log',
  timeout: 'try-again',
  unauthorized: 'show-log',
  'unknown-format': 'show-log',
};

/** The codes after which nothing went wrong but the user changed their mind, or the session is simply gone. */
const mild: readonly ErrorCode[] = ['not-running', 'read-only', 'session-not-found', 'ambiguous-session'];

/**
 * How a failure is told: `doing` says what was tried, as the beginning of a sentence (`"build" cannot be renamed`).
 * undefined when there is nothing to tell, because the user gave it up.
 */
export function describeError(error: unknown, doing: string, l10n: L10n): ErrorDescription | undefined {
  if (!isRevenantError(error)) {
    return { severity: 'error', message: l10n.t('{0}: {1}', doing, messageOf(error)), remedy: 'show-log' };
  }
  if (error.code === 'aborted') {
    return undefined;
  }
  return {
    severity: mild.includes(error.code) ? 'warning' : 'error',
    message: l10n.t('{0}: {1}', doing, error.message),
    remedy: remedies[error.code],
  };
}

/** The label of a remedy's button. */
export function remedyLabel(remedy: Exclude<Remedy, 'none'>, l10n: L10n): string {
  switch (remedy) {
    case 'show-log':
      return l10n.t('Show Log');
    case 'try-again':
      return l10n.t('Try Again');
    case 'open-settings':
      return l10n.t('Open Settings');
    case 'reload-window':
      return l10n.t('Reload Window');
  }
}
