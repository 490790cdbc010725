import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { SessionId } from '../base/ids.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';

/** The sessions as a host tells of them: a whole list at first, then changes. Newest activity first. */
export class SessionList implements Disposable {
  private readonly _onDidChange = new Emitter<void>();
  private _byId = new Map<SessionId, SessionInfo>();
  private _sorted: readonly SessionInfo[] | undefined = [];
  /** While a list is on its way: what came before it and may be missing in it. */
  private _changesWhileLoading: (() => void)[] | undefined;

  readonly onDidChange: Event<void> = this._onDidChange.event;

  get sessions(): readonly SessionInfo[] {
    this._sorted ??= [...this._byId.values()].sort(
      (a, b) => b.lastActivity - a.lastActivity || b.createdAt - a.createdAt,
    );
    return this._sorted;
  }

  find(id: SessionId): SessionInfo | undefined {
    return this._byId.get(id);
  }

  /**
   * Keeps the changes that come in until the returned function is called with the list. They are applied on top of it:
   * the caller gets the list a moment after it arrived, and changes that followed it are here by then.
   */
  startLoading(): (sessions: readonly SessionInfo[]) => void {
    const changes: (() => void)[] = [];
    this._changesWhileLoading = changes;
    return (sessions) => {
      this._changesWhileLoading = undefined;
      this._byId = new Map(sessions.map((session) => [session.id, session]));
      for (const change of changes) {
        change();
      }
      this._handleChange();
    };
  }

  set(session: SessionInfo): void {
    this._change(() => this._byId.set(session.id, session));
  }

  remove(id: SessionId): void {
    this._change(() => this._byId.delete(id));
  }

  dispose(): void {
    this._onDidChange.dispose();
  }

  private _change(apply: () => void): void {
    if (this._changesWhileLoading !== undefined) {
      this._changesWhileLoading.push(apply);
      return;
    }
    apply();
    this._handleChange();
  }

  private _handleChange(): void {
    this._sorted = undefined;
    this._onDidChange.fire();
  }
}
