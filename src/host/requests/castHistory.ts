import { StringDecoder } from 'node:string_decoder';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { JournalEvent } from '../../journal/api.ts';

interface CastSession {
  readonly cols: number;
  readonly rows: number;
  readonly createdAt: number;
  readonly displayName: string;
}

/**
 * A session's history as one asciicast v3 file (https://docs.asciinema.org/manual/asciicast/v3/): the size and the
 * screen at its start, then every event after the time that passed since the one before. Bytes that are not UTF-8
 * become U+FFFD, as the format is text.
 */
export async function* castOf(events: AsyncIterable<JournalEvent>, session: CastSession): AsyncGenerator<Uint8Array> {
  const decoder = new StringDecoder('utf8');
  let lastMs: number | undefined;
  const line = (timeMs: number, code: string, data: string): string => {
    const intervalMs = Math.max(0, timeMs - (lastMs ?? timeMs));
    lastMs = Math.max(timeMs, lastMs ?? timeMs);
    return `${JSON.stringify([intervalMs / 1000, code, data])}\n`;
  };
  let keyframe: Extract<JournalEvent, { kind: 'keyframe' }> | undefined;
  for await (const event of events) {
    if (event.kind === 'keyframe') {
      keyframe ??= event;
      continue;
    }
    if (lastMs === undefined) {
      yield encodeUtf8(headOf(session, keyframe, event.timeMs));
    }
    const text = textOf(event, decoder);
    // A character that is cut by the end of a chunk comes with the next one.
    if (text !== '' || event.kind !== 'output') {
      yield encodeUtf8(line(event.timeMs, codes[event.kind], text));
    } else {
      lastMs ??= event.timeMs;
    }
  }
  if (lastMs === undefined) {
    yield encodeUtf8(headOf(session, keyframe, session.createdAt));
  }
}

const codes = { output: 'o', resize: 'r', exit: 'x', mark: 'm' } as const;

function headOf(
  session: CastSession,
  keyframe: Extract<JournalEvent, { kind: 'keyframe' }> | undefined,
  startMs: number,
): string {
  const { cols, rows } = keyframe ?? session;
  const header = {
    version: 3,
    term: { cols, rows },
    timestamp: Math.floor(startMs / 1000),
    title: session.displayName,
  };
  const first = keyframe === undefined ? '' : `${JSON.stringify([0, 'o', Buffer.from(keyframe.bytes).toString()])}\n`;
  return `${JSON.stringify(header)}\n${first}`;
}

function textOf(event: Exclude<JournalEvent, { kind: 'keyframe' }>, decoder: StringDecoder): string {
  switch (event.kind) {
    case 'output':
      return decoder.write(Buffer.from(event.bytes.buffer, event.bytes.byteOffset, event.bytes.byteLength));
    case 'resize':
      return `${event.cols}x${event.rows}`;
    case 'exit':
      return String(event.exitCode);
    case 'mark':
      return event.label;
  }
}
