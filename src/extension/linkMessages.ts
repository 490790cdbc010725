import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { HostLink, HostNotice } from '../client/hostLink.ts';
import { commandIds } from './contributions.ts';
import type { UserMessages } from './userMessages.ts';
import { vscode } from './vscode.ts';

/** Tells people what the session host tells, and that it cannot be reached. */
export class LinkMessages implements Disposable {
  private readonly _link: HostLink;
  private readonly _messages: UserMessages;
  private readonly _store = new DisposableStore();
  /** The link tries again and again; people hear of one cause once, until it was gone in between. */
  private _toldCode: string | undefined;

  constructor(link: HostLink, messages: UserMessages) {
    this._link = link;
    this._messages = messages;
    this._store.add(link.onDidChangeState(() => this._handleState()));
    this._store.add(link.onDidReceiveNotice((notice) => void this._showNotice(notice)));
    this._handleState();
  }

  dispose(): void {
    this._store.dispose();
  }

  private _handleState(): void {
    const { state, lastError } = this._link;
    if (state === 'connected') {
      this._toldCode = undefined;
    } else if (state === 'failed' && lastError !== undefined && lastError.code !== this._toldCode) {
      this._toldCode = lastError.code;
      this._messages.showError(lastError, vscode.l10n.t('No connection to the session host'), () => {
        this._link.reconnectNow();
      });
    }
  }

  private async _showNotice({ severity, message, session }: HostNotice): Promise<void> {
    // A session that could not be loaded has a notice, but cannot be opened.
    const opens = session !== null && this._link.findSession(session) !== undefined;
    const button = opens ? vscode.l10n.t('Open Session') : vscode.l10n.t('Show Log');
    const chosen = await this._messages.ask(severity, message, [button]);
    if (chosen === button) {
      await (opens
        ? vscode.commands.executeCommand(commandIds.openSession, session)
        : vscode.commands.executeCommand(commandIds.showLog));
    }
  }
}
