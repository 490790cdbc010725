import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { HostLink } from '../client/hostLink.ts';
import { commandIds } from './contributions.ts';
import { vscode } from './vscode.ts';

/** How many sessions run, beside VS Code's own items; a click opens one. Not there when none runs. */
export class StatusBar implements Disposable {
  private readonly _store = new DisposableStore();
  private readonly _item: vscode.StatusBarItem;
  private readonly _link: HostLink;

  constructor(link: HostLink) {
    this._link = link;
    this._item = this._store.add(
      vscode.window.createStatusBarItem('revenant.sessions', vscode.StatusBarAlignment.Left),
    );
    this._item.name = vscode.l10n.t('Revenant Sessions');
    this._item.command = commandIds.openSession;
    this._store.add(link.onDidChangeSessions(() => this._update()));
    this._update();
  }

  dispose(): void {
    this._store.dispose();
  }

  private _update(): void {
    const count = this._link.sessions.filter((session) => session.state === 'running').length;
    if (count === 0) {
      this._item.hide();
      return;
    }
    const text = count === 1 ? vscode.l10n.t('1 running session') : vscode.l10n.t('{0} running sessions', count);
    this._item.text = `$(terminal) ${count}`;
    this._item.tooltip = text;
    this._item.accessibilityInformation = { label: text, role: 'button' };
    this._item.show();
  }
}
