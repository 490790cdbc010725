import type { Disposable } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import { commandIds } from './contributions.ts';
import { describeError, remedyLabel, type ErrorDescription, type Remedy } from './errorMessages.ts';
import { openSetting, type SettingProblem } from './settings.ts';
import { vscode } from './vscode.ts';

export type Severity = 'info' | 'warning' | 'error';

/** The extension's own page of settings. */
const allSettings = '@ext:revenant.revenant';

/** Tells people what happened. What is on screen already is not shown a second time. */
export class UserMessages implements Disposable {
  private readonly _log: Log;
  private readonly _shown = new Set<string>();
  private _isDisposed = false;

  constructor(log: Log) {
    this._log = log;
  }

  /** Shows a failure with what helps. `doing` is the beginning of a sentence; `retry` is what "Try Again" does. */
  showError(error: unknown, doing: string, retry?: () => void): void {
    const description = describeError(error, doing, vscode.l10n);
    if (description === undefined) {
      return;
    }
    this._log.error(doing, error);
    this._run(this._showDescription(description, retry));
  }

  /** Shows a setting that cannot be used. */
  showSettingProblem({ setting, message }: SettingProblem): void {
    this._log.warn(message);
    const button = remedyLabel('open-settings', vscode.l10n);
    this._run(
      this.ask('warning', message, [button]).then(async (chosen) => {
        if (chosen === button) {
          await openSetting(setting);
        }
      }),
    );
  }

  /** Shows a text with buttons; resolves with the one that was pressed. Resolves at once when the text is on screen. */
  async ask(severity: Severity, message: string, buttons: readonly string[] = []): Promise<string | undefined> {
    if (this._isDisposed || this._shown.has(message)) {
      return undefined;
    }
    this._shown.add(message);
    try {
      return await show(severity, message, buttons);
    } finally {
      this._shown.delete(message);
    }
  }

  /** Shows a text; nobody waits for it. */
  tell(severity: Severity, message: string): void {
    this._run(this.ask(severity, message));
  }

  dispose(): void {
    this._isDisposed = true;
  }

  private async _showDescription(description: ErrorDescription, retry: (() => void) | undefined): Promise<void> {
    const { severity, message } = description;
    const remedy = description.remedy === 'try-again' && retry === undefined ? 'show-log' : description.remedy;
    if (remedy === 'none') {
      await this.ask(severity, message);
      return;
    }
    const button = remedyLabel(remedy, vscode.l10n);
    if ((await this.ask(severity, message, [button])) === button) {
      await applyRemedy(remedy, retry);
    }
  }

  private _run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this._log.error('A message could not be shown', error));
  }
}

function show(severity: Severity, message: string, buttons: readonly string[]): Thenable<string | undefined> {
  switch (severity) {
    case 'info':
      return vscode.window.showInformationMessage(message, ...buttons);
    case 'warning':
      return vscode.window.showWarningMessage(message, ...buttons);
    case 'error':
      return vscode.window.showErrorMessage(message, ...buttons);
  }
}

async function applyRemedy(remedy: Exclude<Remedy, 'none'>, retry: (() => void) | undefined): Promise<void> {
  switch (remedy) {
    case 'show-log':
      await vscode.commands.executeCommand(commandIds.showLog);
      return;
    case 'try-again':
      retry?.();
      return;
    case 'open-settings':
      await openSetting(allSettings);
      return;
    case 'reload-window':
      await vscode.commands.executeCommand('workbench.action.reloadWindow');
      return;
  }
}
