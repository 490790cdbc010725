import { isRunId, isSessionId, type RunId, type SessionId } from '../base/ids.ts';
import { schema as s } from '../base/schema.ts';
import { messageOf } from '../base/errors.ts';
import { terminalColorsSchema } from '../base/terminalColors.ts';
import { sessionLimits } from './sessionLimits.ts';

/** Version of `metadata.json` that this code writes, and the only one that it reads. */
export const metadataVersion = 1;

const sessionId = s.custom<SessionId>((value) => typeof value === 'string' && isSessionId(value), 'not a session id');
const runId = s.custom<RunId>((value) => typeof value === 'string' && isRunId(value), 'not a run id');
const whole = (min: number, max: number) => s.pipe(s.number(), s.integer(), s.minValue(min), s.maxValue(max));
const position = whole(0, Number.MAX_SAFE_INTEGER);
const cols = whole(sessionLimits.minCols, sessionLimits.maxCols);
const rows = whole(sessionLimits.minRows, sessionLimits.maxRows);
const time = s.pipe(s.number(), s.finite());

/**
 * `metadata.json` of a session. Frozen since v1, may gain optional fields. Times are milliseconds since the epoch.
 * The environment is never stored: it holds secrets.
 */
export const metadataSchema = s.object({
  version: s.literal(metadataVersion),
  id: sessionId,
  name: s.pipe(s.string(), s.minLength(1)),
  /** A person chose the name. */
  isNamed: s.boolean(),
  state: s.picklist(['running', 'ended', 'lost']),
  exitCode: s.nullable(s.number()),
  signal: s.nullable(s.number()),
  shell: s.string(),
  args: s.array(s.string()),
  /** Where the process is, or was last: a new one starts there. */
  cwd: s.string(),
  cols,
  rows,
  /**
   * Size when the journal began, which no keyframe at its head tells: a replay from there starts with it. null before.
   */
  firstSize: s.nullable(s.object({ cols, rows })),
  createdAt: time,
  lastActivity: time,
  /** null while running, and when no process ever ran. */
  endedAt: s.nullable(time),
  title: s.string(),
  workspace: s.nullable(s.object({ uri: s.string(), label: s.string() })),
  historyBytes: position,
  limitBytes: whole(sessionLimits.minHistoryBytes, Number.MAX_SAFE_INTEGER),
  lines: whole(0, sessionLimits.maxLines),
  /**
   * Of the terminal that last had the session: what programs are told when they ask. Absent before there was one.
   * A session is not to be lost for a colour, so what cannot be read is as good as absent.
   */
  colors: s.fallback(s.optional(terminalColorsSchema), undefined),
  /**
   * The process that belongs to the session, known before it is spawned, so that one which was spawned just before a
   * crash is found again. `base`: journal position at its offset 0; null until its output may be in the journal.
   */
  run: s.nullable(s.object({ id: runId, base: s.nullable(s.pipe(s.number(), s.integer())) })),
});
export type SessionMetadata = s.InferOutput<typeof metadataSchema>;

/** What a stored text turned out to be. `damaged` and `newer` say in `reason` what is wrong, for people. */
export type ParsedMetadata =
  | { readonly kind: 'valid'; readonly metadata: SessionMetadata }
  | { readonly kind: 'newer'; readonly reason: string }
  | { readonly kind: 'damaged'; readonly reason: string };

/** Validates the text of a `metadata.json` that lies in the directory of the session `id`. */
export function parseMetadata(text: string, id: SessionId): ParsedMetadata {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'damaged', reason: `it is not JSON (${messageOf(error)})` };
  }
  const version = s.safeParse(s.object({ version: s.number() }), value);
  if (version.success && version.output.version > metadataVersion) {
    return {
      kind: 'newer',
      reason: `it has version ${version.output.version}; this build reads ${metadataVersion}`,
    };
  }
  const parsed = s.safeParse(metadataSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = s.getDotPath(issue);
    return { kind: 'damaged', reason: field === null ? issue.message : `field ${field}: ${issue.message}` };
  }
  if (parsed.output.id !== id) {
    return { kind: 'damaged', reason: `it belongs to session ${parsed.output.id}` };
  }
  return { kind: 'valid', metadata: parsed.output };
}

export function formatMetadata(metadata: SessionMetadata): string {
  return `${JSON.stringify(metadata, undefined, 2)}\n`;
}
