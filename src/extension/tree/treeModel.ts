import type { SessionId } from '../../base/ids.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';

/** Sessions that run and belong to this workspace, to others, and those that do not run, of all. */
export type GroupId = 'workspace' | 'others' | 'ended';
const groupOrder: readonly GroupId[] = ['workspace', 'others', 'ended'];

export interface SessionNode {
  readonly kind: 'session';
  readonly id: SessionId;
  readonly session: SessionInfo;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly group: GroupId;
  readonly children: readonly SessionNode[];
}

export type TreeNode = SessionNode | GroupNode;

/** What has to be drawn again: nothing, everything, or some nodes (a group with its children). */
export type TreeChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'all' }
  | { readonly kind: 'nodes'; readonly nodes: readonly TreeNode[] };

interface MutableSessionNode extends SessionNode {
  session: SessionInfo;
  appearance: string;
}

interface MutableGroupNode extends GroupNode {
  children: MutableSessionNode[];
}

/**
 * The rows of the tree. Each session and each group keeps its node for as long as it exists: VS Code knows rows by the
 * identity of the node.
 */
export class TreeModel {
  private readonly _sessions = new Map<SessionId, MutableSessionNode>();
  private readonly _groups: Readonly<Record<GroupId, MutableGroupNode>> = {
    workspace: { kind: 'group', group: 'workspace', children: [] },
    others: { kind: 'group', group: 'others', children: [] },
    ended: { kind: 'group', group: 'ended', children: [] },
  };
  private _roots: readonly TreeNode[] = [];

  /** The groups that hold something; the sessions themselves when all are this workspace's. */
  get roots(): readonly TreeNode[] {
    return this._roots;
  }

  findSession(id: SessionId): SessionNode | undefined {
    return this._sessions.get(id);
  }

  parentOf(node: TreeNode): GroupNode | undefined {
    if (node.kind === 'group' || this._roots.includes(node)) {
      return undefined;
    }
    return groupOrder.map((id) => this._groups[id]).find((group) => group.children.some((child) => child === node));
  }

  /**
   * Takes the sessions as they are now. `appearanceOf` gives everything that is drawn of a session as text: a session
   * for which it gives the same as before is not drawn again.
   */
  update(
    sessions: readonly SessionInfo[],
    workspaceUri: string | undefined,
    appearanceOf: (session: SessionInfo) => string,
  ): TreeChange {
    const changed = this._takeSessions(sessions, appearanceOf);
    const grouped = groupSessions(sessions, workspaceUri);
    const changedGroups: MutableGroupNode[] = [];
    for (const id of groupOrder) {
      const group = this._groups[id];
      const children = grouped[id]
        .map((session) => this._sessions.get(session.id))
        .filter((node) => node !== undefined);
      if (!isSameList(children, group.children)) {
        group.children = children;
        changedGroups.push(group);
      }
    }
    const roots = this._rootsOf();
    if (!isSameList(roots, this._roots)) {
      this._roots = roots;
      return { kind: 'all' };
    }
    const drawnWithGroup = new Set(changedGroups.flatMap((group) => group.children));
    const nodes = [...changedGroups, ...changed.filter((node) => !drawnWithGroup.has(node))];
    return nodes.length === 0 ? { kind: 'none' } : { kind: 'nodes', nodes };
  }

  private _takeSessions(
    sessions: readonly SessionInfo[],
    appearanceOf: (session: SessionInfo) => string,
  ): MutableSessionNode[] {
    const changed: MutableSessionNode[] = [];
    for (const session of sessions) {
      const appearance = appearanceOf(session);
      const node = this._sessions.get(session.id);
      if (node === undefined) {
        this._sessions.set(session.id, { kind: 'session', id: session.id, session, appearance });
        continue;
      }
      node.session = session;
      if (node.appearance !== appearance) {
        node.appearance = appearance;
        changed.push(node);
      }
    }
    const present = new Set(sessions.map((session) => session.id));
    for (const id of this._sessions.keys()) {
      if (!present.has(id)) {
        this._sessions.delete(id);
      }
    }
    return changed;
  }

  private _rootsOf(): TreeNode[] {
    const groups = groupOrder.map((id) => this._groups[id]).filter((group) => group.children.length > 0);
    const [only] = groups;
    return groups.length === 1 && only?.group === 'workspace' ? [...only.children] : groups;
  }
}

/**
 * Running sessions stay in the order in which they were made: sorted by activity, rows would jump under the pointer.
 * The ones that do not run come with the latest end first. A window without a workspace takes the sessions without one.
 */
export function groupSessions(
  sessions: readonly SessionInfo[],
  workspaceUri: string | undefined,
): Record<GroupId, SessionInfo[]> {
  const running = sessions
    .filter((session) => session.state === 'running')
    .sort((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id));
  const isOurs = (session: SessionInfo): boolean => session.workspace?.uri === workspaceUri;
  return {
    workspace: running.filter(isOurs),
    others: running.filter((session) => !isOurs(session)),
    ended: sessions
      .filter((session) => session.state !== 'running')
      .sort((a, b) => endOf(b) - endOf(a) || compareText(a.id, b.id)),
  };
}

function endOf(session: SessionInfo): number {
  return session.endedAt ?? session.lastActivity;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isSameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
