import assert from 'node:assert/strict';
import type { Recording, RecordingEvent } from '../fixtures/recordings/recording.ts';
import { firstDifference, inspect, type Inspection } from './differential/inspect.ts';
import { makeScreen, type Subject } from './differential/judge.ts';
import { excuseFor } from './differential/rules.ts';

const scrollback = 300;

/** Between `event` and the one before it, or, in output, after `bytes` of it. */
export interface Cut {
  readonly event: number;
  readonly bytes: number;
}

/**
 * What makes hidden state visible: text over the right border, tabs, line feeds at the margins, both cursors and buffers,
 * then reports of what else the emulator keeps. Cursor and modes are where they are: each shows the state in its own way.
 */
const probes = Buffer.from(
  [
    'probe 漢', '\x1b[b', '\ta\tb', '\r\n', 'x'.repeat(200), '\x1b8', 'restored', '\x1b[6n', '\x1b[99B\n\n', '\x1bM', '\x0eqx\x0fqx',
    '\x1b[?u', '\x1b[?4m', '\x1b[21t', '\x1bP$qm\x1b\\', '\x1bP$qr\x1b\\', '\x1bP$q q\x1b\\',
    ...[1, 6, 7, 9, 12, 25, 45, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1049, 2004, 2026, 2027, 2031].map((mode) => `\x1b[?${mode}$p`),
    ...[2, 4, 12, 20].map((mode) => `\x1b[${mode}$p`), ...[10, 11, 12].map((color) => `\x1b]${color};?\x1b\\`), '\x1b]4;1;?\x1b\\',
    '\x1b[23t', '\x1b[?47l', 'normal', '\x1b8', 'saved', '\x1b[6n', '\x1b[!p', 'soft', '\x1b[?47h', 'alternate',
  ].join(''),
); // prettier-ignore

/** What a stream has made, as far as anybody can tell. */
interface Outcome {
  /** After the probes; they erase nothing that was there. */
  readonly probed: Inspection;
  /** All answers, to the stream and to the probes. */
  readonly replies: readonly string[];
}

/**
 * Plays a recording and at each cut, in their order, restores a fresh screen from a snapshot: it must equal the one that
 * was not interrupted, at once and, after the rest of the recording, at the end, and answer the same, also to probes.
 * Rejects, naming the cut. Resolves with the number of cuts that could not be judged (`differential/rules.ts`).
 */
export async function checkRestoredAt(recording: Recording, cuts: readonly Cut[]): Promise<number> {
  const { cols, rows, events } = recording;
  const whole = makeScreen({ cols, rows, scrollback });
  apply(whole, events);
  const expected = await outcomeOf(whole);
  whole.dispose();
  const original = makeScreen({ cols, rows, scrollback });
  let excused = 0;
  let done: Cut = { event: 0, bytes: 0 };
  for (const cut of cuts) {
    apply(original, eventsBetween(events, done, cut));
    done = cut;
    const { terminal } = await original.emulator();
    if (excuseFor(terminal) !== undefined) {
      excused++;
      continue;
    }
    try {
      await checkRestored(original, eventsBetween(events, cut, { event: events.length, bytes: 0 }), expected);
    } catch (error) {
      throw new Error(`cut after byte ${cut.bytes} of event ${cut.event}`, { cause: error });
    }
  }
  original.dispose();
  return excused;
}

async function checkRestored(original: Subject, rest: readonly RecordingEvent[], expected: Outcome): Promise<void> {
  const { terminal, kept } = await original.emulator();
  const restored = makeScreen({ cols: terminal.cols, rows: terminal.rows, scrollback });
  try {
    restored.write(await original.snapshot(scrollback));
    const found = await restored.emulator();
    check(inspect(found.terminal, found.kept), inspect(terminal, kept), 'at the cut');
    assert.deepEqual(restored.replies, [], 'a snapshot asks nothing');
    apply(restored, rest);
    const outcome = await outcomeOf(restored);
    check(outcome.probed, expected.probed, 'at the end');
    assert.deepEqual(outcome.replies, expected.replies.slice(original.replies.length));
  } finally {
    restored.dispose();
  }
}

function check(actual: Inspection, expected: Inspection, when: string): void {
  const difference = firstDifference(actual, expected);
  assert.equal(difference, undefined, `${when}: ${difference}`);
}

async function outcomeOf(subject: Subject): Promise<Outcome> {
  subject.write(probes);
  const { terminal, kept } = await subject.emulator();
  return { probed: inspect(terminal, kept), replies: [...subject.replies] };
}

function apply(subject: Subject, events: readonly RecordingEvent[]): void {
  for (const event of events) {
    if (event.kind === 'output') {
      subject.write(event.bytes);
    } else {
      subject.resize(event.cols, event.rows);
    }
  }
}

function eventsBetween(events: readonly RecordingEvent[], from: Cut, to: Cut): readonly RecordingEvent[] {
  const result: RecordingEvent[] = [];
  for (const [index, event] of events.entries()) {
    if (index < from.event || index > to.event || (index === to.event && to.bytes === 0)) {
      continue;
    }
    if (event.kind === 'resize') {
      result.push(event);
      continue;
    }
    const start = index === from.event ? from.bytes : 0;
    const end = index === to.event ? to.bytes : event.bytes.length;
    result.push({ kind: 'output', bytes: event.bytes.subarray(start, end) });
  }
  return result;
}

/** Every `stride` bytes, and at every byte that is at most `near` bytes from a resize. In order. */
export function cutsOf(
  recording: Recording,
  { stride, near }: { readonly stride: number; readonly near: number },
): Cut[] {
  const cuts: Cut[] = [];
  let position = 0;
  for (const [index, event] of recording.events.entries()) {
    cuts.push(...(event.kind === 'resize' ? [{ event: index, bytes: 0 }] : []));
    if (event.kind === 'resize') {
      continue;
    }
    const isAfterResize = recording.events[index - 1]?.kind === 'resize';
    const isBeforeResize = recording.events[index + 1]?.kind === 'resize';
    for (let bytes = isAfterResize ? 0 : 1; bytes <= event.bytes.length; bytes++) {
      const isNear = (isAfterResize && bytes <= near) || (isBeforeResize && event.bytes.length - bytes < near);
      if (isNear || (position + bytes) % stride === 0) {
        cuts.push({ event: index, bytes });
      }
    }
    position += event.bytes.length;
  }
  return cuts;
}
