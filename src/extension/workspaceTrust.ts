import type { UserMessages } from './userMessages.ts';
import { vscode } from './vscode.ts';

/**
 * Whether this window may start processes: its folder decides their directory, and a folder can be made so that a
 * shell that merely starts in it runs what lies there. The rule is that of VS Code's own terminals. Says so when not.
 */
export async function mayStartProcess(messages: UserMessages): Promise<boolean> {
  const isAllowed = vscode.workspace
    .getConfiguration('terminal.integrated')
    .get<boolean>('allowInUntrustedWorkspace', false);
  if (vscode.workspace.isTrusted || isAllowed) {
    return true;
  }
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const chosen = await messages.ask(
    'warning',
    vscode.l10n.t('Shells can be started only in a trusted workspace. Sessions that run already can be opened.'),
    [manage],
  );
  if (chosen === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return false;
}
