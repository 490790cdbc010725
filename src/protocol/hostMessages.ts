import { schema as s } from '../base/schema.ts';
import { terminalColorsSchema } from '../base/terminalColors.ts';
import {
  colsSchema,
  rowsSchema,
  sessionIdSchema,
  sessionInfoSchema,
  sessionStateSchema,
  workspaceSchema,
} from './sessionInfo.ts';

// The protocol between clients (windows, command line) and the session host. Described in PROTOCOL.md.

/** Frozen since v1. */
export const frameKind = {
  /** A JSON message, both ways. */
  json: 0,
  /** Host to client: `attachment, position after these bytes, bytes` of live output without queries. */
  output: 1,
  /** Client to host: `attachment, bytes` typed or pasted. */
  input: 2,
  /** Host to client: `attachment, position, u8 flags, bytes`: a part of a snapshot. The screen is to be reset first. */
  snapshot: 3,
  /** Client to host: `attachment, position` up to which the client has shown everything. */
  ack: 4,
  /** Host to client: `request, bytes`: a part of a long answer; an empty part ends it. */
  bulk: 5,
} as const;

/** Bits of the flags of a snapshot frame. Frozen since v1. */
export const snapshotFlag = { first: 1, last: 2 } as const;

/** The newest version of this protocol that this code speaks, and the oldest. */
export const hostProtocol = { newest: 1, oldest: 1 } as const;

/**
 * What a client says first. Frozen since v1, may gain optional fields. The host says nothing before it has seen the
 * token; with a wrong one it closes the connection without a word.
 */
export const clientHelloSchema = s.object({
  type: s.literal('hello'),
  /** 64 hexadecimal digits, from the token file. */
  token: s.string(),
  newest: s.number(),
  oldest: s.number(),
  /** The client's own version and build; see `Build`. */
  version: s.string(),
  builtAt: s.number(),
  client: s.picklist(['window', 'cli']),
  /** `retire`: hand over to a newer host: write everything, close, leave. Sessions go on in their keepers. */
  intent: s.picklist(['connect', 'retire']),
});
export type ClientHello = s.InferOutput<typeof clientHelloSchema>;

/** The host's answer to a hello. Frozen since v1, may gain optional fields. `protocol` is 0 when none is common. */
export const hostHelloSchema = s.object({
  type: s.literal('hello'),
  protocol: s.number(),
  newest: s.number(),
  oldest: s.number(),
  version: s.string(),
  builtAt: s.number(),
  pid: s.number(),
});
export type HostHello = s.InferOutput<typeof hostHelloSchema>;

/** Which build of Revenant. A host is older than a client when its version is lower, or equal with an earlier `builtAt`. */
export interface Build {
  /** As in package.json. */
  readonly version: string;
  /** Milliseconds since the epoch at which it was built. */
  readonly builtAt: number;
}

const sessionParams = s.object({ session: sessionIdSchema });
const textMatch = s.object({
  session: sessionIdSchema,
  until: s.variant('kind', [
    s.object({ kind: s.literal('exit') }),
    /** Until the text of screen and scrollback has a match. A JavaScript regular expression, flags `mu`. */
    s.object({ kind: s.literal('text'), pattern: s.string() }),
    /** Until nothing was printed for so long. */
    s.object({ kind: s.literal('idle'), ms: s.pipe(s.number(), s.minValue(0)) }),
  ]),
  /** null waits for ever. */
  timeoutMs: s.nullable(s.pipe(s.number(), s.minValue(0))),
});

export const createParamsSchema = s.object({
  /** null: the lowest free number. */
  name: s.nullable(s.string()),
  /** null: the default shell of the user. */
  shell: s.nullable(s.string()),
  args: s.array(s.string()),
  /** null: the home directory. */
  cwd: s.nullable(s.string()),
  /** The whole environment of the new process, already cleaned by the client; null: the host's default. Not stored. */
  env: s.nullable(s.record(s.string(), s.string())),
  cols: colsSchema,
  rows: rowsSchema,
  workspace: s.nullable(workspaceSchema),
  /** Limits of the history; null: the host's defaults. */
  history: s.nullable(s.object({ limitBytes: s.number(), lines: s.number() })),
  /** Of the terminal that is about to show it, as far as the client knows them. */
  colors: s.optional(terminalColorsSchema),
});
export type CreateParams = s.InferOutput<typeof createParamsSchema>;

export const attachParamsSchema = s.object({
  session: sessionIdSchema,
  /** null: the client does not know its size yet and takes the session's. */
  size: s.nullable(s.object({ cols: colsSchema, rows: rowsSchema })),
  /** Lines above the screen that the client can show. */
  scrollback: s.pipe(s.number(), s.integer(), s.minValue(0)),
  readOnly: s.boolean(),
});
export type AttachParams = s.InferOutput<typeof attachParamsSchema>;

/** Parameters of each request. May gain methods and optional fields. */
export const requestSchemas = {
  list: s.object({}),
  create: createParamsSchema,
  rename: s.object({ session: sessionIdSchema, name: s.string() }),
  kill: sessionParams,
  /** Starts a process in a session that is not running (kills the one that is), below a boundary line. */
  restart: s.object({ session: sessionIdSchema, env: s.nullable(s.record(s.string(), s.string())) }),
  /** Kills, closes and removes every file of the session. */
  delete: sessionParams,
  attach: attachParamsSchema,
  detach: s.object({ attachment: s.number() }),
  resize: s.object({ attachment: s.number(), cols: colsSchema, rows: rowsSchema }),
  /** The colours in which the client's terminal shows the session; again whenever they change. */
  colors: s.object({ attachment: s.number(), colors: terminalColorsSchema }),
  /** The answer is bulk frames, then a response. */
  capture: s.object({
    session: sessionIdSchema,
    format: s.picklist(['text', 'vt', 'json']),
    scrollback: s.nullable(s.number()),
  }),
  /** The whole history. The answer is bulk frames, then a response. */
  history: s.object({ session: sessionIdSchema, format: s.picklist(['text', 'cast', 'raw']) }),
  wait: textMatch,
  /** Types into a session without attaching. Answered when the keeper has it. */
  send: s.object({ session: sessionIdSchema, text: s.string() }),
  status: s.object({}),
  /** Ends the host. With `sessions: true` it kills every session first; else they go on in their keepers. */
  stop: s.object({ sessions: s.boolean() }),
} as const;
export type RequestMethod = keyof typeof requestSchemas;
export type RequestParams<M extends RequestMethod> = s.InferOutput<(typeof requestSchemas)[M]>;

const done = s.object({});
export const hostStatusSchema = s.object({
  pid: s.number(),
  version: s.string(),
  dataDir: s.string(),
  keepers: s.array(s.object({ pid: s.number(), version: s.string(), sessions: s.number() })),
  sessions: s.number(),
  startedAt: s.number(),
  logFile: s.string(),
});
export type HostStatus = s.InferOutput<typeof hostStatusSchema>;

/** What answers each request. May gain optional fields. */
export const resultSchemas = {
  list: s.object({ sessions: s.array(sessionInfoSchema) }),
  create: s.object({ session: sessionInfoSchema }),
  rename: s.object({ session: sessionInfoSchema }),
  kill: done,
  restart: s.object({ session: sessionInfoSchema }),
  delete: done,
  /** Followed by a snapshot and, from its position on, output. `isOwner`: the session takes this client's size. */
  attach: s.object({ attachment: s.number(), session: sessionInfoSchema, isOwner: s.boolean() }),
  detach: done,
  resize: done,
  colors: done,
  capture: done,
  history: done,
  wait: s.object({ outcome: s.picklist(['met', 'timeout', 'ended']) }),
  send: done,
  status: hostStatusSchema,
  stop: done,
} as const satisfies Record<RequestMethod, s.GenericSchema>;
export type RequestResult<M extends RequestMethod> = s.InferOutput<(typeof resultSchemas)[M]>;

/** Client to host. The parameters are validated by the method's own schema. */
export const requestSchema = s.object({
  type: s.literal('request'),
  id: s.number(),
  method: s.string(),
  params: s.unknown(),
});
export type Request = s.InferOutput<typeof requestSchema>;

export const wireErrorSchema = s.object({ code: s.string(), message: s.string() });
export type WireError = s.InferOutput<typeof wireErrorSchema>;

/** What the host tells without being asked. Every client gets the first four; an attachment's events go to its client. */
export const hostEventSchema = s.variant('kind', [
  /** A session was created or anything in it changed. */
  s.object({ kind: s.literal('session-changed'), session: sessionInfoSchema }),
  s.object({ kind: s.literal('session-removed'), session: sessionIdSchema }),
  /** Something that people should know: a disk that is full, metadata that was set aside. */
  s.object({
    kind: s.literal('notice'),
    severity: s.picklist(['info', 'warning', 'error']),
    message: s.string(),
    session: s.nullable(sessionIdSchema),
  }),
  /** This host hands over to another one and closes; connect again. */
  s.object({ kind: s.literal('retiring'), reason: s.picklist(['update', 'stop']) }),
  /** The session's size, and whether this attachment owns it. */
  s.object({
    kind: s.literal('attachment-size'),
    attachment: s.number(),
    cols: s.number(),
    rows: s.number(),
    isOwner: s.boolean(),
  }),
  /** The process ended or was started again, in order with the output. */
  s.object({
    kind: s.literal('attachment-state'),
    attachment: s.number(),
    state: sessionStateSchema,
    exitCode: s.nullable(s.number()),
    signal: s.nullable(s.number()),
  }),
  /** The host ended this attachment. */
  s.object({
    kind: s.literal('attachment-closed'),
    attachment: s.number(),
    reason: s.picklist(['deleted', 'detached', 'failed']),
    message: s.string(),
  }),
]);
export type HostEvent = s.InferOutput<typeof hostEventSchema>;

/** Everything that the host sends as JSON after its hello. */
export const hostMessageSchema = s.variant('type', [
  s.object({ type: s.literal('result'), id: s.number(), result: s.unknown() }),
  s.object({ type: s.literal('error'), id: s.number(), error: wireErrorSchema }),
  s.object({ type: s.literal('event'), event: hostEventSchema }),
]);
export type HostMessage = s.InferOutput<typeof hostMessageSchema>;
