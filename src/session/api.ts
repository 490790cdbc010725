import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import type { Event } from '../base/event.ts';
import type { SessionId } from '../base/ids.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import type { Log } from '../base/log.ts';
import type { JournalStore } from '../journal/api.ts';
import type { CreateScreen, ScannerEvent, ScreenState } from '../screen/api.ts';
import type { PtyFactory } from './ptyFactory.ts';

export interface SessionManagerOptions {
  /** `<data>/sessions`; made if need be. */
  readonly directory: string;
  readonly ptyFactory: PtyFactory;
  readonly journal: JournalStore;
  readonly createScreen: CreateScreen;
  readonly clock: Clock;
  readonly log: Log;
  readonly defaults?: { readonly limitBytes?: number; readonly lines?: number };
  /** What the system can tell of a running process beyond its PTY; without it `program` stays empty. */
  readonly inspectProcess?: (pid: number) => Promise<{ readonly cwd?: string; readonly program?: string }>;
}

export interface CreateSessionOptions {
  readonly name?: string;
  readonly shell?: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Replaces the default environment. Not stored. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cols?: number;
  readonly rows?: number;
  /** false makes a session that is `ended` from the start, without history. Default true. */
  readonly startProcess?: boolean;
  readonly workspace?: { readonly uri: string; readonly label: string };
  readonly limitBytes?: number;
  readonly lines?: number;
  /** Of the terminal that is about to show it; without them VS Code's, dark. */
  readonly colors?: TerminalColors;
}

export type SessionState = 'running' | 'ended' | 'lost';

/** A session as the manager tells of it; a copy that does not change. Times in ms since the epoch. */
export interface SessionDetails {
  readonly id: SessionId;
  readonly displayName: string;
  readonly isNamed: boolean;
  readonly state: SessionState;
  readonly isRunning: boolean;
  readonly pid: number | undefined;
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  readonly shell: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly cols: number;
  readonly rows: number;
  readonly createdAt: number;
  readonly lastActivity: number;
  readonly endedAt: number | undefined;
  readonly connectionCount: number;
  /** More than one connection. */
  readonly isShared: boolean;
  readonly title: string;
  readonly program: string;
  readonly workspace: { readonly uri: string; readonly label: string } | undefined;
  readonly historyBytes: number;
  readonly problem: string | undefined;
}

/** One connection to a session, counted by the manager until it is disposed of. */
export interface SessionConnection extends Disposable {
  readonly session: SessionId;
}

/** A piece of a session's live stream, in order. */
export interface StreamChunk {
  /** Journal position after these bytes, of the raw stream: what was left out counts. */
  readonly end: number;
  /** Without queries: for clients. May be empty. */
  readonly bytes: Uint8Array;
  /** After these bytes the stream is in VT ground state: a client may write something of its own there. */
  readonly isGround: boolean;
}

export interface SessionSnapshot {
  /** The stream goes on from here: chunks with `end` above this belong after the snapshot. */
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly cols: number;
  readonly rows: number;
}

export interface ManagerEvents {
  'session:created': { readonly session: SessionDetails };
  /** Name, state, directory, title, program, size, problem or connection count changed. At most some 10 a second each. */
  'session:changed': { readonly session: SessionDetails };
  'session:deleted': { readonly id: SessionId };
  'session:output': { readonly id: SessionId; readonly chunk: StreamChunk };
  /** Size of the session, in order with its output. */
  'session:resized': { readonly id: SessionId; readonly cols: number; readonly rows: number };
  /** A process started in the session (again): whoever shows it takes a new snapshot. */
  'session:started': { readonly id: SessionId };
  'session:exit': {
    readonly id: SessionId;
    readonly state: 'ended' | 'lost';
    readonly exitCode: number | undefined;
    readonly signal: number | undefined;
  };
  'session:scanned': { readonly id: SessionId; readonly event: ScannerEvent };
  'connection:open': { readonly id: SessionId };
  'connection:close': { readonly id: SessionId };
  /** For people: metadata set aside, disk full, recording resumed. */
  notice: {
    readonly severity: 'info' | 'warning' | 'error';
    readonly message: string;
    readonly id: SessionId | undefined;
  };
}

/**
 * Emits a session's whole kept history in pieces. Output is what was printed, byte for byte, but for queries, bells,
 * notifications and what sets the clipboard.
 */
export interface HistoryReplay {
  readonly onData: Event<Uint8Array>;
  /** 0 to 1. */
  readonly onProgress: Event<number>;
  readonly onComplete: Event<void>;
  readonly onError: Event<Error>;
  start(): void;
  /** No further event fires. */
  abort(): void;
}

/**
 * Owns every session's life. Everything but `on` and `init` throws `not-initialized` before `init` has resolved, and
 * `session-not-found`, naming the id, when there is no such session.
 */
export interface SessionManagerApi {
  /** Loads the stored sessions and takes up the ones whose processes still run. */
  init(): Promise<void>;
  on<K extends keyof ManagerEvents>(event: K, listener: (value: ManagerEvents[K]) => void): Disposable;
  createSession(options?: CreateSessionOptions): Promise<SessionDetails>;
  getSession(id: SessionId): SessionDetails;
  findSession(id: SessionId): SessionDetails | undefined;
  /** The process, undefined when none runs. */
  getPty(id: SessionId): { readonly pid: number } | undefined;
  /** Newest activity first. */
  listSessions(): SessionDetails[];
  deleteSession(id: SessionId): Promise<void>;
  renameSession(id: SessionId, name: string): Promise<SessionDetails>;
  /** Size is stored, then the screen and the PTY are resized. */
  resizeSession(id: SessionId, cols: number, rows: number): Promise<void>;
  /** The terminal that has the session shows it in these colours: queries are answered with them, now and later. */
  setColors(id: SessionId, colors: TerminalColors): void;
  /** Counts a connection; starts the process again if it is not running and `startProcess` is not false. */
  connectToSession(
    id: SessionId,
    options?: { readonly startProcess?: boolean; readonly env?: Readonly<Record<string, string>> },
  ): Promise<SessionConnection>;
  /** Starts a process in a session that is not running, below a boundary line that says when and how it ended. */
  startSession(id: SessionId, options?: { readonly env?: Readonly<Record<string, string>> }): Promise<SessionDetails>;
  /** SIGHUP, and SIGKILL after 2 s (clock). Resolves when the end is recorded. */
  killSession(id: SessionId): Promise<void>;
  /** Throws `not-running`. */
  write(id: SessionId, data: string | Uint8Array): void;
  getPaths(id: SessionId): { readonly directory: string; readonly metadata: string; readonly journal: string };
  /** Screen and scrollback as text, newest `lines`. */
  getScrollback(id: SessionId, lines?: number): Promise<string>;
  /** Lines `offset` to `offset + limit` of it, from the oldest. */
  getScrollbackChunks(id: SessionId, offset: number, limit: number): Promise<string[]>;
  getScrollbackLength(id: SessionId): Promise<number>;
  /** Consistent with 'session:output': chunks fired after it resolves and with `end` above its position come after it. */
  getSnapshot(id: SessionId, scrollback: number): Promise<SessionSnapshot>;
  getScreenState(id: SessionId, scrollback: number): Promise<ScreenState>;
  createHistoryReplay(id: SessionId): HistoryReplay;
  /** Journal files, oldest first, each an asciicast of its own. */
  listJournalFiles(id: SessionId): Promise<string[]>;
  /** Everything on disk, every link to processes let go. Processes go on. */
  destroy(): Promise<void>;
}
