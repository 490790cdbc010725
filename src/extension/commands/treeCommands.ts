import type { Clock } from '../../base/clock.ts';
import type { SessionId } from '../../base/ids.ts';
import { commandIds } from '../contributions.ts';
import { registerCommand } from '../registerCommand.ts';
import type { SessionTarget } from '../sessionTarget.ts';
import type { SessionTerminals } from '../terminals/sessionTerminals.ts';
import type { UserMessages } from '../userMessages.ts';
import { vscode } from '../vscode.ts';

export interface TreeCommandOptions {
  readonly target: SessionTarget;
  readonly terminals: SessionTerminals;
  readonly messages: UserMessages;
  readonly clock: Clock;
}

/** Two clicks on a row within this time are a double click; systems' own limits lie around it. */
const doubleClickMs = 500;

/**
 * What a click and Enter in the tree do. VS Code runs a row's command for a click, a double click (twice) and Enter
 * alike and does not tell which: a first one shows the session and leaves the keyboard in the tree, so that one can
 * look through the sessions; a second one soon after it, or Enter, gives the keyboard to the terminal.
 */
export function registerTreeCommands({ target, terminals, messages, clock }: TreeCommandOptions): vscode.Disposable {
  const handleError = (error: unknown): void => messages.showError(error, vscode.l10n.t('No session can be opened'));
  let last: { readonly id: SessionId; readonly atMs: number } | undefined;

  const open = async (given: unknown, selection: unknown, preserveFocus: (id: SessionId) => boolean): Promise<void> => {
    const [session] = await target.resolve(given, selection, { title: vscode.l10n.t('Open Session') });
    if (session !== undefined) {
      terminals.open(session.id, { preserveFocus: preserveFocus(session.id) });
    }
  };

  return vscode.Disposable.from(
    registerCommand(
      commandIds.treeActivate,
      (given, selection) =>
        open(given, selection, (id) => {
          const now = clock.monotonicMs();
          const isSecond = last?.id === id && now - last.atMs <= doubleClickMs;
          last = isSecond ? undefined : { id, atMs: now };
          return !isSecond && !opensOnDoubleClick();
        }),
      handleError,
    ),
    registerCommand(commandIds.treeFocus, (given, selection) => open(given, selection, () => false), handleError),
  );
}

/** With this setting VS Code runs a row's command only for a double click or Enter: then the keyboard follows at once. */
function opensOnDoubleClick(): boolean {
  return vscode.workspace.getConfiguration('workbench.list').get<string>('openMode') === 'doubleClick';
}
