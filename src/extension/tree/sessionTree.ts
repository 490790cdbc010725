import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Event } from '../../base/event.ts';
import type { SessionId } from '../../base/ids.ts';
import type { HostLink } from '../../client/hostLink.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import { commandIds, itemContext, viewIds } from '../contributions.ts';
import { sessionAccessibleLabel, sessionDescription, sessionIcon } from '../sessionText.ts';
import { currentWorkspace, surroundings } from '../windowContext.ts';
import { sessionTooltip } from './sessionTooltip.ts';
import { TreeModel, type GroupId, type GroupNode, type SessionNode, type TreeNode } from './treeModel.ts';
import { vscode } from '../vscode.ts';

/** The first change is drawn after so long, together with what changed meanwhile; people take it for at once. */
const coalesceMs = 150;

/** Ages are told in minutes. */
const ageRefreshMs = 60_000;

export interface SessionTreeOptions {
  readonly link: HostLink;
  readonly clock: Clock;
  /** True when a terminal of this window shows the session. */
  readonly isOpen: (id: SessionId) => boolean;
  readonly onDidChangeOpen: Event<void>;
}

/** The view "Sessions": shows what the link knows, within a fraction of a second, and draws only rows that changed. */
export class SessionTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly _link: HostLink;
  private readonly _clock: Clock;
  private readonly _isOpen: (id: SessionId) => boolean;
  private readonly _model = new TreeModel();
  private readonly _store = new DisposableStore();
  private readonly _onDidChangeTreeData = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this._onDidChangeTreeData.event;
  private readonly _view: vscode.TreeView<TreeNode>;
  private _pendingUpdate: Disposable | undefined;
  private _ageTimer: Disposable | undefined;

  constructor({ link, clock, isOpen, onDidChangeOpen }: SessionTreeOptions) {
    this._link = link;
    this._clock = clock;
    this._isOpen = isOpen;
    this._store.add(this._onDidChangeTreeData);
    this._update();
    this._view = this._store.add(
      vscode.window.createTreeView(viewIds.sessions, { treeDataProvider: this, canSelectMany: true }),
    );
    this._store.add(link.onDidChangeSessions(() => this._scheduleUpdate()));
    this._store.add(onDidChangeOpen(() => this._scheduleUpdate()));
    this._store.add(link.onDidChangeState(() => this._showState()));
    this._store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this._scheduleUpdate()));
    this._store.add(this._view.onDidChangeVisibility(() => this._followVisibility()));
    this._showState();
    this._followVisibility();
  }

  /** The sessions whose rows are selected, in the order in which VS Code tells them. */
  get selection(): readonly SessionNode[] {
    return this._view.selection.filter((node) => node.kind === 'session');
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) {
      return [...this._model.roots];
    }
    return node.kind === 'group' ? [...node.children] : [];
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return this._model.parentOf(node);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    return node.kind === 'group' ? groupItem(node) : this._sessionItem(node);
  }

  /** The tooltip is made when it is wanted: it tells more than the row, and changes more often. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind === 'session') {
      const formatTime = (ms: number): string => new Date(ms).toLocaleString(vscode.env.language);
      item.tooltip = new vscode.MarkdownString(sessionTooltip(node.session, vscode.l10n, formatTime));
    }
    return item;
  }

  /** Selects a session's row when the view is visible; never opens the view or takes the keyboard. */
  async reveal(id: SessionId): Promise<void> {
    this._update();
    const node = this._model.findSession(id);
    if (node !== undefined && this._view.visible) {
      await this._view.reveal(node, { select: true, focus: false });
    }
  }

  dispose(): void {
    this._pendingUpdate?.dispose();
    this._ageTimer?.dispose();
    this._store.dispose();
  }

  private _scheduleUpdate(): void {
    this._pendingUpdate ??= this._clock.schedule(coalesceMs, () => this._update());
  }

  private _update(): void {
    this._pendingUpdate?.dispose();
    this._pendingUpdate = undefined;
    const around = surroundings();
    const now = this._clock.now();
    const change = this._model.update(this._link.sessions, currentWorkspace()?.uri, (session) =>
      appearanceOf(session, sessionDescription(session, around, now, vscode.l10n), this._contextOf(session)),
    );
    switch (change.kind) {
      case 'none':
        return;
      case 'all':
        this._onDidChangeTreeData.fire(undefined);
        return;
      case 'nodes':
        this._onDidChangeTreeData.fire([...change.nodes]);
        return;
    }
  }

  private _followVisibility(): void {
    this._ageTimer?.dispose();
    this._ageTimer = undefined;
    if (this._view.visible) {
      this._update();
      this._ageTimer = this._clock.schedule(ageRefreshMs, () => this._followVisibility());
    }
  }

  /** With sessions in the tree the welcome text is not seen: then the failure stands above them. */
  private _showState(): void {
    const { state, lastError, sessions } = this._link;
    this._view.message =
      state === 'failed' && sessions.length > 0
        ? vscode.l10n.t('Not connected to the session host: {0}', lastError?.message ?? vscode.l10n.t('unknown cause'))
        : '';
  }

  private _contextOf(session: SessionInfo): string {
    const open = this._isOpen(session.id) ? itemContext.openSuffix : '';
    return `${itemContext.sessionPrefix}${session.state}${open}`;
  }

  private _sessionItem(node: SessionNode): vscode.TreeItem {
    const { session } = node;
    const around = surroundings();
    const now = this._clock.now();
    const { icon, color } = sessionIcon(session);
    const item = new vscode.TreeItem(session.displayName, vscode.TreeItemCollapsibleState.None);
    item.id = session.id;
    item.description = sessionDescription(session, around, now, vscode.l10n);
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.contextValue = this._contextOf(session);
    item.accessibilityInformation = { label: sessionAccessibleLabel(session, around, now, vscode.l10n) };
    item.command = {
      command: commandIds.treeActivate,
      title: vscode.l10n.t('Open'),
      arguments: [node],
    };
    return item;
  }
}

/** Everything drawn of a row, and of the tooltip what may be a minute old at most. */
function appearanceOf(session: SessionInfo, description: string, context: string): string {
  return JSON.stringify([
    session.displayName,
    description,
    context,
    session.state,
    session.exitCode,
    session.signal,
    session.pid,
    session.title,
    session.cwd,
    session.problem,
    session.connectionCount,
    [session.cols, session.rows],
    Math.floor(session.lastActivity / ageRefreshMs),
  ]);
}

function groupItem(group: GroupNode): vscode.TreeItem {
  const item = new vscode.TreeItem(groupLabel(group.group), vscode.TreeItemCollapsibleState.Expanded);
  item.id = `group:${group.group}`;
  item.description = String(group.children.length);
  item.contextValue = itemContext.group;
  return item;
}

function groupLabel(group: GroupId): string {
  switch (group) {
    case 'workspace':
      return vscode.workspace.workspaceFolders === undefined
        ? vscode.l10n.t('Without Workspace')
        : vscode.l10n.t('This Workspace');
    case 'others':
      return vscode.l10n.t('Other Workspaces');
    case 'ended':
      return vscode.l10n.t('Ended');
  }
}
