import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Event } from '../base/event.ts';
import type { HostLink } from '../client/hostLink.ts';
import { contextKeys, type ContextKey, type ContextKeyTypes } from './contributions.ts';
import { setContextKey } from './registerCommand.ts';

export interface ContextKeyUpdaterOptions {
  readonly link: HostLink;
  readonly onDidChangeOpen: Event<void>;
  /** True when a terminal of this window shows a session. */
  readonly hasOpenSessions: () => boolean;
}

/** Keeps the context keys, which decide what menus, palette and the empty tree offer. */
export class ContextKeyUpdater implements Disposable {
  private readonly _options: ContextKeyUpdaterOptions;
  private readonly _store = new DisposableStore();
  private readonly _values = new Map<ContextKey, unknown>();

  constructor(options: ContextKeyUpdaterOptions) {
    this._options = options;
    this._store.add(options.link.onDidChangeState(() => this._update()));
    this._store.add(options.link.onDidChangeSessions(() => this._update()));
    this._store.add(options.onDidChangeOpen(() => this._update()));
    this._update();
  }

  dispose(): void {
    this._store.dispose();
  }

  private _update(): void {
    const { link, hasOpenSessions } = this._options;
    const running = link.sessions.filter((session) => session.state === 'running').length;
    this._set(contextKeys.connection, link.state);
    this._set(contextKeys.connectionError, link.state === 'failed' ? (link.lastError?.code ?? 'internal') : '');
    this._set(contextKeys.hasSessions, link.sessions.length > 0);
    this._set(contextKeys.hasRunningSessions, running > 0);
    this._set(contextKeys.hasEndedSessions, running < link.sessions.length);
    this._set(contextKeys.hasOpenSessions, hasOpenSessions());
  }

  private _set<K extends ContextKey>(key: K, value: ContextKeyTypes[K]): void {
    if (this._values.get(key) !== value) {
      this._values.set(key, value);
      setContextKey(key, value);
    }
  }
}
