import { isRunId, type RunId } from '../base/ids.ts';
import { schema as s } from '../base/schema.ts';
import { colsSchema, rowsSchema } from './sessionInfo.ts';

// The protocol between the session host and a pty keeper. Frozen since v1: keepers of every version that was ever
// released may still hold somebody's shells. It may gain optional fields and messages; nothing may change or go.

/** Frozen since v1. */
export const keeperFrameKind = {
  /** A JSON message, both ways. */
  json: 0,
  /** Keeper to host: `handle, offset of the first byte, bytes` that a process printed. */
  output: 1,
  /** Host to keeper: `handle, bytes` for the process to read. */
  input: 2,
  /** Host to keeper: `handle, offset` below which the journal holds every byte. The keeper forgets those. */
  ack: 4,
} as const;

export const keeperLimits = {
  /**
   * Longest first frame: whoever has not shown the token yet gets no more memory than this. It holds the environment for
   * starting a host, which systems limit to some 100 KiB a variable.
   */
  helloBytes: 256 * 1024,
  /**
   * Output of one process that the keeper holds until the host acknowledges it. When it is full the PTY is paused: the
   * program waits, nothing is lost. Enough for two seconds of a flood, the time in which a host is started again.
   */
  unacknowledgedBytes: 8 * 1024 * 1024,
  /** Input that a process has not read yet; beyond it further input of that process is dropped. Twelve pastes of 5 MB. */
  pendingInputBytes: 64 * 1024 * 1024,
} as const;

const runIdSchema = s.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'not a run id');

/** How the keeper starts a host again when the one that it had dies while processes run. */
export const restartSchema = s.object({
  execPath: s.string(),
  args: s.array(s.string()),
  env: s.record(s.string(), s.string()),
});
export type HostRestart = s.InferOutput<typeof restartSchema>;

/** What a host says first. The keeper says nothing before it has seen the token, and closes on a wrong one. */
export const hostToKeeperSchema = s.variant('type', [
  s.object({ type: s.literal('hello'), token: s.string(), pid: s.number(), restart: s.nullable(restartSchema) }),
  s.object({
    type: s.literal('spawn'),
    run: runIdSchema,
    file: s.string(),
    args: s.array(s.string()),
    cwd: s.string(),
    env: s.record(s.string(), s.string()),
    cols: colsSchema,
    rows: rowsSchema,
  }),
  /** Send output from this offset on, then the exit if it has ended. Nothing is sent before it. */
  s.object({ type: s.literal('resume'), handle: s.number(), offset: s.number() }),
  s.object({ type: s.literal('resize'), handle: s.number(), cols: colsSchema, rows: rowsSchema }),
  /** On Windows every signal ends the process. */
  s.object({ type: s.literal('signal'), handle: s.number(), signal: s.string() }),
  /** The end of this process is on disk; the keeper may forget it. */
  s.object({ type: s.literal('forget'), handle: s.number() }),
  /** The host leaves on purpose: do not start it again. Processes go on. */
  s.object({ type: s.literal('bye') }),
]);
export type HostToKeeper = s.InferOutput<typeof hostToKeeperSchema>;

export const keeperRunSchema = s.object({
  run: runIdSchema,
  /** The number of this process in binary frames, for the life of the keeper. */
  handle: s.number(),
  pid: s.number(),
  /** Offset of the oldest byte that the keeper holds. */
  start: s.number(),
  /** Offset after the newest byte that the process printed. */
  end: s.number(),
  /** null while it runs. A process that a signal ended has its number and exit code 0, as node-pty says it. */
  exit: s.nullable(s.object({ exitCode: s.number(), signal: s.number() })),
});
export type KeeperRun = s.InferOutput<typeof keeperRunSchema>;

export const keeperToHostSchema = s.variant('type', [
  s.object({
    type: s.literal('hello'),
    protocol: s.literal(1),
    version: s.string(),
    pid: s.number(),
    runs: s.array(keeperRunSchema),
  }),
  s.object({ type: s.literal('spawned'), run: runIdSchema, handle: s.number(), pid: s.number() }),
  s.object({
    type: s.literal('spawn-failed'),
    run: runIdSchema,
    code: s.picklist(['shell-not-found', 'shell-not-executable', 'directory-not-found', 'spawn-failed']),
    message: s.string(),
  }),
  /** After the last byte: the process has ended and `end` is the number of bytes that it printed. */
  s.object({ type: s.literal('exit'), handle: s.number(), end: s.number(), exitCode: s.number(), signal: s.number() }),
  /** Input was dropped because the process does not read it. */
  s.object({ type: s.literal('input-dropped'), handle: s.number(), bytes: s.number() }),
  /** Another host has connected and takes over; nothing follows on this connection. */
  s.object({ type: s.literal('superseded') }),
]);
export type KeeperToHost = s.InferOutput<typeof keeperToHostSchema>;

/** Written by a keeper to `<run>/keepers/<pid>.json` when it listens, removed when it leaves. Frozen since v1. */
export const keeperEndpointSchema = s.object({
  protocol: s.literal(1),
  version: s.string(),
  pid: s.number(),
  /** A socket path, or a named pipe on Windows. */
  address: s.string(),
});
export type KeeperEndpoint = s.InferOutput<typeof keeperEndpointSchema>;
