import { messageOf } from '../../base/errors.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import { vscode } from '../vscode.ts';

export interface CloseDecisionOptions {
  readonly log: Log;
  readonly onClose: () => 'detach' | 'kill' | 'ask';
  readonly findSession: (id: SessionId) => SessionInfo | undefined;
  readonly kill: (id: SessionId) => Promise<unknown>;
  /** Whether to say that a closed tab's session goes on, and how to stop that. */
  readonly detachMessage: DetachMessageSetting;
}

export interface DetachMessageSetting {
  isWanted(): boolean;
  disable(): void | PromiseLike<void>;
}

/** What becomes of a session whose tab a person closed. */
export class CloseDecision {
  private readonly _options: CloseDecisionOptions;
  private _wasToldOnce = false;
  /** One question at a time, also when all terminals are closed at once. */
  private _questions: Promise<void> = Promise.resolve();

  constructor(options: CloseDecisionOptions) {
    this._options = options;
  }

  /** Resolves when it is decided and done. Never rejects: what failed is told. */
  async decide(id: SessionId): Promise<void> {
    if (this._options.findSession(id)?.state !== 'running') {
      return;
    }
    switch (this._options.onClose()) {
      case 'kill':
        await this._kill(id);
        return;
      case 'ask':
        this._questions = this._questions.then(() => this._ask(id));
        await this._questions;
        return;
      case 'detach':
        this._tellOnce(id);
        return;
    }
  }

  private async _ask(id: SessionId): Promise<void> {
    const session = this._options.findSession(id);
    if (session?.state !== 'running') {
      return;
    }
    const keep: vscode.QuickPickItem = { label: `$(terminal) ${vscode.l10n.t('Keep It Running in the Background')}` };
    const kill: vscode.QuickPickItem = { label: `$(trash) ${vscode.l10n.t('Kill It')}` };
    const placeHolder = vscode.l10n.t('"{0}" is still running. What is to become of it?', session.displayName);
    // Whoever looks elsewhere first has not decided to kill anything.
    const choice = await vscode.window.showQuickPick([keep, kill], { placeHolder });
    if (choice === kill) {
      await this._kill(id);
    }
  }

  /** Once per window, until it is turned off: many tabs are closed by people who know. */
  private _tellOnce(id: SessionId): void {
    const session = this._options.findSession(id);
    if (session === undefined || this._wasToldOnce || !this._options.detachMessage.isWanted()) {
      return;
    }
    this._wasToldOnce = true;
    const killIt = vscode.l10n.t('Kill It');
    const notAgain = vscode.l10n.t("Don't Show Again");
    const text = vscode.l10n.t('"{0}" goes on running in the background.', session.displayName);
    vscode.window
      .showInformationMessage(text, killIt, notAgain)
      .then(async (choice) => {
        if (choice === killIt) {
          await this._kill(id);
        } else if (choice === notAgain) {
          await this._options.detachMessage.disable();
        }
      })
      .then(undefined, (error: unknown) =>
        this._options.log.error('The message about a closed terminal failed.', error),
      );
  }

  private async _kill(id: SessionId): Promise<void> {
    try {
      await this._options.kill(id);
    } catch (error) {
      this._options.log.error(`Session ${id} was not killed.`, error);
      const text = vscode.l10n.t('The session was not killed: {0}', messageOf(error));
      // Nobody waits for the message to be dismissed.
      void vscode.window.showErrorMessage(text);
    }
  }
}
