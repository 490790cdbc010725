import { commandIds, type CommandArguments, type CommandId } from '../contributions.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import { registerCommand } from '../registerCommand.ts';
import type { SessionOperations } from '../sessionOperations.ts';
import { selectionArgument, type SessionTarget } from '../sessionTarget.ts';
import type { SessionTerminals } from '../terminals/sessionTerminals.ts';
import type { UserMessages } from '../userMessages.ts';
import { vscode } from '../vscode.ts';

export interface SessionCommandOptions {
  readonly target: SessionTarget;
  readonly operations: SessionOperations;
  readonly terminals: SessionTerminals;
  readonly messages: UserMessages;
  /** A line for another terminal that shows the session there, and what else to say about it. */
  readonly attachCommand: (session: SessionInfo) => Promise<{ readonly line: string; readonly needsInstall: boolean }>;
  /** Asks which session, with buttons for what else can be done to it. */
  readonly choose: () => Promise<SessionInfo | undefined>;
}

/** Commands on sessions: from the palette, a tree row or several, a terminal tab, a key. */
export function registerSessionCommands(options: SessionCommandOptions): vscode.Disposable {
  const { target, operations, terminals, messages, choose } = options;
  const register = <K extends CommandId>(
    id: K,
    doing: string,
    run: (...args: CommandArguments[K]) => Promise<void> | void,
  ): vscode.Disposable => registerCommand(id, run, (error) => messages.showError(error, doing));
  const isRunning = (session: SessionInfo): boolean => session.state === 'running';

  return vscode.Disposable.from(
    register(commandIds.openSession, vscode.l10n.t('No session can be opened'), async (given, selection) => {
      if (given !== undefined) {
        openAll(terminals, await target.resolve(given, selection, { title: '' }));
        return;
      }
      const chosen = await choose();
      openAll(terminals, chosen === undefined ? [] : [chosen]);
    }),
    register(commandIds.open, vscode.l10n.t('No session can be opened'), async (given, selection) => {
      openAll(terminals, await target.resolve(given, selection, { title: vscode.l10n.t('Open Session') }));
    }),
    register(commandIds.openInEditor, vscode.l10n.t('No session can be opened'), async (given, selection) => {
      const title = vscode.l10n.t('Open Session in Editor Area');
      const sessions = await target.resolve(given, selection, { title });
      for (const session of sessions) {
        terminals.open(session.id, { location: 'editor' });
      }
    }),
    register(commandIds.rename, vscode.l10n.t('No session can be renamed'), async (given, selection) => {
      const [session] = await target.resolve(given, selection, { title: vscode.l10n.t('Rename Session') });
      if (session !== undefined) {
        await operations.rename(session);
      }
    }),
    register(commandIds.kill, vscode.l10n.t('No session can be killed'), async (given, selection) => {
      const request = { title: vscode.l10n.t('Kill Session'), accepts: isRunning };
      await operations.kill(await target.resolve(given, selection, request));
    }),
    register(commandIds.restart, vscode.l10n.t('No session can be restarted'), async (given, selection) => {
      await operations.restart(await target.resolve(given, selection, { title: vscode.l10n.t('Restart Session') }));
    }),
    register(commandIds.delete, vscode.l10n.t('No session can be deleted'), async (given, selection) => {
      const sessions = await target.resolve(given, selection, { title: vscode.l10n.t('Delete Session') });
      // With the keyboard one may have moved on from the selected row without noticing: the question names it.
      await operations.delete(sessions, { alwaysAsk: given === selectionArgument });
    }),
    register(commandIds.deleteAllEnded, vscode.l10n.t('No session can be deleted'), () => operations.deleteAllEnded()),
    register(commandIds.detach, vscode.l10n.t('No session can be detached'), async (given, selection) => {
      const accepts = (session: SessionInfo): boolean => terminals.findTerminal(session.id) !== undefined;
      const request = { title: vscode.l10n.t('Detach Session'), accepts };
      for (const session of await target.resolve(given, selection, request)) {
        terminals.detach(session.id);
      }
    }),
    register(commandIds.copyAttachCommand, vscode.l10n.t('Nothing can be copied'), async (given, selection) => {
      const title = vscode.l10n.t('Copy Attach Command');
      const [session] = await target.resolve(given, selection, { title });
      if (session !== undefined) {
        await copyAttachCommand(session, options);
      }
    }),
  );
}

/** Opens sessions in the panel or where they are open already; the last one gets the keyboard. */
function openAll(terminals: SessionTerminals, sessions: readonly SessionInfo[]): void {
  for (const session of sessions) {
    terminals.open(session.id);
  }
}

async function copyAttachCommand(
  session: SessionInfo,
  { attachCommand, messages }: SessionCommandOptions,
): Promise<void> {
  const { line, needsInstall } = await attachCommand(session);
  await vscode.env.clipboard.writeText(line);
  const copied = vscode.l10n.t('Copied. Run it in any terminal to open "{0}" there.', session.displayName);
  if (!needsInstall) {
    messages.tell('info', copied);
    return;
  }
  const install = vscode.l10n.t("Install 'revenant' Command");
  if ((await messages.ask('info', copied, [install])) === install) {
    await vscode.commands.executeCommand(commandIds.installCommandLine);
  }
}
