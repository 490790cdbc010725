import { isSessionId, type SessionId } from '../base/ids.ts';
import { schema as s } from '../base/schema.ts';

export const sessionIdSchema = s.custom<SessionId>(
  (value) => typeof value === 'string' && isSessionId(value),
  'not a session id',
);

/** Columns and rows that a terminal may have. Beyond it xterm costs memory without bound; the host clamps to it. */
export const sizeLimits = { minCols: 2, minRows: 1, maxCols: 2000, maxRows: 1000 } as const;

export const colsSchema = s.pipe(s.number(), s.integer(), s.minValue(1), s.maxValue(sizeLimits.maxCols));
export const rowsSchema = s.pipe(s.number(), s.integer(), s.minValue(1), s.maxValue(sizeLimits.maxRows));

/**
 * `running`: its process lives. `ended`: its process ended and the exit code is known. `lost`: the process vanished
 * with a reboot or a keeper's death.
 */
export const sessionStateSchema = s.picklist(['running', 'ended', 'lost']);
export type SessionState = s.InferOutput<typeof sessionStateSchema>;

/** Where a session belongs in the tree: the window's workspace that created it. */
export const workspaceSchema = s.object({
  /** The URI of the workspace file, else of the first folder. */
  uri: s.string(),
  /** What people call it. */
  label: s.string(),
});
export type WorkspaceRef = s.InferOutput<typeof workspaceSchema>;

/** A session as clients see it. May gain optional fields. Times are milliseconds since the epoch. */
export const sessionInfoSchema = s.object({
  id: sessionIdSchema,
  displayName: s.string(),
  /** True when a person chose the name; then titles that programs set do not replace it. */
  isNamed: s.boolean(),
  state: sessionStateSchema,
  /** null when not running. */
  pid: s.nullable(s.number()),
  /** null while running, when lost, and when a signal ended it. */
  exitCode: s.nullable(s.number()),
  /** The number of the signal that ended it, else null. */
  signal: s.nullable(s.number()),
  shell: s.string(),
  args: s.array(s.string()),
  /** The directory where it is now, or was last. */
  cwd: s.string(),
  cols: s.number(),
  rows: s.number(),
  createdAt: s.number(),
  lastActivity: s.number(),
  /** When the process ended or was found to be gone; null while running. */
  endedAt: s.nullable(s.number()),
  connectionCount: s.number(),
  /** The title that the program set (OSC 0/2), freed of control characters; empty when none. */
  title: s.string(),
  /** The program in the foreground, as the system names it; empty when not known. */
  program: s.string(),
  workspace: s.nullable(workspaceSchema),
  /** Bytes that its history takes on disk. */
  historyBytes: s.number(),
  /** What is wrong with this session right now (a disk that is full, say), in a sentence for people; null when nothing. */
  problem: s.nullable(s.string()),
});
export type SessionInfo = s.InferOutput<typeof sessionInfoSchema>;
