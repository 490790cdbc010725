import type { Clock } from '../../base/clock.ts';
import { DisposableStore } from '../../base/disposable.ts';
import { Emitter } from '../../base/event.ts';
import type { SessionId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { HostLink } from '../../client/hostLink.ts';
import { CloseDecision, type DetachMessageSetting } from './closeDecision.ts';
import {
  describeLayout,
  emptyLayout,
  matchTabs,
  type OpenTerminal,
  type TerminalArea,
  type TerminalLayout,
  type TerminalTab,
} from './layout.ts';
import { LayoutRecorder } from './layoutRecorder.ts';
import { SessionPseudoterminal } from './sessionPseudoterminal.ts';
import { makeTerminalName } from './terminalName.ts';
import { TerminalRestorer } from './terminalRestorer.ts';
import { TerminalTexts } from './terminalTexts.ts';
import { UnwantedTerminal } from './unwantedTerminal.ts';
import type { WindowColors } from './windowColors.ts';
import { vscode } from '../vscode.ts';

export interface TerminalSettings {
  /** Lines above the screen that a terminal can show. */
  scrollbackLines(): number;
  /** What becomes of a running session whose tab a person closes. */
  onClose(): 'detach' | 'kill' | 'ask';
  restoreOnStartup(): boolean;
}

export interface SessionTerminalsOptions {
  readonly link: HostLink;
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: TerminalSettings;
  /** The environment of a shell that is started again in a session; null: the host's default. */
  readonly environment: () => Record<string, string> | null;
  readonly windowColors: WindowColors;
  /** The workspace's state. */
  readonly layoutStore: vscode.Memento;
  readonly detachMessage: DetachMessageSetting;
}

export interface OpenWhere {
  /** Default: the panel. */
  readonly location?: 'panel' | 'editor' | vscode.TerminalEditorLocationOptions;
  /** Leave the keyboard where it is. Default: false. */
  readonly preserveFocus?: boolean;
}

interface Entry {
  readonly pty: SessionPseudoterminal;
  readonly terminal: vscode.Terminal;
  readonly group: number;
  area: TerminalArea;
}

/** Every terminal of this window that shows a session: opens them, knows them, opens them again after a reload. */
export class SessionTerminals implements vscode.Disposable {
  private readonly _options: SessionTerminalsOptions;
  private readonly _texts = new TerminalTexts(vscode.l10n);
  private readonly _disposables = new DisposableStore();
  private readonly _onDidChangeOpen = this._disposables.add(new Emitter<void>());
  private readonly _onDidCloseByUser = this._disposables.add(new Emitter<SessionId>());
  private readonly _recorder: LayoutRecorder;
  private readonly _restorer: TerminalRestorer;
  private readonly _closeDecision: CloseDecision;
  private _entries: readonly Entry[] = [];
  private _nextGroup = 1;
  private _isRestored = false;
  /** The window is closing its terminals: the layout is the one before that. */
  private _isLeaving = false;

  /** A session's terminal was opened or closed. */
  readonly onDidChangeOpen = this._onDidChangeOpen.event;
  /** A person closed a session's terminal, and what becomes of the session has been done. */
  readonly onDidCloseByUser = this._onDidCloseByUser.event;

  constructor(options: SessionTerminalsOptions) {
    this._options = options;
    const { link, log, clock, settings, layoutStore, detachMessage } = options;
    this._recorder = this._disposables.add(
      new LayoutRecorder({ store: layoutStore, clock, log, describe: () => this._describeLayout() }),
    );
    this._closeDecision = new CloseDecision({
      log,
      detachMessage,
      onClose: () => settings.onClose(),
      findSession: (id) => link.findSession(id),
      kill: (session) => link.request('kill', { session }),
    });
    this._restorer = this._disposables.add(
      new TerminalRestorer({
        link,
        clock,
        log,
        layout: this._recorder.read() ?? emptyLayout,
        isWanted: settings.restoreOnStartup(),
        isOpen: (id) => this.findTerminal(id) !== undefined,
        onDidChangeOpen: this.onDidChangeOpen,
        create: (session, group, location) => this._create(session, group, location),
      }),
    );

    const scheduleSave = (): void => this._recorder.schedule();
    this._disposables.add(vscode.window.onDidOpenTerminal((terminal) => this._handleOpened(terminal)));
    this._disposables.add(vscode.window.onDidCloseTerminal((terminal) => this._handleClosed(terminal)));
    this._disposables.add(vscode.window.onDidChangeActiveTerminal(scheduleSave));
    this._disposables.add(vscode.window.onDidChangeActiveColorTheme(() => this._handleTheme()));
    this._disposables.add(vscode.window.tabGroups.onDidChangeTabs(scheduleSave));
    this._disposables.add(vscode.window.tabGroups.onDidChangeTabGroups(scheduleSave));
  }

  /** Shows a session: in the terminal that already shows it, else in a new one. */
  open(id: SessionId, { location = 'panel', preserveFocus = false }: OpenWhere = {}): vscode.Terminal {
    const open = this.findTerminal(id);
    if (open !== undefined) {
      open.show(preserveFocus);
      return open;
    }
    this._restorer.forget(id);
    if (location === 'panel') {
      const { terminal } = this._create(id, undefined, vscode.TerminalLocation.Panel);
      terminal.show(preserveFocus);
      return terminal;
    }
    // An editor tab is shown by its creation.
    const where = location === 'editor' ? { viewColumn: vscode.ViewColumn.Active, preserveFocus } : location;
    return this._create(id, undefined, where).terminal;
  }

  findTerminal(id: SessionId): vscode.Terminal | undefined {
    return this._entries.find(({ pty }) => pty.sessionId === id)?.terminal;
  }

  findSessionOf(terminal: vscode.Terminal): SessionId | undefined {
    return this._entries.find((entry) => entry.terminal === terminal)?.pty.sessionId;
  }

  /** The session of the terminal that has or last had the keyboard; undefined when it is another kind of terminal. */
  activeSession(): SessionId | undefined {
    const terminal = vscode.window.activeTerminal;
    return terminal === undefined ? undefined : this.findSessionOf(terminal);
  }

  /** Closes the session's terminal without asking. The session goes on. */
  detach(id: SessionId): void {
    for (const { pty, terminal } of this._entries) {
      if (pty.sessionId === id) {
        terminal.dispose();
      }
    }
  }

  /** For VS Code to create a terminal of, in a place of its choice. */
  profileOptions(id: SessionId): vscode.ExtensionTerminalOptions {
    return this._makeOptions(id, undefined);
  }

  /**
   * For the profile: the next session that waits to be shown again, so that VS Code's own first terminal is one of them,
   * else a new one, which is made when VS Code opens the terminal.
   */
  nextProfileOptions(createSession: () => Promise<SessionId>): vscode.ExtensionTerminalOptions {
    const demand = this._restorer.takeForProfile();
    switch (demand.kind) {
      case 'session':
        return this._makeOptions(demand.session, createSession);
      case 'new':
        return this._makeOptions(undefined, createSession);
      case 'unwanted':
        return { name: vscode.l10n.t('Revenant'), pty: new UnwantedTerminal(this._options.clock) };
    }
  }

  /**
   * Opens what the window showed before, and closes the dead tabs that an extension host that crashed or was started
   * again left behind. Resolves when that is done, which takes until there is a connection to the host.
   */
  async restore(): Promise<void> {
    try {
      await this._restorer.restore();
    } finally {
      this._isRestored = true;
      this._recorder.schedule();
    }
  }

  /** Detaches from every session. The terminals stay: VS Code closes them, or the next extension host does. */
  dispose(): void {
    this._disposables.dispose();
    for (const { pty } of this._entries) {
      pty.dispose();
    }
    this._entries = [];
  }

  private _create(
    id: SessionId,
    group: number | undefined,
    location: vscode.ExtensionTerminalOptions['location'],
  ): Entry {
    const options = this._makeOptions(id, undefined);
    const terminal = vscode.window.createTerminal(location === undefined ? options : { ...options, location });
    const isEditor = typeof location === 'object' && 'viewColumn' in location;
    return this._register(terminal, options.pty, isEditor ? 'editor' : 'panel', group);
  }

  private _makeOptions(
    id: SessionId | undefined,
    createSession: (() => Promise<SessionId>) | undefined,
  ): vscode.ExtensionTerminalOptions & { readonly pty: SessionPseudoterminal } {
    const { link, clock, log, settings, environment, windowColors } = this._options;
    const pty = new SessionPseudoterminal({
      session: id,
      createSession,
      link,
      clock,
      log,
      texts: this._texts,
      windowColors,
      scrollbackLines: () => settings.scrollbackLines(),
      environment,
    });
    const session = id === undefined ? undefined : link.findSession(id);
    const name = session?.displayName ?? vscode.l10n.t('Revenant');
    return {
      name: makeTerminalName(name, id ?? crypto.randomUUID()),
      pty,
      iconPath: new vscode.ThemeIcon('terminal'),
      isTransient: true,
    };
  }

  private _register(
    terminal: vscode.Terminal,
    pty: SessionPseudoterminal,
    area: TerminalArea,
    group = this._nextGroup++,
  ): Entry {
    const entry: Entry = { terminal, pty, area, group };
    this._entries = [...this._entries, entry];
    this._isLeaving = false;
    pty.onDidChangeSession(() => this._handleChange());
    this._handleChange();
    return entry;
  }

  private _handleChange(): void {
    this._recorder.schedule();
    this._onDidChangeOpen.fire();
  }

  private _handleTheme(): void {
    this._options.windowColors.forget();
    for (const { pty } of this._entries) {
      pty.askColors();
    }
  }

  /** Terminals that VS Code created by the profile are known from here on. */
  private _handleOpened(terminal: vscode.Terminal): void {
    const { creationOptions } = terminal;
    const pty = 'pty' in creationOptions ? creationOptions.pty : undefined;
    if (pty instanceof SessionPseudoterminal && !this._entries.some((entry) => entry.terminal === terminal)) {
      this._register(terminal, pty, 'panel');
      if (!this._restorer.isStarting) {
        // A person asked for it. VS Code has focused the last terminal of the panel, before this one was there.
        terminal.show();
      }
    }
  }

  private _handleClosed(terminal: vscode.Terminal): void {
    const entry = this._entries.find((candidate) => candidate.terminal === terminal);
    if (entry === undefined) {
      return;
    }
    const reason = terminal.exitStatus?.reason ?? vscode.TerminalExitReason.Unknown;
    const { sessionId, wasClosed } = entry.pty;
    this._entries = this._entries.filter((candidate) => candidate !== entry);
    entry.pty.dispose();
    if (reason === vscode.TerminalExitReason.Shutdown || reason === vscode.TerminalExitReason.Unknown) {
      this._isLeaving = true;
    }
    this._handleChange();
    if (reason === vscode.TerminalExitReason.User && sessionId !== undefined) {
      // "Detach Session" closes the tab without a word to the Pseudoterminal, and says what is to become of the session.
      const decided = wasClosed ? this._closeDecision.decide(sessionId) : Promise.resolve();
      void decided.then(() => this._onDidCloseByUser.fire(sessionId));
    }
  }

  /** Undefined while terminals are being opened again or closed by the end of the window. */
  private _describeLayout(): TerminalLayout | undefined {
    // Of a terminal that was closed VS Code tells next why; when nothing follows, the extension host is being stopped.
    const isClosing = this._entries.some(({ pty }) => pty.wasClosed);
    if (!this._isRestored || this._isLeaving || isClosing) {
      return undefined;
    }
    const shown: { entry: Entry; open: OpenTerminal }[] = [];
    // VS Code lists them in the order of their creation; those of the profile are known here a little later.
    const order = (entry: Entry): number => vscode.window.terminals.indexOf(entry.terminal);
    for (const entry of this._entries.toSorted((a, b) => order(a) - order(b))) {
      const session = entry.pty.sessionId;
      if (session !== undefined) {
        const { group, area, terminal } = entry;
        shown.push({ entry, open: { session, group, area, name: terminal.name } });
      }
    }
    const tabs = listTerminalTabs();
    const open = shown.map((item) => item.open);
    matchTabs(open, tabs).forEach((tab, index) => {
      const item = shown[index];
      if (item !== undefined) {
        item.entry.area = tab === undefined ? 'panel' : 'editor';
      }
    });
    return describeLayout(open, tabs, this.activeSession());
  }
}

function listTerminalTabs(): readonly TerminalTab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs, viewColumn }) =>
    tabs
      .filter(({ input }) => input instanceof vscode.TabInputTerminal)
      .map(({ label, isActive }) => ({ label, isActive, viewColumn })),
  );
}
