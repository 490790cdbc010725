import assert from 'node:assert/strict';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { JournalEvent } from '../../src/journal/api.ts';
import { journalLimits } from '../../src/journal/journalLimits.ts';
import { JournalBox, collect, outputOf, testSession } from './support/journalBox.ts';

interface TestSegment {
  readonly segment: number;
  readonly position: number;
  readonly keyframe?: string;
  readonly shallow?: boolean;
  readonly output: string;
}

function writeSegments(box: JournalBox, segments: readonly TestSegment[]): void {
  for (const { segment, position, keyframe, shallow, output } of segments) {
    const revenant = { format: 1, session: testSession, segment, position, keyframe: keyframe !== undefined, shallow };
    const header = { version: 3, term: { cols: 80, rows: 24 }, timestamp: 1735689600, revenant };
    const lines = [header, ...(keyframe === undefined ? [] : [[0, 'o', keyframe]]), [0, 'o', output]];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    writeFileSync(path.join(box.directory, `${String(segment).padStart(8, '0')}.cast`), text);
  }
}

async function makeBox(t: TestContext, segments: readonly TestSegment[]): Promise<JournalBox> {
  const box = new JournalBox(t);
  await (await box.open()).close();
  writeSegments(box, segments);
  return box;
}

const summary = (events: readonly JournalEvent[]): string[] =>
  events.map((event) =>
    'bytes' in event ? `${event.kind} ${event.position} ${Buffer.from(event.bytes).toString()}` : event.kind,
  );

const fourSegments: readonly TestSegment[] = [
  { segment: 1, position: 0, output: 'aaaa' },
  { segment: 2, position: 4, keyframe: 'K4', output: 'bbbb' },
  { segment: 3, position: 8, output: 'cccc' },
  { segment: 4, position: 12, keyframe: 'K12', output: 'dd' },
];

test('a directory that is not there is an empty journal', async (t) => {
  const box = new JournalBox(t);
  assert.deepEqual(await box.readAll(), []);
  assert.deepEqual(await box.readRecent(100), []);
  assert.deepEqual(await box.reader().bounds(), { start: 0, end: 0, sizeBytes: 0 });
});

test('recent output begins at the newest keyframe that has enough behind it', async (t) => {
  const box = await makeBox(t, fourSegments);
  const check = async (minOutputBytes: number, expected: readonly string[]): Promise<void> => {
    assert.deepEqual(summary(await box.readRecent(minOutputBytes)), expected, `${minOutputBytes}`);
  };
  const fromSecond = ['keyframe 4 K4', 'output 4 bbbb', 'output 8 cccc', 'output 12 dd'];
  const all = ['output 0 aaaa', 'output 4 bbbb', 'output 8 cccc', 'output 12 dd'];
  await check(0, ['keyframe 12 K12', 'output 12 dd']);
  await check(2, ['keyframe 12 K12', 'output 12 dd']);
  await check(3, fromSecond);
  await check(10, fromSecond);
  await check(11, all);
  await check(1000, all);
});

test('a shallow keyframe is read together with the one before, which prints the lines above the screen', async (t) => {
  const box = await makeBox(t, [
    { segment: 1, position: 0, output: 'aaaa' },
    { segment: 2, position: 4, keyframe: 'K4', output: 'bbbb' },
    { segment: 3, position: 8, keyframe: 'K8', shallow: true, output: 'cccc' },
    { segment: 4, position: 12, output: 'dddd' },
    { segment: 5, position: 16, keyframe: 'K16', shallow: true, output: 'ee' },
  ]);
  const starts = async (minOutputBytes: number): Promise<string | undefined> =>
    summary(await box.readRecent(minOutputBytes))[0];
  assert.equal(await starts(0), 'keyframe 8 K8');
  assert.equal(await starts(3), 'keyframe 4 K4');
  rmSync(path.join(box.directory, '00000005.cast'));
  assert.equal(await starts(0), 'keyframe 4 K4');
  rmSync(path.join(box.directory, '00000001.cast'));
  rmSync(path.join(box.directory, '00000002.cast'));
  assert.equal(await starts(0), 'keyframe 8 K8', 'what is left of it');
});

test('when the first segments are gone, recent output begins at the oldest keyframe, the history at the oldest byte', async (t) => {
  const box = await makeBox(t, fourSegments);
  rmSync(path.join(box.directory, '00000001.cast'));
  assert.equal(summary(await box.readRecent(1000))[0], 'keyframe 4 K4');
  rmSync(path.join(box.directory, '00000002.cast'));
  assert.deepEqual(summary(await box.readRecent(1000)), ['keyframe 12 K12', 'output 12 dd']);
  assert.deepEqual(summary(await box.readAll()), ['output 8 cccc', 'output 12 dd']);
  assert.deepEqual((await box.reader().bounds()).start, 8);
});

test('the whole history has one keyframe, at its beginning', async (t) => {
  const box = await makeBox(t, fourSegments.slice(1));
  assert.deepEqual(summary(await box.readAll()), ['keyframe 4 K4', 'output 4 bbbb', 'output 8 cccc', 'output 12 dd']);
});

test('positions never go back, whatever headers say', async (t) => {
  const box = await makeBox(t, [
    { segment: 1, position: 0, output: 'aaaa' },
    { segment: 2, position: 2, output: 'bbbb' },
    { segment: 3, position: 100, output: 'cc' },
  ]);
  assert.deepEqual(
    (await box.readAll()).map((event) => event.position),
    [0, 4, 100],
  );
});

test('a reading that has begun is not hurt by retention', async (t) => {
  const box = await makeBox(t, fourSegments);
  const seen: JournalEvent[] = [];
  for await (const event of box.reader().readAll()) {
    seen.push(event);
    for (const name of box.names().slice(0, 3)) {
      rmSync(path.join(box.directory, name));
    }
  }
  assert.equal(outputOf(seen).toString(), 'aaaabbbbccccdd');
});

test('a reading that is broken off leaves no file open', async (t) => {
  const segments = Array.from({ length: journalLimits.readAheadSegments + 5 }, (_, i) => ({
    segment: i + 1,
    position: i,
    output: 'x',
  }));
  const box = await makeBox(t, segments);
  const reading = box.reader().readAll()[Symbol.asyncIterator]();
  await reading.next();
  await reading.return?.();
  assert.equal((await reading.next()).done, true);
  assert.equal(outputOf(await box.readAll()).length, segments.length);
});

test('reading while a recorder adds to the files gives a beginning of the stream', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open({
    limitBytes: 4 * 1024 * 1024,
    takeKeyframe: () => Promise.resolve({ bytes: Buffer.from('K'), cols: 80, rows: 24 }),
  });
  const stream = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} ü\r\n`).join(''));
  const reader = box.reader();
  for (let at = 0; at < stream.length; at += 100_003) {
    const before = recorder.position;
    recorder.append(stream.subarray(at, at + 100_003));
    const [events] = await Promise.all([collect(reader.readAll()), recorder.flush()]);
    const output = outputOf(events);
    assert.ok(output.equals(stream.subarray(0, output.length)));
    assert.ok(output.length >= before, 'everything that was in the files when the reading began');
  }
  await recorder.close();
  assert.ok(outputOf(await collect(reader.readAll())).equals(stream));
  assert.deepEqual(box.complaints, []);
});

test('a torn last line is ignored until it is whole', async (t) => {
  const box = await makeBox(t, fourSegments);
  const file = path.join(box.directory, '00000004.cast');
  appendFileSync(file, '[0,"o","e');
  assert.equal((await box.reader().bounds()).end, 14);
  appendFileSync(file, 'e"]\n');
  assert.equal((await box.reader().bounds()).end, 16);
  assert.deepEqual(box.complaints, []);
});
