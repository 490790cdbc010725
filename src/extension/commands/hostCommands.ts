import type { HostLink } from '../../client/hostLink.ts';
import type { CommandLineInstaller, Installation } from '../commandLine/commandLineInstaller.ts';
import { commandIds } from '../contributions.ts';
import { hostStatusText } from '../hostStatusText.ts';
import { registerCommand } from '../registerCommand.ts';
import { openSetting } from '../settings.ts';
import type { UserMessages } from '../userMessages.ts';
import { vscode } from '../vscode.ts';

export interface HostCommandOptions {
  readonly link: HostLink;
  readonly installer: CommandLineInstaller;
  readonly messages: UserMessages;
  readonly channel: vscode.LogOutputChannel;
}

/** Commands on what stands behind the sessions: log, session host, command line. */
export function registerHostCommands({ link, installer, messages, channel }: HostCommandOptions): vscode.Disposable {
  const handle =
    (doing: string) =>
    (error: unknown): void =>
      messages.showError(error, doing);
  return vscode.Disposable.from(
    registerCommand(commandIds.showLog, () => channel.show(), handle(vscode.l10n.t('The log cannot be shown'))),
    registerCommand(
      commandIds.showHostStatus,
      () => showHostStatus(link),
      handle(vscode.l10n.t('The session host does not tell its status')),
    ),
    registerCommand(
      commandIds.installCommandLine,
      async () => tellInstalled(await installer.install(), messages),
      handle(vscode.l10n.t("The command 'revenant' was not installed")),
    ),
    registerCommand(
      commandIds.openSettings,
      () => openSetting('@ext:revenant.revenant'),
      handle(vscode.l10n.t('The settings cannot be shown')),
    ),
    registerCommand(
      commandIds.tryAgain,
      () => link.reconnectNow(),
      handle(vscode.l10n.t('No connection to the session host')),
    ),
  );
}

async function showHostStatus(link: HostLink): Promise<void> {
  const status = await link.request('status', {});
  const detail = hostStatusText(status, vscode.l10n, (ms) => new Date(ms).toLocaleString(vscode.env.language));
  const openLog = vscode.l10n.t('Open Log');
  const copy = vscode.l10n.t('Copy');
  const title = vscode.l10n.t('Revenant Session Host');
  const chosen = await vscode.window.showInformationMessage(title, { modal: true, detail }, openLog, copy);
  if (chosen === openLog) {
    await vscode.window.showTextDocument(vscode.Uri.file(status.logFile));
  } else if (chosen === copy) {
    await vscode.env.clipboard.writeText(detail);
  }
}

async function tellInstalled(installation: Installation, messages: UserMessages): Promise<void> {
  const { command, directory } = installation;
  if (installation.isOnPath) {
    messages.tell('info', vscode.l10n.t("The command 'revenant' is installed as {0}.", command));
    return;
  }
  const isWindows = process.platform === 'win32';
  const line = isWindows
    ? `[Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + ';${directory.replaceAll("'", "''")}', 'User')`
    : `export PATH="${directory}:$PATH"`;
  const advice = isWindows
    ? vscode.l10n.t('Its directory is not on the PATH: run the copied line in PowerShell, then open a new terminal.')
    : vscode.l10n.t(
        'Its directory is not on the PATH: add the line {0} to the start-up file of your shell (~/.profile, ~/.zshrc), then log in again.',
        line,
      );
  const copy = vscode.l10n.t('Copy Line');
  const message = vscode.l10n.t("The command 'revenant' is installed as {0}. {1}", command, advice);
  if ((await messages.ask('warning', message, [copy])) === copy) {
    await vscode.env.clipboard.writeText(line);
  }
}
