import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import type { Recorder } from '../../src/journal/api.ts';
import { segmentBytesFor } from '../../src/journal/journalLimits.ts';
import { waitFor } from '../support/waitFor.ts';
import { FaultyFiles } from './support/faultyFiles.ts';
import { JournalBox, describeEvents, outputOf } from './support/journalBox.ts';

const kib = 1024;
const chunk = Buffer.alloc(32 * kib, 'x');
/** The smallest limit that makes segments of 64 KiB. */
const limitBytes = 512 * kib;
const keyframe = { bytes: Buffer.from('SCREEN'), cols: 100, rows: 30 };

const sizeOnDisk = (box: JournalBox): number =>
  box.names().reduce((sum, name) => sum + statSync(path.join(box.directory, name)).size, 0);

async function record(recorder: Recorder, chunks: number): Promise<void> {
  for (let i = 0; i < chunks; i++) {
    recorder.append(chunk);
    await recorder.flush();
  }
}

test('a segment is an eighth of the limit, at least 64 KiB and at most 4 MiB', () => {
  const check = (limit: number, expected: number): void => assert.equal(segmentBytesFor(limit), expected);
  check(1, 64 * kib);
  check(512 * kib, 64 * kib);
  check(8 * 1024 * kib, 1024 * kib);
  check(64 * 1024 * kib, 4096 * kib);
  check(Number.POSITIVE_INFINITY, 4096 * kib);
});

test('the call that fills a segment asks for the keyframe; later output goes behind it', async (t) => {
  const box = new JournalBox(t);
  let answer: (value: typeof keyframe) => void = () => undefined;
  const answered = new Promise<typeof keyframe>((resolve) => {
    answer = resolve;
  });
  const askedAt: number[] = [];
  const recorder = await box.open({
    limitBytes,
    takeKeyframe: () => {
      askedAt.push(recorder.acceptedPosition);
      return answered;
    },
  });
  await record(recorder, 1);
  assert.deepEqual(askedAt, []);
  recorder.append(chunk);
  assert.deepEqual(askedAt, [64 * kib], 'asked before append returns');
  recorder.append(Buffer.from('behind'));
  recorder.resize(90, 20);
  box.clock.advance(100);
  await waitFor('the full segment', () => recorder.position === 64 * kib);
  assert.deepEqual([recorder.waitingBytes, box.names().length], [6, 1]);

  answer(keyframe);
  await recorder.flush();
  assert.deepEqual(askedAt, [64 * kib], 'asked once');
  assert.equal(recorder.waitingBytes, 0);
  assert.equal(recorder.sizeBytes, sizeOnDisk(box));
  assert.deepEqual(describeEvents(await box.readRecent(0)), [
    { kind: 'keyframe', position: 64 * kib, bytes: 'SCREEN', cols: 100, rows: 30 },
    { kind: 'output', position: 64 * kib, bytes: 'behind', timeMs: box.clock.now() - 100 },
    { kind: 'resize', position: 64 * kib + 6, cols: 90, rows: 20, timeMs: box.clock.now() - 100 },
  ]);
  assert.equal(outputOf(await box.readAll()).length, 64 * kib + 6);
});

test('a keyframe that cannot be had gives a segment without one', async (t) => {
  const check = async (takeKeyframe: () => Promise<never>): Promise<void> => {
    const box = new JournalBox(t);
    const recorder = await box.open({ limitBytes, takeKeyframe });
    await record(recorder, 2);
    recorder.resize(90, 20);
    await record(recorder, 1);
    await recorder.close();
    assert.deepEqual(box.names(), ['00000001.cast', '00000002.cast']);
    assert.match(box.text('00000002.cast'), /"cols":80,"rows":24.*"position":65536,"keyframe":false/);
    assert.match(box.complaints.join(), /No keyframe .*: no screen/);
    const events = await box.readRecent(0);
    assert.equal(events[0]?.position, 0, 'read together with the one before');
    assert.equal(outputOf(events).length, 96 * kib);
  };
  await check(() => Promise.reject(new Error('no screen')));
  await check(() => {
    throw new Error('no screen');
  });
});

test('a character that the border cuts in two is kept byte for byte', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open({ limitBytes, takeKeyframe: () => Promise.resolve(keyframe) });
  const text = Buffer.concat([chunk, chunk, Buffer.from('€')]);
  recorder.append(text.subarray(0, 1000));
  await recorder.flush();
  recorder.append(text.subarray(1000, text.length - 1));
  recorder.append(text.subarray(text.length - 1));
  await recorder.flush();
  await recorder.close();
  assert.equal(box.names().length, 2);
  assert.match(box.text('00000002.cast'), /"position":65538/);
  assert.deepEqual(outputOf(await box.readAll()), text);
});

test('a segment is on the platter before the next one appears, and that one before it has its name', async (t) => {
  const box = new JournalBox(t);
  const files = new FaultyFiles();
  const recorder = await box.open({ limitBytes, takeKeyframe: () => Promise.resolve(keyframe) }, files);
  await record(recorder, 2);
  assert.deepEqual(files.calls.slice(files.calls.lastIndexOf('create') - 3), [
    'write',
    'write',
    'datasync',
    'create',
    'write',
    'datasync',
    'rename',
  ]);
});

test('the oldest segments go when the limit is reached, after the new one is in place', async (t) => {
  const box = new JournalBox(t);
  const files = new FaultyFiles();
  const recorder = await box.open({ limitBytes, takeKeyframe: () => Promise.resolve(keyframe) }, files);
  for (let i = 0; i < 60; i++) {
    await record(recorder, 1);
    assert.ok(sizeOnDisk(box) <= limitBytes, `${sizeOnDisk(box)}`);
    assert.equal(recorder.sizeBytes, sizeOnDisk(box));
  }
  const removals = files.calls.indexOf('remove');
  assert.ok(removals > files.calls.indexOf('rename'));
  const { start, end } = await box.reader().bounds();
  assert.equal(end, 60 * chunk.length);
  assert.ok(end - start >= 5 * 64 * kib, 'most of the limit is used');
  const events = await box.readAll();
  assert.deepEqual([events[0]?.kind, events[0]?.position], ['keyframe', start]);
  assert.equal(outputOf(events).length, end - start);
});

test('a lower limit drops old segments soon, never the newest', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open({ limitBytes, takeKeyframe: () => Promise.resolve(keyframe) });
  await record(recorder, 9);
  assert.equal(box.names().length, 5);
  recorder.setLimit(150 * kib);
  box.clock.advance(10);
  await waitFor('the removal', () => box.names().length === 2);
  recorder.setLimit(1);
  box.clock.advance(10);
  await waitFor('the removal', () => box.names().length === 1 && recorder.sizeBytes === sizeOnDisk(box));
  await record(recorder, 1);
  assert.equal((await box.reader().bounds()).end, 10 * chunk.length);
});

test('an old segment that cannot be removed is tried again with the next one', async (t) => {
  const box = new JournalBox(t);
  const files = new FaultyFiles();
  const recorder = await box.open({ limitBytes: 200 * kib, takeKeyframe: () => Promise.resolve(keyframe) }, files);
  files.fail('remove', 'EPERM');
  await record(recorder, 9);
  assert.equal(box.names().length, 5);
  assert.ok(files.count('remove') <= 4, 'not with every write');
  files.repair();
  await record(recorder, 2);
  assert.ok(recorder.sizeBytes <= 200 * kib);
  assert.equal(recorder.sizeBytes, sizeOnDisk(box));
});

test('with a big keyframe a segment still holds as much output as keyframe', async (t) => {
  const box = new JournalBox(t);
  const big = { ...keyframe, bytes: Buffer.alloc(200 * kib, 'k') };
  let asked = 0;
  const recorder = await box.open({
    limitBytes,
    takeKeyframe: () => {
      asked += 1;
      return Promise.resolve(big);
    },
  });
  await record(recorder, 30);
  assert.ok(asked >= 4 && asked <= 5, `${asked} keyframes of 200 KiB for 960 KiB of output`);
});

test('closing does not wait for a keyframe that never comes', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open({ limitBytes, takeKeyframe: () => new Promise(() => undefined) });
  recorder.append(Buffer.from('start'));
  await recorder.flush();
  recorder.append(Buffer.concat([chunk, chunk]));
  recorder.append(Buffer.from('behind'));
  await recorder.close();
  assert.deepEqual(box.names(), ['00000001.cast']);
  assert.equal(outputOf(await box.readAll()).length, 64 * kib + 11);

  let asked = 0;
  const second = await box.open({ limitBytes, takeKeyframe: () => ((asked += 1), Promise.resolve(keyframe)) });
  second.append(Buffer.from('!'));
  await second.flush();
  await second.close();
  assert.equal(asked, 1, 'the next recorder rolls over');
  assert.equal(box.names().length, 2);
});

test('a keyframe that is not UTF-8 comes back byte for byte', async (t) => {
  const box = new JournalBox(t);
  const bytes = Buffer.from([0x1b, 0x5b, 0x48, 0xe2, 0x82]);
  const recorder = await box.open({ limitBytes, takeKeyframe: () => Promise.resolve({ ...keyframe, bytes }) });
  await record(recorder, 2);
  recorder.append(Buffer.from('x'));
  await recorder.close();
  const [event] = await box.readRecent(0);
  assert.ok(event?.kind === 'keyframe');
  assert.deepEqual(Buffer.from(event.bytes), bytes);
  assert.equal((await box.open({ limitBytes })).position, 64 * kib + 1);
});
