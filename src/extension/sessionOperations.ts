import type { HostLink } from '../client/hostLink.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import { viewIds } from './contributions.ts';
import { sessionEnvironment } from './sessionEnvironment.ts';
import type { UserMessages } from './userMessages.ts';
import { mayStartProcess } from './workspaceTrust.ts';
import { vscode } from './vscode.ts';

/** What people do to sessions, with the questions that go before it. Failures are shown, not thrown. */
export class SessionOperations {
  private readonly _link: HostLink;
  private readonly _messages: UserMessages;

  constructor(link: HostLink, messages: UserMessages) {
    this._link = link;
    this._messages = messages;
  }

  async rename(session: SessionInfo): Promise<void> {
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('Rename Session'),
      prompt: vscode.l10n.t('The new name of "{0}"', session.displayName),
      value: session.displayName,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('A session needs a name.') : undefined),
    });
    const trimmed = name?.trim();
    if (trimmed === undefined || trimmed === '' || trimmed === session.displayName) {
      return;
    }
    await this._try(vscode.l10n.t('"{0}" was not renamed', session.displayName), () =>
      this._link.request('rename', { session: session.id, name: trimmed }),
    );
  }

  /** Ends the processes; the sessions and their histories stay. Nothing is asked: what was printed is not lost. */
  async kill(sessions: readonly SessionInfo[]): Promise<void> {
    await this._forEach(sessions, vscode.l10n.t('Killing sessions'), (session) =>
      this._try(vscode.l10n.t('"{0}" was not killed', session.displayName), () =>
        this._link.request('kill', { session: session.id }),
      ),
    );
  }

  /** Starts a new process in each; asks first when that ends one that runs. */
  async restart(sessions: readonly SessionInfo[]): Promise<void> {
    if (sessions.length === 0 || !(await mayStartProcess(this._messages))) {
      return;
    }
    const running = sessions.filter((session) => session.state === 'running');
    const restart = vscode.l10n.t('Restart');
    if (running.length > 0 && !(await confirm(restartQuestion(running), restartDetail(), restart))) {
      return;
    }
    await this._forEach(sessions, vscode.l10n.t('Starting sessions'), (session) =>
      this._try(vscode.l10n.t('"{0}" was not started', session.displayName), () =>
        this._link.request('restart', { session: session.id, env: sessionEnvironment() }),
      ),
    );
  }

  /** Removes sessions for good, after a question when one of them runs, there are several or `alwaysAsk` is set. */
  async delete(sessions: readonly SessionInfo[], options: { readonly alwaysAsk?: boolean } = {}): Promise<void> {
    if (sessions.length === 0) {
      return;
    }
    const running = sessions.filter((session) => session.state === 'running').length;
    const mustAsk = running > 0 || sessions.length > 1 || options.alwaysAsk === true;
    const remove = vscode.l10n.t('Delete');
    if (mustAsk && !(await confirm(deleteQuestion(sessions), deleteDetail(running), remove))) {
      return;
    }
    await this._deleteAll(sessions);
  }

  /** Removes all sessions that do not run, after a question that tells how many. */
  async deleteAllEnded(): Promise<void> {
    await this._link.whenConnected();
    const ended = this._link.sessions.filter((session) => session.state !== 'running');
    if (ended.length === 0) {
      this._messages.tell('info', vscode.l10n.t('There are no ended sessions.'));
      return;
    }
    const question =
      ended.length === 1
        ? vscode.l10n.t('Delete the ended session and its history?')
        : vscode.l10n.t('Delete all {0} ended sessions and their histories?', ended.length);
    if (await confirm(question, deleteDetail(0), vscode.l10n.t('Delete'))) {
      // One may have been started again while the question stood.
      await this._deleteAll(ended.filter(({ id }) => this._link.findSession(id)?.state !== 'running'));
    }
  }

  private async _deleteAll(sessions: readonly SessionInfo[]): Promise<void> {
    await this._forEach(sessions, vscode.l10n.t('Deleting sessions'), (session) =>
      this._try(vscode.l10n.t('"{0}" was not deleted', session.displayName), () =>
        this._link.request('delete', { session: session.id }),
      ),
    );
  }

  /** One after the other, with the view's progress bar. */
  private async _forEach(
    sessions: readonly SessionInfo[],
    title: string,
    run: (session: SessionInfo) => Promise<void>,
  ): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: viewIds.sessions }, title }, async () => {
      for (const session of sessions) {
        await run(session);
      }
    });
  }

  private async _try(doing: string, run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this._messages.showError(error, doing, () => void this._try(doing, run));
    }
  }
}

async function confirm(question: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

function restartQuestion(running: readonly SessionInfo[]): string {
  const [first] = running;
  return running.length === 1 && first !== undefined
    ? vscode.l10n.t('"{0}" is running. Restart it?', first.displayName)
    : vscode.l10n.t('{0} sessions are running. Restart them?', running.length);
}

function restartDetail(): string {
  return vscode.l10n.t('What runs now is ended. The history stays, and a new shell starts below it.');
}

function deleteQuestion(sessions: readonly SessionInfo[]): string {
  const [first] = sessions;
  return sessions.length === 1 && first !== undefined
    ? vscode.l10n.t('Delete the session "{0}"?', first.displayName)
    : vscode.l10n.t('Delete {0} sessions?', sessions.length);
}

function deleteDetail(running: number): string {
  const history = vscode.l10n.t('The history is removed from the disk. This cannot be undone.');
  if (running === 0) {
    return history;
  }
  const processes =
    running === 1
      ? vscode.l10n.t('The process that still runs is ended.')
      : vscode.l10n.t('{0} processes that still run are ended.', running);
  return `${processes} ${history}`;
}
