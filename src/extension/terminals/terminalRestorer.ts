import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/event.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { HostLink } from '../../client/hostLink.ts';
import { profileTitle } from '../contributions.ts';
import { emptyLayout, findSessionToAdopt, keepSessions, sessionsOf, type TerminalLayout } from './layout.ts';
import { type RestoreLayoutOptions, restoreLayout } from './restoreLayout.ts';
import { tryParseTerminalName } from './terminalName.ts';
import { vscode } from '../vscode.ts';

/**
 * VS Code asks for the first terminal of an open panel while it starts, mostly before this extension is active. Only a
 * hidden panel, where nobody waits, is filled as late as this.
 */
const adoptionLimitMs = 2000;

/** What the terminal that VS Code is about to create by the profile is to show. */
export type ProfileDemand =
  { readonly kind: 'session'; readonly session: SessionId } | { readonly kind: 'new' } | { readonly kind: 'unwanted' };

export interface TerminalRestorerOptions {
  readonly link: HostLink;
  readonly clock: Clock;
  readonly log: Log;
  /** What the window showed before. */
  readonly layout: TerminalLayout;
  /** Whether the terminals of a window that was closed come back. */
  readonly isWanted: boolean;
  readonly isOpen: (id: SessionId) => boolean;
  readonly onDidChangeOpen: Event<void>;
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
  private readonly _startedMs: number;
  private _wasProfileAsked = false;
  /** Taken for the profile's terminal. */
  private _adopted: SessionId | undefined;
  /** What nobody has opened yet. */
  private _waiting: TerminalLayout;

  constructor(options: TerminalRestorerOptions) {
    this._options = options;
    this._startedMs = options.clock.monotonicMs();
    // At once: VS Code may ask for the profile before anything else, and is to get one of these.
    this._waiting = options.isWanted ? options.layout : emptyLayout;
  }

  /** True while what VS Code asks for is likely its own wish, and not that of a person. */
  get isStarting(): boolean {
    return this._options.clock.monotonicMs() - this._startedMs < adoptionLimitMs;
  }

  /** Takes a session that waits, if there is any, for the terminal that VS Code is about to create by the profile. */
  takeForProfile(): ProfileDemand {
    const isFirst = !this._wasProfileAsked;
    this._wasProfileAsked = true;
    const session = findSessionToAdopt(this._waiting);
    if (session !== undefined) {
      this.forget(session);
      this._adopted ??= session;
    }
    this._onDidAskForProfile.fire();
    if (session !== undefined) {
      return { kind: 'session', session };
    }
    return { kind: isFirst && this._isForgottenPanel() ? 'unwanted' : 'new' };
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
   * After a crash VS Code may open a panel that was closed, and asks for a terminal there: not a person does, when it
   * comes this early in a window that had terminals, and none of them in the panel.
   */
  private _isForgottenPanel(): boolean {
    const { isWanted, layout } = this._options;
    return isWanted && this.isStarting && layout.panel.length === 0 && layout.editors.length > 0;
  }

  /**
   * When the panel is open at its start and Revenant is the default profile, VS Code asks for one terminal there. Resolves
   * when that is open, or is not going to be: it is to show a session that waits, the first one, and not to stand empty
   * beside them.
   */
  private _whenAdopted(): Promise<void> {
    const isDone = (): boolean =>
      this._wasProfileAsked && (this._adopted === undefined || this._options.isOpen(this._adopted));
    const hasOthers = vscode.window.terminals.some(({ creationOptions }) => !('pty' in creationOptions));
    const isExpected = this._waiting.panel.length > 0 && !hasOthers && isDefaultProfile();
    if (isDone() || !(this._wasProfileAsked || isExpected)) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const finish = (): void => {
        subscriptions.dispose();
        resolve();
      };
      const check = (): void => {
        if (isDone()) {
          finish();
        }
      };
      const subscriptions = new DisposableStore();
      subscriptions.add(this._onDidAskForProfile.event(check));
      subscriptions.add(this._options.onDidChangeOpen(check));
      subscriptions.add(this._options.clock.schedule(adoptionLimitMs, finish));
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
