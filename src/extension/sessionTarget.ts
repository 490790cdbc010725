import type * as vscode from 'vscode';
import type { HostLink } from '../client/hostLink.ts';
import type { SessionId } from '../base/ids.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import type { SessionNode } from './tree/treeModel.ts';

/** What a key pressed in the tree passes, because VS Code passes nothing then. */
export const selectionArgument = 'selection';

export interface SessionTargetOptions {
  readonly link: Pick<HostLink, 'sessions' | 'findSession'> & { whenConnected(): Promise<unknown> };
  /** Every terminal of the window. */
  readonly terminals: () => readonly vscode.Terminal[];
  readonly findSessionOf: (terminal: vscode.Terminal) => SessionId | undefined;
  readonly activeSession: () => SessionId | undefined;
  readonly treeSelection: () => readonly SessionNode[];
  /** Asks which session; undefined when nobody chose. */
  readonly pick: (title: string, accepts: (session: SessionInfo) => boolean) => Promise<SessionInfo | undefined>;
  /** Says that the terminal whose menu was used shows no session. */
  readonly tellNoSession: () => void;
}

export interface TargetRequest {
  /** Title of the question which session, when it has to be asked. */
  readonly title: string;
  /** Sessions for which the command makes sense. */
  readonly accepts?: (session: SessionInfo) => boolean;
}

/** Finds the sessions that a command is meant for: what was clicked, else the active terminal's, else asks. */
export class SessionTarget {
  private readonly _options: SessionTargetOptions;

  constructor(options: SessionTargetOptions) {
    this._options = options;
  }

  /** The sessions meant, of those that the command accepts; empty when there are none or nobody chose. */
  async resolve(
    target: unknown,
    selection: unknown,
    { title, accepts = () => true }: TargetRequest,
  ): Promise<readonly SessionInfo[]> {
    const given = this._given(target, selection);
    if (given !== undefined) {
      if (given.length === 0 && this._findTerminal(Array.isArray(target) ? target[0] : target) !== undefined) {
        this._options.tellNoSession();
      }
      return this._infos(given).filter(accepts);
    }
    const active = this._options.activeSession();
    const activeInfo = active === undefined ? undefined : this._options.link.findSession(active);
    if (activeInfo !== undefined && accepts(activeInfo)) {
      return [activeInfo];
    }
    await this._options.link.whenConnected();
    const picked = await this._options.pick(title, accepts);
    return picked === undefined ? [] : [picked];
  }

  /** Ids that VS Code passed; undefined when the command comes from the palette or a key outside the tree. */
  private _given(target: unknown, selection: unknown): SessionId[] | undefined {
    if (target === selectionArgument) {
      return this._options.treeSelection().map((node) => node.id);
    }
    const several = Array.isArray(selection) && selection.length > 0 ? selection : [target];
    const all: readonly unknown[] = Array.isArray(target) ? target : several;
    // A menu opened on a row outside the selection is meant for that row alone.
    const meant = all.includes(target) || Array.isArray(target) ? all : [target];
    const ids = meant.map((item) => this._idOf(item)).filter((id) => id !== undefined);
    return ids.length > 0 || target !== undefined ? ids : undefined;
  }

  private _idOf(item: unknown): SessionId | undefined {
    if (typeof item === 'string') {
      return this._options.link.sessions.find((session) => session.id === item)?.id;
    }
    if (isSessionNode(item)) {
      return item.id;
    }
    const terminal = this._findTerminal(item);
    return terminal === undefined ? undefined : this._options.findSessionOf(terminal);
  }

  private _findTerminal(item: unknown): vscode.Terminal | undefined {
    return this._options.terminals().find((terminal) => terminal === item);
  }

  private _infos(ids: readonly SessionId[]): SessionInfo[] {
    return [...new Set(ids)].map((id) => this._options.link.findSession(id)).filter((info) => info !== undefined);
  }
}

function isSessionNode(item: unknown): item is SessionNode {
  return typeof item === 'object' && item !== null && 'kind' in item && item.kind === 'session' && 'id' in item;
}
