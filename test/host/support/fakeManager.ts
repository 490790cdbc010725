import { randomUUID } from 'node:crypto';
import { type Disposable, toDisposable } from '../../../src/base/disposable.ts';
import { RevenantError } from '../../../src/base/errors.ts';
import { Emitter } from '../../../src/base/event.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { TerminalColors } from '../../../src/base/terminalColors.ts';
import type { ScreenState } from '../../../src/screen/api.ts';
import type {
  CreateSessionOptions,
  HistoryReplay,
  ManagerEvents,
  SessionConnection,
  SessionDetails,
  SessionManagerApi,
  SessionSnapshot,
} from '../../../src/session/api.ts';

interface FakeSession {
  details: SessionDetails;
  stream: Buffer[];
  position: number;
}

/**
 * Sessions without processes and disk, for the server's tests. A session's "screen" is everything that clients were to
 * get of it, and so is its snapshot: what a client was shown must equal it byte for byte.
 */
export class FakeManager implements SessionManagerApi {
  readonly written: string[] = [];
  readonly resized: string[] = [];
  readonly colors: TerminalColors[] = [];
  snapshots = 0;
  isDestroyed = false;
  /** Snapshots wait for it: what is printed meanwhile comes after them. */
  snapshotGate: Promise<void> = Promise.resolve();
  /** The screen is rebuilt until then: what is printed meanwhile is in the snapshot. */
  rebuildGate: Promise<void> | undefined;
  private readonly _sessions = new Map<SessionId, FakeSession>();
  private readonly _emitters = new Map<keyof ManagerEvents, Emitter<never>>();
  private _lastActivity = 1000;

  init(): Promise<void> {
    return Promise.resolve();
  }

  on<K extends keyof ManagerEvents>(event: K, listener: (value: ManagerEvents[K]) => void): Disposable {
    return this._emitter(event).event(listener);
  }

  fire<K extends keyof ManagerEvents>(event: K, value: ManagerEvents[K]): void {
    this._emitter(event).fire(value);
  }

  /** The process prints. `queryBytes` of it are queries, which clients do not get. */
  print(id: SessionId, text: string | Uint8Array, queryBytes = 0): void {
    const session = this._find(id);
    const bytes = Buffer.from(text as string);
    session.position += bytes.length + queryBytes;
    session.stream.push(bytes);
    this.fire('session:output', { id, chunk: { end: session.position, bytes, isGround: true } });
  }

  /** Everything that clients were to get. */
  streamOf(id: SessionId): Buffer {
    return Buffer.concat(this._find(id).stream);
  }

  exit(id: SessionId, exitCode: number): void {
    this._change(id, { state: 'ended', isRunning: false, pid: undefined, exitCode });
    this.fire('session:exit', { id, state: 'ended', exitCode, signal: undefined });
  }

  createSession(options: CreateSessionOptions = {}): Promise<SessionDetails> {
    const id = randomUUID() as SessionId;
    const details: SessionDetails = {
      id,
      displayName: options.name ?? String(this._sessions.size + 1),
      isNamed: options.name !== undefined,
      state: 'running',
      isRunning: true,
      pid: 1,
      exitCode: undefined,
      signal: undefined,
      shell: options.shell ?? '/bin/sh',
      args: options.args ?? [],
      cwd: options.cwd ?? '/',
      cols: options.cols ?? 80,
      rows: options.rows ?? 24,
      createdAt: 1000,
      lastActivity: ++this._lastActivity,
      endedAt: undefined,
      connectionCount: 0,
      isShared: false,
      title: '',
      program: '',
      workspace: options.workspace,
      historyBytes: 0,
      problem: undefined,
    };
    this._sessions.set(id, { details, stream: [], position: 0 });
    this.fire('session:created', { session: details });
    return Promise.resolve(details);
  }

  getSession(id: SessionId): SessionDetails {
    return this._find(id).details;
  }

  findSession(id: SessionId): SessionDetails | undefined {
    return this._sessions.get(id)?.details;
  }

  getPty(id: SessionId): { readonly pid: number } | undefined {
    const { pid } = this._find(id).details;
    return pid === undefined ? undefined : { pid };
  }

  listSessions(): SessionDetails[] {
    return [...this._sessions.values()].map(({ details }) => details).sort((a, b) => b.lastActivity - a.lastActivity);
  }

  deleteSession(id: SessionId): Promise<void> {
    this._find(id);
    this._sessions.delete(id);
    this.fire('session:deleted', { id });
    return Promise.resolve();
  }

  renameSession(id: SessionId, name: string): Promise<SessionDetails> {
    return Promise.resolve(this._change(id, { displayName: name, isNamed: true }));
  }

  async resizeSession(id: SessionId, cols: number, rows: number): Promise<void> {
    await Promise.resolve();
    this._change(id, { cols, rows });
    this.resized.push(`${cols}x${rows}`);
    this.fire('session:resized', { id, cols, rows });
  }

  setColors(id: SessionId, colors: TerminalColors): void {
    this._find(id);
    this.colors.push(colors);
  }

  connectToSession(id: SessionId): Promise<SessionConnection> {
    if (!this._sessions.has(id)) {
      return Promise.reject(missing(id));
    }
    this._change(id, { connectionCount: this._find(id).details.connectionCount + 1 });
    const release = toDisposable(() => {
      if (this._sessions.has(id)) {
        this._change(id, { connectionCount: this._find(id).details.connectionCount - 1 });
      }
    });
    return Promise.resolve({ session: id, dispose: () => release.dispose() });
  }

  startSession(id: SessionId): Promise<SessionDetails> {
    const details = this._change(id, { state: 'running', isRunning: true, pid: 2, exitCode: undefined });
    this.fire('session:started', { id });
    return Promise.resolve(details);
  }

  killSession(id: SessionId): Promise<void> {
    this.exit(id, 129);
    return Promise.resolve();
  }

  write(id: SessionId, data: string | Uint8Array): void {
    if (!this._find(id).details.isRunning) {
      throw new RevenantError('not-running', `Session ${id} is not running.`);
    }
    this.written.push(Buffer.from(data as string).toString());
  }

  getPaths(id: SessionId): { readonly directory: string; readonly metadata: string; readonly journal: string } {
    return { directory: `/${id}`, metadata: `/${id}/metadata.json`, journal: `/${id}/journal` };
  }

  getScrollback(id: SessionId): Promise<string> {
    return Promise.resolve(this.streamOf(id).toString());
  }

  async getScrollbackChunks(id: SessionId, offset: number, limit: number): Promise<string[]> {
    return (await this.getScrollback(id)).split('\n').slice(offset, offset + limit);
  }

  async getScrollbackLength(id: SessionId): Promise<number> {
    return (await this.getScrollback(id)).split('\n').length;
  }

  async getSnapshot(id: SessionId): Promise<SessionSnapshot> {
    if (this.rebuildGate !== undefined) {
      await this.rebuildGate;
    }
    const { details, position } = this._find(id);
    const snapshot = { position, bytes: this.streamOf(id), cols: details.cols, rows: details.rows };
    this.snapshots++;
    await this.snapshotGate;
    return snapshot;
  }

  getScreenState(id: SessionId, scrollback: number): Promise<ScreenState> {
    const { cols, rows } = this._find(id).details;
    const all = this.streamOf(id).toString().split('\r\n');
    const lines = all.slice(-rows - scrollback);
    const cursor = { row: 0, col: 0, visible: true };
    return Promise.resolve({
      cols,
      rows,
      cursor,
      buffer: 'normal',
      title: '',
      lines,
      scrollbackLines: Math.max(0, lines.length - rows),
    });
  }

  createHistoryReplay(): HistoryReplay {
    throw new RevenantError('internal', 'The fake keeps no history.');
  }

  listJournalFiles(): Promise<string[]> {
    return Promise.resolve([]);
  }

  destroy(): Promise<void> {
    this.isDestroyed = true;
    return Promise.resolve();
  }

  private _emitter<K extends keyof ManagerEvents>(event: K): Emitter<ManagerEvents[K]> {
    let emitter = this._emitters.get(event);
    if (emitter === undefined) {
      emitter = new Emitter<never>();
      this._emitters.set(event, emitter);
    }
    return emitter as unknown as Emitter<ManagerEvents[K]>;
  }

  private _find(id: SessionId): FakeSession {
    const session = this._sessions.get(id);
    if (session === undefined) {
      throw missing(id);
    }
    return session;
  }

  private _change(id: SessionId, changes: Partial<SessionDetails>): SessionDetails {
    const session = this._find(id);
    session.details = { ...session.details, ...changes };
    this.fire('session:changed', { session: session.details });
    return session.details;
  }
}

function missing(id: SessionId): RevenantError {
  return new RevenantError('session-not-found', `There is no session ${id}.`);
}
