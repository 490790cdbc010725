import { homedir } from 'node:os';
import * as path from 'node:path';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { setListenerErrorHandler } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { connectToHost } from '../client/connectToHost.ts';
import { HostLink } from '../client/hostLink.ts';
import { stageRuntime } from '../client/stageRuntime.ts';
import { thisBuild } from '../platform/build.ts';
import { systemClock } from '../platform/systemClock.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import { attachCommandLine } from './commandLine/attachCommand.ts';
import { CommandLineInstaller } from './commandLine/commandLineInstaller.ts';
import { registerHostCommands } from './commands/hostCommands.ts';
import { registerNewSessionCommands } from './commands/newSessionCommands.ts';
import { registerSessionCommands } from './commands/sessionCommands.ts';
import { registerTreeCommands } from './commands/treeCommands.ts';
import { ContextKeyUpdater } from './contextKeyUpdater.ts';
import { profileId } from './contributions.ts';
import { type DataPlace, findDataPlace } from './dataPlace.ts';
import { LinkMessages } from './linkMessages.ts';
import { logTo } from './outputLog.ts';
import { SessionPicker } from './quickInput/sessionPicker.ts';
import { SessionCreator } from './sessionCreator.ts';
import { SessionDefaults } from './sessionDefaults.ts';
import { sessionEnvironment } from './sessionEnvironment.ts';
import { SessionOperations } from './sessionOperations.ts';
import { SessionTarget } from './sessionTarget.ts';
import { Settings } from './settings.ts';
import { StatusBar } from './statusBar.ts';
import { SessionProfileProvider } from './terminals/profileProvider.ts';
import { SessionTerminals } from './terminals/sessionTerminals.ts';
import { WindowColors } from './terminals/windowColors.ts';
import { SessionTree } from './tree/sessionTree.ts';
import { UserMessages } from './userMessages.ts';
import { currentColorScheme } from './windowContext.ts';
import { vscode } from './vscode.ts';

/** What all parts of a window share. */
interface Foundation {
  readonly channel: vscode.LogOutputChannel;
  readonly log: Log;
  readonly messages: UserMessages;
  readonly settings: Settings;
  readonly place: DataPlace;
  /** The bundles of this build. */
  readonly runtimeSource: string;
  readonly link: HostLink;
}

/** Everything that the extension does in one window: makes the parts and joins them. */
export class Window implements Disposable {
  private readonly _store = new DisposableStore();

  constructor(context: vscode.ExtensionContext) {
    const foundation = this._lay(context);
    const { link, log, messages, settings } = foundation;
    const clock = systemClock;
    const windowColors = new WindowColors(currentColorScheme);
    const terminals = this._store.add(
      new SessionTerminals({
        link,
        log,
        clock,
        settings,
        environment: sessionEnvironment,
        windowColors,
        layoutStore: context.workspaceState,
        detachMessage: {
          isWanted: () => settings.showDetachMessage(),
          disable: () => settings.turnOffDetachMessage(),
        },
      }),
    );
    const defaults = new SessionDefaults(settings);
    const creator = new SessionCreator(link, settings, defaults, windowColors);
    const createSession = async (): Promise<SessionInfo['id']> => (await creator.create()).id;
    this._store.add(
      vscode.window.registerTerminalProfileProvider(profileId, new SessionProfileProvider(terminals, createSession)),
    );
    terminals.restore().catch((error: unknown) => {
      messages.showError(error, vscode.l10n.t('The terminals of this window were not opened again'));
    });

    const tree = this._store.add(
      new SessionTree({
        link,
        clock,
        isOpen: (id) => terminals.findTerminal(id) !== undefined,
        onDidChangeOpen: terminals.onDidChangeOpen,
      }),
    );
    this._store.add(new StatusBar(link));
    this._store.add(new LinkMessages(link, messages));
    this._store.add(
      new ContextKeyUpdater({
        link,
        onDidChangeOpen: terminals.onDidChangeOpen,
        hasOpenSessions: () =>
          vscode.window.terminals.some((terminal) => terminals.findSessionOf(terminal) !== undefined),
      }),
    );
    this._registerCommands({ ...foundation, terminals, defaults, creator, tree });
    log.info(`Revenant ${thisBuild.version} has started in this window. Data: ${foundation.place.paths.data}`);
  }

  dispose(): void {
    this._store.dispose();
  }

  private _lay(context: vscode.ExtensionContext): Foundation {
    const channel = this._store.add(vscode.window.createOutputChannel('Revenant', { log: true }));
    const log = logTo(channel);
    setListenerErrorHandler((error) => log.error('A listener failed', error));
    const messages = this._store.add(new UserMessages(log));
    const settings = this._store.add(new Settings((problem) => messages.showSettingProblem(problem)));
    const place = findDataPlace(process.env, settings.get('revenant.dataDirectory'), homedir());
    if (place.isSettingUnusable) {
      settings.report({
        setting: 'revenant.dataDirectory',
        message: vscode.l10n.t(
          'The setting "{0}" is not an absolute path. {1} is used instead.',
          'revenant.dataDirectory',
          place.paths.data,
        ),
      });
    }
    this._store.add(settings.onDidChange((affects) => affects('revenant.dataDirectory') && askForReload(messages)));
    const runtimeSource = path.join(context.extensionPath, 'dist');
    const link = this._store.add(
      new HostLink({
        connect: (signal) =>
          connectToHost({ paths: place.paths, build: thisBuild, client: 'window', runtimeSource, log, signal }),
        clock: systemClock,
        log,
      }),
    );
    return { channel, log, messages, settings, place, runtimeSource, link };
  }

  private _registerCommands(
    parts: Foundation & {
      readonly terminals: SessionTerminals;
      readonly defaults: SessionDefaults;
      readonly creator: SessionCreator;
      readonly tree: SessionTree;
    },
  ): void {
    const { link, log, messages, place, terminals, tree, channel, runtimeSource } = parts;
    const clock = systemClock;
    const operations = new SessionOperations(link, messages);
    const activeSession = (): SessionInfo['id'] | undefined => terminals.activeSession();
    const picker = new SessionPicker({ link, clock, activeSession });
    const target = new SessionTarget({
      link,
      terminals: () => vscode.window.terminals,
      findSessionOf: (terminal) => terminals.findSessionOf(terminal),
      activeSession,
      treeSelection: () => tree.selection,
      pick: (title, accepts) => picker.pick({ title, accepts }),
      tellNoSession: () => messages.tell('info', vscode.l10n.t('This terminal does not show a Revenant session.')),
    });
    const installer = new CommandLineInstaller({
      data: place.paths.data,
      home: place.home,
      node: process.execPath,
      stage: async () => {
        const host = await stageRuntime({ paths: place.paths, build: thisBuild, runtimeSource, log });
        return path.join(path.dirname(host), 'cli.js');
      },
      env: process.env,
    });
    // Not urgent, and nothing that people asked for just now: a failure is for the log.
    installer
      .refresh()
      .catch((error: unknown) => log.error("The command 'revenant' was not brought up to date", error));

    this._store.add(registerNewSessionCommands({ ...parts, clock }));
    this._store.add(registerTreeCommands({ target, terminals, messages, clock }));
    this._store.add(registerHostCommands({ link, installer, messages, channel }));
    this._store.add(
      registerSessionCommands({
        target,
        operations,
        terminals,
        messages,
        choose: () =>
          picker.pick({
            title: vscode.l10n.t('Open Session'),
            accepts: () => true,
            actions: {
              rename: (session) => operations.rename(session),
              kill: (session) => operations.kill([session]),
              delete: (session) => operations.delete([session]),
            },
          }),
        attachCommand: async (session) => {
          const installation = await installer.find();
          const line = attachCommandLine({
            session: session.id,
            command: installation === undefined ? undefined : installation.isOnPath ? 'revenant' : installation.command,
            node: process.execPath,
            script: path.join(runtimeSource, 'cli.js'),
            home: place.home,
            platform: process.platform,
          });
          return { line, needsInstall: installation === undefined };
        },
      }),
    );
  }
}

function askForReload(messages: UserMessages): void {
  const reload = vscode.l10n.t('Reload Window');
  const text = vscode.l10n.t(
    'The new data directory is used after a reload of the window. Sessions in the former one stay there and go on.',
  );
  void messages.ask('info', text, [reload]).then(async (chosen) => {
    if (chosen === reload) {
      await vscode.commands.executeCommand('workbench.action.reloadWindow');
    }
  });
}
