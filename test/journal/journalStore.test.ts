import assert from 'node:assert/strict';
import { lstatSync, readdirSync, statSync, truncateSync } from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { SessionId } from '../../src/base/ids.ts';
import { nullLog } from '../../src/base/log.ts';
import type { Recorder } from '../../src/journal/api.ts';
import { journalLimits } from '../../src/journal/journalLimits.ts';
import { journalStore } from '../../src/journal/journalStore.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { nextEvent } from '../support/waitFor.ts';
import { JournalBox, outputOf } from './support/journalBox.ts';

type Step =
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'resize'; readonly cols: number; readonly rows: number }
  | { readonly kind: 'mark'; readonly label: string }
  | { readonly kind: 'flush' }
  | { readonly kind: 'wait'; readonly ms: number };

const textPiece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\ufeff', '\ufffd', '\0', '\u001b[31m', '€', '😀', '\u2028', '"\\', '\r\n', 'x'.repeat(64)),
);
const bytePiece = fc.oneof(
  textPiece.map((text) => new Uint8Array(Buffer.from(text))),
  fc.uint8Array({ maxLength: 30 }),
);
/** Whole text, text cut anywhere, and bytes that are no text, now and then many of them. */
const output = fc
  .tuple(fc.array(bytePiece, { minLength: 1, maxLength: 6 }), fc.nat(3), fc.nat(3), fc.constantFrom(1, 1, 1, 400))
  .map(([pieces, cutStart, cutEnd, times]): Step => {
    const bytes = Buffer.concat(Array<Buffer>(times).fill(Buffer.concat(pieces)));
    return { kind: 'output', bytes: bytes.subarray(cutStart, Math.max(cutStart, bytes.length - cutEnd)) };
  });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: output },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('resize'),
      cols: fc.integer({ min: 1, max: 500 }),
      rows: fc.integer({ min: 1, max: 200 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('mark'), label: fc.string({ unit: 'binary', maxLength: 9 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: journalLimits.coalesceMs, max: 3000 }) }),
  },
);

const keyframe = { bytes: Buffer.from([0x1b, 0x5b, 0x48, 0xe2]), cols: 80, rows: 24 };

async function play(box: JournalBox, recorder: Recorder, steps: readonly Step[]): Promise<void> {
  for (const item of steps) {
    switch (item.kind) {
      case 'output':
        recorder.append(item.bytes);
        break;
      case 'resize':
        recorder.resize(item.cols, item.rows);
        break;
      case 'mark':
        recorder.mark(item.label);
        break;
      case 'flush':
        await recorder.flush();
        break;
      case 'wait': {
        // More than half a character waits: it will be written.
        const written =
          recorder.waitingBytes > 3 ? nextEvent('a write', recorder.onDidWrite, undefined, 3000) : undefined;
        box.clock.advance(item.ms);
        await written;
        break;
      }
    }
  }
}

/** Removes everything from the `cut`-th (0 to 1) byte of the newest segment on, as a crash could. */
function cutNewest(directory: string, cut: number): void {
  const newest = readdirSync(directory)
    .filter((name) => name.endsWith('.cast'))
    .sort()
    .at(-1);
  assert.ok(newest !== undefined);
  const file = path.join(directory, newest);
  truncateSync(file, Math.floor(statSync(file).size * cut));
}

test('after a crash at any byte the journal is a beginning of the stream, and the rest gives it whole, once', async (t) => {
  const seed = Number(process.env['JOURNAL_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}; JOURNAL_SEED=${seed} repeats it`);
  const options = { limitBytes: 64 * 1024 * 1024, takeKeyframe: () => Promise.resolve(keyframe) };
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(options.limitBytes, 512 * 1024),
      async (steps, cuts, limitBytes) => {
        const box = new JournalBox(t);
        let recorder = await box.open({ ...options, limitBytes });
        await play(box, recorder, steps);
        await recorder.flush();
        const stream = Buffer.concat(steps.flatMap((item) => (item.kind === 'output' ? [item.bytes] : [])));
        assert.equal(recorder.position, stream.length);
        for (const cut of cuts) {
          const before = recorder.position;
          await recorder.close();
          cutNewest(box.directory, cut);

          recorder = await box.open({ ...options, limitBytes });
          assert.ok(recorder.position <= before);
          const kept = await box.readAll();
          const start = kept.find((event) => event.kind === 'output')?.position ?? recorder.position;
          assert.ok(outputOf(kept).equals(stream.subarray(start, recorder.position)), 'what is left is a beginning');
          recorder.append(stream.subarray(recorder.position));
          await recorder.flush();
          assert.equal(recorder.position, stream.length);
        }
        const events = await box.readAll();
        const start = events.find((event) => event.kind === 'output')?.position ?? 0;
        assert.ok(outputOf(events).equals(stream.subarray(start)), 'the whole stream, once');
        assert.deepEqual((await box.reader().bounds()).end, stream.length);
        let position = start;
        for (const event of events) {
          if (event.kind === 'output') {
            assert.equal(event.position, position);
            position += event.bytes.length;
          }
        }
        await box.closeAll();
      },
    ),
    { seed, numRuns: 60 },
  );
});

test('nobody else can read a journal, whatever the umask', { skip: process.platform === 'win32' }, async (t) => {
  const check = async (mask: number): Promise<void> => {
    const box = new JournalBox(t);
    const former = process.umask(mask);
    try {
      const recorder = await box.open({
        limitBytes: 512 * 1024,
        takeKeyframe: () => Promise.resolve(keyframe),
      });
      recorder.append(Buffer.alloc(100, 'x'));
      await recorder.flush();
      recorder.append(Buffer.alloc(70_000, 'x'));
      await recorder.flush();
      await recorder.close();
    } finally {
      process.umask(former);
    }
    const modeOf = (file: string): number => lstatSync(file).mode & 0o777;
    assert.equal(modeOf(box.directory), 0o700);
    assert.deepEqual(
      box.names().map((name) => [name, modeOf(path.join(box.directory, name))]),
      [
        ['00000001.cast', 0o600],
        ['00000002.cast', 0o600],
      ],
    );
  };
  await check(0o000);
  await check(0o277);
});

test('output at full speed', async (t) => {
  const perSecond = await measure(t, 200_000_000);
  t.diagnostic(`${Math.round(perSecond / 1e6)} MB/s of plain text`);
});

/** Records so many bytes with as much waiting as the keeper allows; gives bytes per second. Checks what came of it. */
async function measure(t: TestContext, totalBytes: number): Promise<number> {
  const directory = path.join(makeTempDirectory(t), 'journal');
  const recorder = await journalStore.openRecorder({
    directory,
    session: '2f0c7a52-3f43-4f0e-9a55-0d2f1c1d9a11' as SessionId,
    cols: 80,
    rows: 24,
    limitBytes: 32 * 1024 * 1024,
    clock: systemClock,
    log: nullLog,
    takeKeyframe: () => Promise.resolve({ bytes: Buffer.alloc(100_000, 'k'), cols: 80, rows: 24 }),
  });
  const chunk = Buffer.from(`${'The quick brown fox jumps over the lazy dog. '.repeat(2)}\r\n`.repeat(712)).subarray(
    0,
    65_536,
  );
  const start = performance.now();
  while (recorder.acceptedPosition < totalBytes) {
    recorder.append(chunk);
    if (recorder.waitingBytes >= 1024 * 1024) {
      await new Promise<void>((resolve) => {
        const subscription = recorder.onDidWrite(() => {
          subscription.dispose();
          resolve();
        });
      });
    }
  }
  await recorder.close();
  const seconds = (performance.now() - start) / 1000;
  const { end, sizeBytes } = await journalStore.openReader(directory, nullLog).bounds();
  assert.equal(end, recorder.position);
  assert.ok(sizeBytes <= 32 * 1024 * 1024);
  return end / seconds;
}
