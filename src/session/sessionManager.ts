import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Disposable } from '../base/disposable.ts';
import { RevenantError, isRevenantError, messageOf, systemCodeOf } from '../base/errors.ts';
import type { RunId, SessionId } from '../base/ids.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { ScreenState } from '../screen/api.ts';
import type {
  CreateSessionOptions,
  HistoryReplay,
  ManagerEvents,
  SessionConnection,
  SessionDetails,
  SessionManagerApi,
  SessionManagerOptions,
  SessionSnapshot,
} from './api.ts';
import type { SessionContext } from './context.ts';
import { JournalHistoryReplay } from './historyReplay.ts';
import { ManagerEventHub } from './managerEvents.ts';
import { mapBounded } from './mapBounded.ts';
import { nameOf, newSessionMetadata } from './newSession.ts';
import { normalizeName } from './names.ts';
import { textLines } from './screenText.ts';
import { Session } from './session.ts';
import { SessionDirectory } from './sessionDirectory.ts';
import { clampCols, clampRows, sessionLimits } from './sessionLimits.ts';
import type { SessionPaths } from './sessionPaths.ts';
import { toStorageError } from './storageError.ts';
import { endUnknownRun } from './unknownRun.ts';

/** Owns every session's life; see `SessionManagerApi`. One per sessions directory. */
export class SessionManager implements SessionManagerApi {
  private readonly _options: SessionManagerOptions;
  private readonly _context: SessionContext;
  private readonly _events = new ManagerEventHub();
  private readonly _directory: SessionDirectory;
  private readonly _sessions = new Map<SessionId, Session>();
  /** Names of sessions that are being created: two at once get two numbers. */
  private readonly _reservedNames = new Set<string>();
  private readonly _deletions = new Map<SessionId, Promise<void>>();
  private _state: 'new' | 'ready' | 'destroyed' = 'new';
  private _initialization: Promise<void> | undefined;

  constructor(options: SessionManagerOptions) {
    this._options = options;
    this._directory = new SessionDirectory(options.directory, options.log);
    this._context = { options, events: this._events, directory: this._directory };
  }

  init(): Promise<void> {
    this._initialization ??= this._initialize();
    return this._initialization;
  }

  on<K extends keyof ManagerEvents>(event: K, listener: (value: ManagerEvents[K]) => void): Disposable {
    return this._events.on(event, listener);
  }

  async createSession(options: CreateSessionOptions = {}): Promise<SessionDetails> {
    this._checkReady();
    const name = nameOf(options, [
      ...[...this._sessions.values()].map((s) => s.details.displayName),
      ...this._reservedNames,
    ]);
    this._reservedNames.add(name);
    try {
      const metadata = await newSessionMetadata(options, this._options);
      const session = new Session(this._context, { ...metadata, name });
      try {
        await this._save(session);
        const announce = (): void => this._announce(session);
        if (options.startProcess === false) {
          announce();
        } else {
          await session.start(options.env, announce);
        }
      } catch (error) {
        await session.close();
        await this._directory.remove(session.id);
        throw error;
      }
      return session.details;
    } finally {
      this._reservedNames.delete(name);
    }
  }

  getSession(id: SessionId): SessionDetails {
    return this._get(id).details;
  }

  findSession(id: SessionId): SessionDetails | undefined {
    this._checkReady();
    return this._sessions.get(id)?.details;
  }

  getPty(id: SessionId): { readonly pid: number } | undefined {
    const { pid } = this._get(id).details;
    return pid === undefined ? undefined : { pid };
  }

  listSessions(): SessionDetails[] {
    this._checkReady();
    return [...this._sessions.values()]
      .map((session) => session.details)
      .sort((a, b) => b.lastActivity - a.lastActivity || b.createdAt - a.createdAt);
  }

  deleteSession(id: SessionId): Promise<void> {
    const session = this._get(id);
    const deletion = this._deletions.get(id) ?? this._delete(session).finally(() => this._deletions.delete(id));
    this._deletions.set(id, deletion);
    return deletion;
  }

  async renameSession(id: SessionId, name: string): Promise<SessionDetails> {
    const session = this._get(id);
    try {
      await session.rename(normalizeName(name));
    } catch (error) {
      throw toStorageError(`The new name of session ${id} is not on disk yet`, error);
    }
    return session.details;
  }

  resizeSession(id: SessionId, cols: number, rows: number): Promise<void> {
    return this._get(id).resize(clampCols(cols), clampRows(rows));
  }

  setColors(id: SessionId, colors: TerminalColors): void {
    this._get(id).setColors(colors);
  }

  async connectToSession(
    id: SessionId,
    options: { readonly startProcess?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<SessionConnection> {
    const session = this._get(id);
    const connection = session.connect();
    try {
      if (options.startProcess !== false) {
        await session.start(options.env);
      }
    } catch (error) {
      connection.dispose();
      throw error;
    }
    return { session: id, dispose: () => connection.dispose() };
  }

  async startSession(
    id: SessionId,
    options: { readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<SessionDetails> {
    const session = this._get(id);
    await session.start(options.env);
    return session.details;
  }

  killSession(id: SessionId): Promise<void> {
    return this._get(id).kill();
  }

  write(id: SessionId, data: string | Uint8Array): void {
    this._get(id).write(typeof data === 'string' ? encodeUtf8(data) : data);
  }

  getPaths(id: SessionId): SessionPaths {
    return { ...this._get(id).paths };
  }

  async getScrollback(id: SessionId, lines?: number): Promise<string> {
    const all = await this._textLines(id);
    return all.slice(lines === undefined ? 0 : Math.max(0, all.length - lines)).join('\n');
  }

  async getScrollbackChunks(id: SessionId, offset: number, limit: number): Promise<string[]> {
    const start = Math.max(0, offset);
    return (await this._textLines(id)).slice(start, start + Math.max(0, limit));
  }

  async getScrollbackLength(id: SessionId): Promise<number> {
    return (await this._textLines(id)).length;
  }

  async getSnapshot(id: SessionId, scrollback: number): Promise<SessionSnapshot> {
    return this._get(id).getSnapshot(scrollback);
  }

  async getScreenState(id: SessionId, scrollback: number): Promise<ScreenState> {
    return this._get(id).useScreen((screen) => screen.state(scrollback));
  }

  createHistoryReplay(id: SessionId): HistoryReplay {
    const session = this._get(id);
    const reader = this._options.journal.openReader(session.paths.journal, this._options.log);
    return new JournalHistoryReplay({ prepare: () => this._flushForReading(session), reader });
  }

  async listJournalFiles(id: SessionId): Promise<string[]> {
    const session = this._get(id);
    const { journal } = session.paths;
    await this._flushForReading(session);
    try {
      const names = await fs.readdir(journal);
      const segments = names.filter((name) => /^\d+\.cast$/.test(name));
      return segments
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
        .map((name) => path.join(journal, name));
    } catch (error) {
      // Nothing was recorded yet.
      if (systemCodeOf(error) === 'ENOENT') {
        return [];
      }
      throw error;
    }
  }

  async destroy(): Promise<void> {
    if (this._state === 'destroyed') {
      return;
    }
    await this._initialization?.catch(() => undefined);
    this._state = 'destroyed';
    await Promise.all([...this._sessions.values()].map((session) => session.close()));
    this._sessions.clear();
    this._events.dispose();
  }

  private async _initialize(): Promise<void> {
    const { ptyFactory, clock, log } = this._options;
    const { sessions, unreadable } = await this._directory.load(clock.now());
    for (const metadata of sessions) {
      this._sessions.set(metadata.id, new Session(this._context, metadata));
    }
    const knownRuns = new Set<RunId>();
    const withRun: Session[] = [];
    for (const session of this._sessions.values()) {
      if (session.knownRun !== undefined) {
        knownRuns.add(session.knownRun);
        withRun.push(session);
      }
    }
    await mapBounded(withRun, sessionLimits.parallelAdoptions, (session) => this._takeUp(session));
    this._state = 'ready';
    for (const { id, kind, message } of unreadable) {
      log.warn(message);
      this._events.fire('notice', { severity: kind === 'damaged' ? 'error' : 'warning', message, id });
    }
    const unknownRuns = ptyFactory.listRuns().filter((run) => !knownRuns.has(run));
    for (const run of unknownRuns) {
      // A session that could not be read may own it: its process is worth more than a tidy list.
      if (unreadable.length > 0) {
        log.warn(`Run ${run} belongs to no session that could be read; it is left alone.`);
        continue;
      }
      log.warn(`Run ${run} belongs to no session; it is ended.`);
      const pty = ptyFactory.findRun(run);
      if (pty !== undefined) {
        endUnknownRun(pty, clock);
      }
    }
  }

  private async _takeUp(session: Session): Promise<void> {
    try {
      await session.takeUp();
    } catch (error) {
      const { displayName, id } = session.details;
      const message = `Session ${displayName} cannot be taken up: ${messageOf(error)} Its process goes on; open the session to try again.`;
      this._options.log.error(message, error);
      this._events.fire('notice', { severity: 'error', message, id });
    }
  }

  private async _save(session: Session): Promise<void> {
    try {
      await this._directory.create(session.id);
      await session.save();
    } catch (error) {
      throw toStorageError('The session could not be created', error);
    }
  }

  private _announce(session: Session): void {
    this._sessions.set(session.id, session);
    this._events.fire('session:created', { session: session.details });
  }

  private async _delete(session: Session): Promise<void> {
    try {
      await session.kill(sessionLimits.deleteLimitMs);
    } catch (error) {
      if (!isRevenantError(error, 'timeout')) {
        throw error;
      }
      this._options.log.warn(`${error.message} Its files are removed all the same.`);
    }
    await session.close();
    try {
      await this._directory.remove(session.id);
    } catch (error) {
      throw toStorageError(`The files of session ${session.id} could not be removed`, error);
    } finally {
      // Closed for good: with its files left over, the next host finds it again.
      this._sessions.delete(session.id);
      this._events.fire('session:deleted', { id: session.id });
    }
  }

  private async _textLines(id: SessionId): Promise<readonly string[]> {
    const session = this._get(id);
    return textLines(await session.useScreen((screen) => screen.state(session.lines)));
  }

  /** A reader gets what the files hold; while the disk refuses, that is all there is. */
  private async _flushForReading(session: Session): Promise<void> {
    try {
      await session.flushJournal();
    } catch (error) {
      this._options.log.warn(`The newest output of session ${session.id} is not on disk: ${messageOf(error)}`);
    }
  }

  private _get(id: SessionId): Session {
    this._checkReady();
    const session = this._sessions.get(id);
    if (session === undefined) {
      throw new RevenantError('session-not-found', `There is no session ${id}.`);
    }
    return session;
  }

  private _checkReady(): void {
    switch (this._state) {
      case 'new':
        throw new RevenantError('not-initialized', 'The session manager is not initialized: await init() first.');
      case 'destroyed':
        throw new RevenantError('closed', 'The session manager is destroyed.');
      case 'ready':
        return;
    }
  }
}
