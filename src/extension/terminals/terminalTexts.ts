import type { L10n } from '../l10n.ts';

/** The lines that Revenant itself writes into a terminal, below what the session printed. */
export class TerminalTexts {
  private readonly _l10n: L10n;

  constructor(l10n: L10n) {
    this._l10n = l10n;
  }

  get connecting(): string {
    return this._l10n.t('Connecting to the session…');
  }

  get reconnecting(): string {
    return this._l10n.t('The connection to the session host was lost. Connecting again…');
  }

  connectFailed(reason: string): string {
    return this._l10n.t('The session host cannot be reached: {0} Press Enter to try now.', reason);
  }

  openFailed(reason: string): string {
    return this._l10n.t('The session cannot be opened: {0} Press Enter to try again.', reason);
  }

  createFailed(reason: string): string {
    return this._l10n.t('The session cannot be created: {0} Press Enter to try again.', reason);
  }

  restartFailed(reason: string): string {
    return this._l10n.t('The shell cannot be started: {0} Press Enter to try again.', reason);
  }

  detached(reason: string): string {
    return this._l10n.t('This terminal no longer shows the session: {0} Press Enter to show it again.', reason);
  }
}
