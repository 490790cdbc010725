import assert from 'node:assert/strict';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import type { Recording, RecordingEvent } from '../fixtures/recordings/recording.ts';
import { Emulator } from './emulator.ts';

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
  readonly state: Record<string, unknown>;
  /** After the probes, with the answers to them and to what the stream asked after the cut. */
  readonly probed: Record<string, unknown>;
  readonly title: string;
}

/** A terminal as a window has it, and the screen of the product, in step. */
class Pair {
  readonly emulator: Emulator;
  private readonly _replies: string[] = [];
  private readonly _screen: ReturnType<typeof createScreen>;

  constructor(cols: number, rows: number) {
    this.emulator = new Emulator({ cols, rows, scrollback });
    this._screen = createScreen({
      cols,
      rows,
      scrollback,
      onReply: (reply) => this._replies.push(Buffer.from(reply).toString()),
    });
  }

  async apply(events: readonly RecordingEvent[]): Promise<void> {
    for (const event of events) {
      if (event.kind === 'output') {
        this._screen.write(event.bytes);
        await this.emulator.write(event.bytes);
      } else {
        this._screen.resize(event.cols, event.rows);
        await this.emulator.resize(event.cols, event.rows);
      }
    }
  }

  snapshot(): Promise<Uint8Array> {
    return this._screen.snapshot(scrollback);
  }

  get replies(): readonly string[] {
    return this._replies;
  }

  async outcome(): Promise<Outcome> {
    const state = this.emulator.describe(scrollback);
    const { title } = await this._screen.state(0);
    this._replies.length = 0;
    await this.apply([{ kind: 'output', bytes: probes }]);
    const probed = {
      ...this.emulator.describe(scrollback),
      replies: (await this._screen.settled(), [...this._replies]),
    };
    return { state, probed, title };
  }

  dispose(): void {
    this.emulator.dispose();
    this._screen.dispose();
  }
}

/**
 * Plays a recording and at each cut, in their order, restores a fresh terminal from a snapshot: it must equal the one
 * that was not interrupted, at once and, after the rest of the recording, at the end, also to probes. Rejects, naming the cut.
 */
export async function checkRestoredAt(recording: Recording, cuts: readonly Cut[]): Promise<void> {
  const end = await outcomeOf(recording);
  const original = new Pair(recording.cols, recording.rows);
  let done: Cut = { event: 0, bytes: 0 };
  let { cols, rows } = recording;
  for (const cut of cuts) {
    const between = eventsBetween(recording.events, done, cut);
    await original.apply(between);
    for (const event of between) {
      if (event.kind === 'resize') {
        ({ cols, rows } = event);
      }
    }
    done = cut;
    const restored = new Pair(cols, rows);
    try {
      await restored.apply([{ kind: 'output', bytes: await original.snapshot() }]);
      assert.deepEqual(restored.replies, [], 'a snapshot asks nothing');
      if (original.emulator.isBeyondSnapshots(scrollback)) {
        continue;
      }
      assert.deepEqual(restored.emulator.describe(scrollback), original.emulator.describe(scrollback), 'at the cut');
      await restored.apply(eventsBetween(recording.events, cut, { event: recording.events.length, bytes: 0 }));
      assert.deepEqual(await restored.outcome(), end, 'at the end');
    } catch (error) {
      throw new Error(`cut after byte ${cut.bytes} of event ${cut.event}`, { cause: error });
    } finally {
      restored.dispose();
    }
  }
  original.dispose();
}

async function outcomeOf(recording: Recording): Promise<Outcome> {
  const pair = new Pair(recording.cols, recording.rows);
  await pair.apply(recording.events);
  const outcome = await pair.outcome();
  pair.dispose();
  return outcome;
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
