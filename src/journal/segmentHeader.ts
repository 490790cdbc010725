import { RevenantError } from '../base/errors.ts';
import { schema as s } from '../base/schema.ts';
import { tryDecodeUtf8 } from '../base/utf8.ts';

/** Version of our fields in a segment's header. A change that old code would misread is a new number. */
export const journalFormat = 1;

const countSchema = s.pipe(s.number(), s.integer(), s.minValue(0));
const sizeSchema = s.pipe(s.number(), s.integer(), s.minValue(1));

/**
 * The first line of a segment: an asciicast v3 header with our fields under `revenant`. Frozen since v1, may gain
 * optional fields. https://docs.asciinema.org/manual/asciicast/v3/
 */
const headerSchema = s.object({
  version: s.literal(3),
  term: s.object({ cols: sizeSchema, rows: sizeSchema }),
  /** Seconds since the epoch at which the segment was begun. */
  timestamp: s.pipe(s.number(), s.minValue(0)),
  revenant: s.object({
    format: s.literal(journalFormat),
    session: s.string(),
    /** The number that is also the file's name. */
    segment: sizeSchema,
    /** Output bytes of the session before this segment's first. */
    position: countSchema,
    /** The first event is a snapshot of the screen at `position` and no output. */
    keyframe: s.boolean(),
    /** The lines above the screen are not in the keyframe but in the segment before. */
    shallow: s.optional(s.boolean()),
  }),
});

const versionsSchema = s.object({
  version: s.optional(s.unknown()),
  revenant: s.optional(s.object({ format: s.optional(s.unknown()) })),
});

export interface SegmentHeader {
  readonly session: string;
  readonly segment: number;
  readonly position: number;
  readonly hasKeyframe: boolean;
  /** Its keyframe lacks the lines above the screen, which the segment before prints. */
  readonly isShallow: boolean;
  readonly cols: number;
  readonly rows: number;
  /** Since the epoch, whole seconds. */
  readonly timestampMs: number;
}

/** The header as a line with its end. */
export function encodeHeader(header: SegmentHeader): string {
  return `${JSON.stringify({
    version: 3,
    term: { cols: header.cols, rows: header.rows, type: 'xterm-256color' },
    timestamp: Math.floor(header.timestampMs / 1000),
    revenant: {
      format: journalFormat,
      session: header.session,
      segment: header.segment,
      position: header.position,
      keyframe: header.hasKeyframe,
      ...(header.isShallow ? { shallow: true } : {}),
    },
  } satisfies s.InferInput<typeof headerSchema> & { term: { type: string } })}\n`;
}

/** True when the segment can be shown without the ones before it. */
export function isStartingPoint(header: SegmentHeader): boolean {
  return header.hasKeyframe || header.position === 0;
}

/**
 * Reads a header from a file's first line, without its end. Undefined when it is damaged. Throws `unknown-format`,
 * naming `file` and the version, when a newer Revenant or another program wrote it: nothing of it may be changed.
 */
export function decodeHeader(line: Uint8Array, file: string): SegmentHeader | undefined {
  const value = parseJson(line);
  const versions = s.safeParse(versionsSchema, value);
  if (!versions.success) {
    return undefined;
  }
  const { version, revenant } = versions.output;
  if (typeof version === 'number' && version !== 3) {
    throw unknownFormat(file, `asciicast version ${version}`, 'asciicast version 3');
  }
  if (typeof revenant?.format === 'number' && revenant.format !== journalFormat) {
    throw unknownFormat(file, `journal format ${revenant.format}`, `journal format ${journalFormat}`);
  }
  const header = s.safeParse(headerSchema, value);
  if (!header.success) {
    return undefined;
  }
  const { term, timestamp, revenant: own } = header.output;
  return {
    session: own.session,
    segment: own.segment,
    position: own.position,
    hasKeyframe: own.keyframe,
    isShallow: own.shallow ?? false,
    cols: term.cols,
    rows: term.rows,
    timestampMs: timestamp * 1000,
  };
}

function unknownFormat(file: string, found: string, known: string): RevenantError {
  return new RevenantError(
    'unknown-format',
    `${file} is in ${found}, this version of Revenant knows ${known}. Update Revenant; the file was left as it is.`,
  );
}

/** The value of a line of JSON in UTF-8, undefined when it is neither. */
export function parseJson(line: Uint8Array): unknown {
  const text = tryDecodeUtf8(line);
  if (text === undefined) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
