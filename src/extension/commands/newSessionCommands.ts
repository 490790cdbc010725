import type { Clock } from '../../base/clock.ts';
import type { HostLink } from '../../client/hostLink.ts';
import { commandIds } from '../contributions.ts';
import { whenSessionIsKnown } from '../knownSession.ts';
import { NewSessionDialogue } from '../quickInput/newSessionDialogue.ts';
import { registerCommand } from '../registerCommand.ts';
import type { NewSession, SessionCreator } from '../sessionCreator.ts';
import type { SessionDefaults } from '../sessionDefaults.ts';
import type { SessionTerminals } from '../terminals/sessionTerminals.ts';
import type { SessionTree } from '../tree/sessionTree.ts';
import type { UserMessages } from '../userMessages.ts';
import { mayStartProcess } from '../workspaceTrust.ts';
import { vscode } from '../vscode.ts';

export interface NewSessionCommandOptions {
  readonly link: HostLink;
  readonly clock: Clock;
  readonly creator: SessionCreator;
  readonly defaults: SessionDefaults;
  readonly terminals: SessionTerminals;
  readonly tree: SessionTree;
  readonly messages: UserMessages;
}

/** The three ways to a new session. */
export function registerNewSessionCommands(options: NewSessionCommandOptions): vscode.Disposable {
  const { link, defaults, messages } = options;
  const handleError = (error: unknown): void => messages.showError(error, vscode.l10n.t('No session can be started'));
  return vscode.Disposable.from(
    registerCommand(commandIds.newSession, () => start(options, 'panel', {}), handleError),
    registerCommand(commandIds.newSessionInEditor, () => start(options, 'editor', {}), handleError),
    registerCommand(
      commandIds.newSessionWith,
      async () => {
        if (!(await mayStartProcess(messages))) {
          return;
        }
        const request = await new NewSessionDialogue(defaults, link.sessions).run();
        if (request !== undefined) {
          await start(options, 'panel', request);
        }
      },
      handleError,
    ),
  );
}

/** Starts a session and shows it. When it fails, the message offers to try the same again. */
async function start(
  options: NewSessionCommandOptions,
  location: 'panel' | 'editor',
  request: NewSession,
): Promise<void> {
  const { link, clock, creator, terminals, tree, messages } = options;
  if (!(await mayStartProcess(messages))) {
    return;
  }
  try {
    const session = await creator.create(request);
    await whenSessionIsKnown(link, session.id, clock);
    terminals.open(session.id, { location });
    await tree.reveal(session.id);
  } catch (error) {
    messages.showError(error, vscode.l10n.t('The session was not started'), () => {
      void start(options, location, request);
    });
  }
}
