import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { HostLink } from '../../client/hostLink.ts';
import { profileTitle } from '../contributions.ts';
import { emptyLayout, findSessionToAdopt, keepSessions, sessionsOf, type TerminalLayout } from './layout.ts';
import { type RestoreLayoutOptions, restoreLayout } from './restoreLayout.ts';
import { tryParseTerminalName } from './terminalName.ts';

/**
 * VS Code asks for the first terminal of an open panel while it starts, mostly before this extension is active. Only a
 * hidden panel, where nobody waits, is filled as late as this.
 */
const adoptionLimitMs = 2000;

export interface TerminalRestorerOptions {
  readonly link: HostLink;
  readonly clock: Clock;
  readonly log: Log;
  /** What the window showed before. */
  readonly layout: TerminalLayout;
  /** Whether the terminals of a window that was closed come back. */
  readonly isWanted: boolean;
  readonly isOpen: (id: SessionId) => boolean;
  readonly create: RestoreLayoutOptions['create'];
}

/**
 * Shows again what the window showed before: at its start, if that is wanted, and always after a restart of the extension
 * host, which leaves dead tabs behind.
 */
export class TerminalRestorer implements Disposable {
  private readonly _options: TerminalRestorerOptions;
  private readonly _disposables = new DisposableStore();
  private readonly _onDidAskForProfile = this._disposables.add(new Emitter<void>());
  private _wasProfileAsked = false;
  /** What nobody has opened yet. */
  private _waiting: TerminalLayout;

  constructor(options: TerminalRestorerOptions) {
    this._options = options;
    // At once: VS Code may ask for the profile before anything else, and is to get one of these.
    this._waiting = options.isWanted ? options.layout : emptyLayout;
  }

  /** The session that the terminal which VS Code is about to create by the profile is to show; undefined: a new one. */
  takeForProfile(): SessionId | undefined {
    const session = findSessionToAdopt(this._waiting);
    if (session !== undefined) {
      this.forget(session);
    }
    this._wasProfileAsked = true;
    this._onDidAskForProfile.fire();
    return session;
  }

  /** Somebody opened the session. */
  forget(session: SessionId): void {
    this._waiting = keepSessions(this._waiting, (waiting) => waiting !== session);
  }

  /** Resolves when everything is shown, which takes until there is a connection to the host. */
  async restore(): Promise<void> {
    const zombies = vscode.window.terminals.filter(isZombie);
    if (!this._options.isWanted) {
      // This is not the start of the window: these tabs were on the screen just now.
      const keys = new Set(zombies.map(({ creationOptions }) => tryParseTerminalName(creationOptions.name)));
      this._waiting = keepSessions(this._options.layout, (session) => keys.has(session));
    }
    if (zombies.length === 0 && sessionsOf(this._waiting).length === 0) {
      return;
    }
    const closeZombies = (): void => zombies.splice(0).forEach((terminal) => terminal.dispose());
    const isStart = zombies.length === 0;
    // Without a connection nothing takes their place soon, and nobody is to type into them.
    await this._whenConnected(closeZombies);
    if (this._disposables.isDisposed) {
      return;
    }
    await this._restoreWaiting(isStart);
    // Not before: with its last terminal the panel would close.
    closeZombies();
  }

  dispose(): void {
    this._disposables.dispose();
  }

  private async _restoreWaiting(isStart: boolean): Promise<void> {
    const { link, clock, log, create, isOpen } = this._options;
    const isMissing = (id: SessionId): boolean => link.findSession(id) !== undefined && !isOpen(id);
    const { editors } = keepSessions(this._waiting, isMissing);
    this._waiting = { ...this._waiting, editors: [] };
    await restoreLayout({ layout: { ...this._waiting, panel: [], editors }, clock, create });
    if (isStart) {
      await this._whenAdopted();
    }
    const inPanel = keepSessions(this._waiting, isMissing);
    this._waiting = emptyLayout;
    await restoreLayout({ layout: inPanel, clock, create });
    log.info(`Sessions shown again: ${editors.length} in editor tabs, ${inPanel.panel.flat().length} in the panel.`);
  }

  /**
   * When the panel is open at its start and Revenant is the default profile, VS Code asks for one terminal there. Resolves
   * when it has, or is not going to: it is to show a session that waits, and not to stand empty beside them.
   */
  private _whenAdopted(): Promise<void> {
    const hasOthers = vscode.window.terminals.some(({ creationOptions }) => !('pty' in creationOptions));
    if (this._waiting.panel.length === 0 || this._wasProfileAsked || hasOthers || !isDefaultProfile()) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const finish = (): void => {
        asked.dispose();
        limit.dispose();
        resolve();
      };
      const asked = this._onDidAskForProfile.event(finish);
      const limit = this._options.clock.schedule(adoptionLimitMs, finish);
    });
  }

  /** Resolves when there is a connection or this is disposed of. */
  private _whenConnected(handleFailure: () => void): Promise<void> {
    const { link } = this._options;
    return new Promise((resolve) => {
      const check = (): void => {
        if (link.state === 'connected' || this._disposables.isDisposed) {
          states.dispose();
          resolve();
        } else if (link.state === 'failed') {
          handleFailure();
        }
      };
      const states = link.onDidChangeState(check);
      this._disposables.add({ dispose: check });
      check();
    });
  }
}

/** A terminal of ours that nobody answers: its extension host is gone. */
function isZombie({ creationOptions }: vscode.Terminal): boolean {
  return tryParseTerminalName(creationOptions.name) !== undefined && !('pty' in creationOptions);
}

function isDefaultProfile(): boolean {
  const system = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'osx' : 'linux';
  return vscode.workspace.getConfiguration('terminal.integrated.defaultProfile').get(system) === profileTitle;
}
