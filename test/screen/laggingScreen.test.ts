import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from '../../src/base/utf8.ts';
import { LaggingScreen, lagLimits, type ScreenKeyframe } from '../../src/screen/laggingScreen.ts';
import type { Screen, ScreenOptions } from '../../src/screen/api.ts';
import { createSequenceScanner } from '../../src/screen/sequenceScanner.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManualClock } from '../support/manualClock.ts';

const size = { cols: 10, rows: 4, scrollback: 6 };
/** Everything happens within some hundred bytes. */
const tinyLimits = {
  ...lagLimits,
  floodBytes: 40,
  shortCutBytes: 20,
  shortenBytes: 120,
  backlogBytes: 300,
  behindBytes: 600,
};

type Recorded =
  | Uint8Array
  | { readonly cols: number; readonly rows: number }
  | { readonly cols: number; readonly rows: number; readonly keyframe: Promise<ScreenKeyframe> };

class LaggingBox {
  readonly clock = new ManualClock();
  readonly replies: string[] = [];
  readonly screen: LaggingScreen;
  /** Emulators made, and bytes that they were given. */
  readonly emulators: Screen[] = [];
  emulatedBytes = 0;
  private readonly _scanner = createSequenceScanner();
  private _heldBack: Uint8Array = new Uint8Array(0);

  /** What a journal would hold. */
  private readonly _recorded: Recorded[] = [];
  private _keyframeBytes = 0;

  constructor(limits: typeof lagLimits = tinyLimits, { cols, rows }: { cols: number; rows: number } = size) {
    const onReply = (reply: Uint8Array): void => void this.replies.push(decodeUtf8(reply));
    const createCounted = (options: ScreenOptions): Screen => {
      const screen = createScreen(options);
      const write = screen.write.bind(screen);
      screen.write = (bytes) => {
        this.emulatedBytes += bytes.length;
        write(bytes);
      };
      this.emulators.push(screen);
      return screen;
    };
    this.screen = new LaggingScreen({
      ...size,
      cols,
      rows,
      createScreen: createCounted,
      clock: this.clock,
      limits,
      onReply,
    });
  }

  resize(cols: number, rows: number): void {
    this.screen.resize(cols, rows);
    this._recorded.push({ cols, rows });
  }

  takeKeyframe(): void {
    const { cols, rows } = this.screen;
    this._recorded.push({ cols, rows, keyframe: this.screen.keyframe(this._keyframeBytes) });
    this._keyframeBytes = 0;
  }

  /** As from a journal: from the newest keyframe, or the one before when that is shallow. */
  async rebuild(): Promise<LaggingBox> {
    let start = this._recorded.findLastIndex((event) => 'keyframe' in event);
    const newest = this._recorded[start];
    if (newest !== undefined && 'keyframe' in newest && (await newest.keyframe).isShallow) {
      start = this._recorded.slice(0, start).findLastIndex((event) => 'keyframe' in event);
    }
    const first = this._recorded[start];
    const box = new LaggingBox(tinyLimits, first !== undefined && 'keyframe' in first ? first : size);
    for (const event of this._recorded.slice(Math.max(0, start))) {
      if (event instanceof Uint8Array) {
        box.push(event);
      } else if (!('keyframe' in event)) {
        box.resize(event.cols, event.rows);
      } else if (event === first) {
        box.push((await event.keyframe).bytes);
      }
    }
    return box;
  }

  async text(): Promise<string> {
    return (await this.screen.state(100)).lines.join('|');
  }

  /** Feeds the screen as a session does: whole sequences only, and a query at once. */
  push(bytes: Uint8Array): void {
    this._recorded.push(bytes);
    this._keyframeBytes += bytes.length;
    const { heldBackBytes, plainBytes, hasQueries } = this._scanner.push(bytes);
    const raw = Buffer.concat([this._heldBack, bytes]);
    this.screen.write(raw.subarray(0, raw.length - heldBackBytes), plainBytes);
    this._heldBack = raw.subarray(raw.length - heldBackBytes);
    if (hasQueries) {
      this.screen.catchUp();
    }
  }
}

const plainToken = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('line\r\n', 'another\r\n', '\r\n') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'line\r\n',
      '\x1b[32mgreen\x1b[0m\r\n',
      '\x1b[1;4:3;58:5:9mbold curly\x1b[m\r\n',
      '\x1b[38;2;1;2;3mrgb\x1b[39m\r\n',
      '\x1b[44mno reset\r\n',
      'a line that is longer than the screen is wide\r\n',
      'wide 世界世界世界世界\r\n',
      'stairs\n',
      '\rover',
      'tab\tbed\r\n',
      '\b\b',
      'e\u0301\r\n',
      '\x1b[K',
      '\x1b[41m\x1b[1K\r\n',
    ),
  },
);
const otherToken = fc.constantFrom(
  '\x1b[2;3r',
  '\x1b[r',
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\x1b7',
  '\x1b8',
  '\x1b[2;2H',
  '\x1b[A',
  '\x1bM',
  '\x1b[?7l',
  '\x1b[?7h',
  '\x1b[?45h',
  '\x1b[4h',
  '\x1b[?6h',
  '\x1b(0',
  '\x1b(B',
  '\x0e',
  '\x1b]2;title\x07',
  '\x1b[6n',
  '\x1b[3J',
  '\x1b[1"q',
  '\x1b[3g\x1b[5G\x1bH',
  '\x1bc',
);

type Step =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'resize'; readonly cols: number; readonly rows: number }
  | { readonly kind: 'state' | 'turn' | 'time' | 'keyframe' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(plainToken, { minLength: 1, maxLength: 40 })
      .map((tokens) => ({ kind: 'print' as const, text: tokens.join('') })),
  },
  { weight: 3, arbitrary: otherToken.map((text) => ({ kind: 'print' as const, text })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resize' as const),
      // Where wide characters do not fit, the emulator's reflow depends on what has scrolled away.
      cols: fc.integer({ min: 5, max: 14 }),
      rows: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('state', 'turn', 'time', 'keyframe').map((kind) => ({ kind: kind as 'state' })),
  },
);

/** Gives the event loop its turns, so that steps under way get to different places. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('however it lags, nobody can tell it from a screen that does not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const replies: string[] = [];
      const judge = createScreen({ ...size, onReply: (reply) => replies.push(decodeUtf8(reply)) });
      const box = new LaggingBox();
      for (const each of steps) {
        switch (each.kind) {
          case 'print':
            judge.write(encodeUtf8(each.text));
            box.push(encodeUtf8(each.text));
            break;
          case 'resize':
            judge.resize(each.cols, each.rows);
            box.resize(each.cols, each.rows);
            break;
          case 'state':
            assert.deepEqual(await box.screen.state(100), await judge.state(100));
            break;
          case 'turn':
            await turn();
            break;
          case 'time':
            box.clock.advance(tinyLimits.catchUpMs + tinyLimits.afterFloodMs);
            break;
          default:
            box.takeKeyframe();
        }
      }
      assert.equal(decodeUtf8(await box.screen.snapshot(100)), decodeUtf8(await judge.snapshot(100)));
      assert.deepEqual(box.replies, replies);
      assert.equal(box.screen.pendingBytes, 0);
      const rebuilt = await box.rebuild();
      assert.equal(decodeUtf8(await rebuilt.screen.snapshot(100)), decodeUtf8(await judge.snapshot(100)), 'rebuilt');
      judge.dispose();
      box.screen.dispose();
      rebuilt.screen.dispose();
    }),
    { numRuns: 500, seed: 7 },
  );
});

test('a flood of plain output is emulated only as far as it can still be seen', async () => {
  const box = new LaggingBox();
  for (let line = 0; line < 10_000; line++) {
    box.push(encodeUtf8(`\x1b[3${line % 8}mline ${line}\r\n`));
    if (line % 10 === 0) {
      await turn();
    }
  }
  assert.equal(
    await box.text(),
    [9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999].map((n) => `line ${n}`).join('|') + '|',
  );
  assert.ok(box.emulatedBytes < 10_000, `${box.emulatedBytes} bytes of some 160 kB emulated`);
  box.screen.dispose();
});

for (const [title, start] of [
  ['in a hyperlink, which lasts as long as a line that has it', '\x1b]8;;http://a\x1b\\'],
  ['in a scroll region, above which lines stay', '\x1b[2;4r\x1b[4H'],
  ['where BS goes back over wraps', '\x1b[?45h'],
] as const) {
  test(`nothing is skipped ${title}`, async () => {
    const box = new LaggingBox();
    box.push(encodeUtf8(start));
    const line = 'line\r\n';
    box.push(encodeUtf8(line.repeat(200)));
    await box.screen.settled();
    assert.equal(box.emulatedBytes, start.length + 200 * line.length);
    box.screen.dispose();
  });
}

test('full-screen output is emulated, and whoever writes is told when it is behind', async () => {
  const box = new LaggingBox();
  const frame = encodeUtf8('\x1b[H\x1b[2Jframe\x1b[2;2Hdot');
  let bytes = 0;
  while (!box.screen.isBehind) {
    box.push(frame);
    bytes += frame.length;
  }
  assert.ok(bytes > tinyLimits.behindBytes && bytes < tinyLimits.behindBytes + 2 * frame.length);
  await box.screen.relieved();
  assert.equal(box.screen.isBehind, false);
  assert.equal(await box.text(), 'frame| dot||');
  assert.equal(box.emulatedBytes, bytes);
  box.screen.dispose();
});

test('output that rests is emulated without anybody asking, a flood is not', async () => {
  const box = new LaggingBox();
  box.push(encodeUtf8('little'));
  box.clock.advance(tinyLimits.catchUpMs);
  await waitFor('the little', () => box.emulatedBytes === 6);
  box.push(encodeUtf8('much\r\n'.repeat(10)));
  box.clock.advance(tinyLimits.catchUpMs + tinyLimits.afterFloodMs - 1);
  await turn();
  assert.equal(box.emulatedBytes, 6);
  box.clock.advance(1);
  await waitFor('the much', () => box.emulatedBytes > 6);
  box.screen.dispose();
});

test('an idle screen is parked and comes back as it was, without a reply', async () => {
  const box = new LaggingBox();
  const state = '\x1b[?2004h\x1b[?1004h\x1b[2;3r\x1b[5G\x1bH\x1b[31mred\x1b7\x1b]2;title\x07\x1b[?25l\x1b[3 q\x1b[>1u';
  box.push(encodeUtf8(`one\r\n2\r\n3\r\n4\r\n5\r\n6${state}`));
  const before = decodeUtf8(await box.screen.snapshot(100));
  box.screen.setColors({ scheme: 'light', background: 'fefefe' });
  await box.screen.settled();
  box.clock.advance(tinyLimits.parkMs + tinyLimits.catchUpMs + tinyLimits.afterFloodMs);
  await waitFor('the screen to be parked', () => box.screen.isParked);
  assert.equal(box.emulators.length, 1);
  assert.equal(decodeUtf8(await box.screen.snapshot(100)), before);
  assert.equal(box.emulators.length, 2);
  box.push(encodeUtf8('\x1b]11;?\x07\x1b[6n'));
  await box.screen.settled();
  assert.deepEqual(box.replies, ['\x1b]11;rgb:fefe/fefe/fefe\x1b\\', '\x1b[1;8R']);
  box.clock.advance(tinyLimits.parkMs + tinyLimits.catchUpMs + tinyLimits.afterFloodMs);
  await waitFor('the screen to be parked again', () => box.screen.isParked);
  box.screen.resize(12, 5);
  assert.match(decodeUtf8(await box.screen.snapshot(100)), /title/);
  assert.deepEqual([box.emulators[2]?.cols, box.emulators[2]?.rows], [12, 5]);
  box.screen.dispose();
});

test('a keyframe in a flood is taken without emulating it and holds the screen alone', async () => {
  const box = new LaggingBox({ ...tinyLimits, shortenBytes: 10_000 });
  box.push(encodeUtf8('\x1b[?2004h\x1b]2;title\x07'));
  await box.screen.settled();
  const lines = Array.from({ length: 40 }, (_, line) => `\x1b[3${line % 8}mline ${line}\r\n`).join('');
  box.push(encodeUtf8(lines));
  const emulatedBefore = box.emulatedBytes;
  const shallow = await box.screen.keyframe(lines.length);
  const given = box.emulatedBytes - emulatedBefore;
  assert.equal(shallow.isShallow, true);
  // The scratch screen's snapshot and its last rows.
  assert.ok(given < 400, `${given} bytes emulated of ${lines.length}`);
  assert.equal(decodeUtf8(shallow.bytes), decodeUtf8(await box.screen.snapshot(0)));
  // One that does not have enough new lines is deep.
  box.push(encodeUtf8(lines.slice(-40)));
  const deep = await box.screen.keyframe(40);
  assert.equal(deep.isShallow, false);
  assert.equal(decodeUtf8(deep.bytes), decodeUtf8(await box.screen.snapshot(100)));
  box.screen.dispose();
});

test('a closed screen says so and leaves nothing waiting', async () => {
  const box = new LaggingBox();
  const snapshot = box.screen.snapshot(0);
  box.screen.dispose();
  await assert.rejects(snapshot, { code: 'closed' });
  await assert.rejects(box.screen.state(0), { code: 'closed' });
  box.push(encodeUtf8('x'.repeat(1000)));
  assert.equal(box.screen.isBehind, false);
  assert.equal(box.clock.pendingTimers, 0);
});

test('a keyframe holds the screen alone when all lines above it are new', async () => {
  const box = new LaggingBox();
  const print = async (lines: number): Promise<void> => {
    for (let line = 0; line < lines; line++) {
      box.push(encodeUtf8(`line ${line}\r\n`));
      await box.screen.settled();
    }
  };
  const keyframe = async (): Promise<boolean> => {
    const { bytes, isShallow } = await box.screen.keyframe(0);
    assert.equal(decodeUtf8(bytes), decodeUtf8(await box.screen.snapshot(isShallow ? 0 : 100)));
    return isShallow;
  };
  await print(20);
  assert.equal(await keyframe(), false, 'nobody knows what was before');
  await print(5);
  assert.equal(await keyframe(), false, 'one of six lines is old');
  await print(6);
  assert.equal(await keyframe(), true);
  await print(20);
  box.screen.resize(12, 4);
  assert.equal(await keyframe(), false, 'laid out anew');
  await print(20);
  box.push(encodeUtf8('\x1b[?1049h'));
  assert.equal(await keyframe(), false, 'the other buffer');
  box.screen.dispose();
});
