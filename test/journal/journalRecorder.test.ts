import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import { waitFor } from '../support/waitFor.ts';
import { FaultyFiles } from './support/faultyFiles.ts';
import { JournalBox, describeEvents, outputOf } from './support/journalBox.ts';

const first = '00000001.cast';

test('what is recorded is an asciicast that says everything in order', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  recorder.append(Buffer.from('hello '));
  recorder.append(Buffer.from('world\r\n'));
  box.clock.advance(1500);
  recorder.mark('exit 0');
  recorder.resize(100, 30);
  box.clock.advance(250);
  recorder.append(Buffer.from('bye'));
  recorder.exit(3);
  await recorder.close();
  assert.equal(
    box.text(first),
    [
      '{"version":3,"term":{"cols":80,"rows":24,"type":"xterm-256color"},"timestamp":1735689600,"revenant":{"format":1,' +
        '"session":"2f0c7a52-3f43-4f0e-9a55-0d2f1c1d9a11","segment":1,"position":0,"keyframe":false}}',
      '[0,"o","hello world\\r\\n"]',
      '[1.5,"m","exit 0"]',
      '[0,"r","100x30"]',
      '[0.25,"o","bye"]',
      '[0,"x","3"]',
      '',
    ].join('\n'),
  );
  assert.deepEqual(recorder.sizeBytes, statSync(path.join(box.directory, first)).size);
});

test('output waits some milliseconds and is then written in one piece', async (t) => {
  const box = new JournalBox(t);
  const files = new FaultyFiles();
  const recorder = await box.open({}, files);
  await recorder.flush();
  const writes = files.count('write');
  const written: number[] = [];
  recorder.onDidWrite((position) => written.push(position));

  for (const text of ['a', 'b', 'c']) {
    recorder.append(Buffer.from(text));
    box.clock.advance(2);
  }
  assert.deepEqual([recorder.position, recorder.acceptedPosition, recorder.waitingBytes], [0, 3, 3]);
  box.clock.advance(2);
  await waitFor('the write', () => recorder.position === 3);
  assert.deepEqual(written, [3]);
  assert.equal(files.count('write'), writes + 1);
  assert.deepEqual(describeEvents(await box.readAll()), [
    { kind: 'output', position: 0, bytes: 'abc', timeMs: box.clock.now() - 8 },
  ]);
});

test('much output is written without waiting for the clock', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  const chunk = Buffer.alloc(50_000, 'x');
  for (let i = 0; i < 20; i++) {
    recorder.append(chunk);
  }
  await waitFor('the writes', () => recorder.waitingBytes < 65536);
  await recorder.flush();
  assert.equal(recorder.position, 1_000_000);
  assert.ok(box.text(first).split('\n').length <= 22, 'a line holds a chunk, not a character');
});

test('flush covers what was accepted before it, half characters too', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  const euro = Buffer.from('€');
  recorder.append(euro.subarray(0, 2));
  box.clock.advance(10);
  await waitFor('a segment', () => box.names().includes(first));
  recorder.append(Buffer.from(''));
  assert.equal(recorder.position, 0, 'waits for the rest of the character');
  await recorder.flush();
  assert.equal(recorder.position, 2);
  recorder.append(euro.subarray(2));
  await recorder.flush();
  assert.deepEqual(outputOf(await box.readAll()), euro);
});

test('the position tells what is in the files, without half a character', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  const written: number[] = [];
  recorder.onDidWrite((position) => written.push(position));
  for (const bytes of [Buffer.from([0x61, 0xe2]), Buffer.from([0x82]), Buffer.from([0xac, 0x62, 0xf0, 0x9f])]) {
    recorder.append(bytes);
    box.clock.advance(10);
    await waitFor('the write', () => recorder.waitingBytes < 3);
  }
  await waitFor('the writes', () => written.length === 2);
  assert.deepEqual([written, recorder.waitingBytes], [[1, 5], 2]);
  assert.equal((await box.reader().bounds()).end, 5);
});

test('half a character comes before what follows it', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  const euro = Buffer.from('€');
  recorder.append(euro.subarray(0, 1));
  recorder.resize(10, 5);
  recorder.append(euro.subarray(1));
  recorder.append(euro.subarray(0, 2));
  recorder.exit(0);
  await recorder.close();
  assert.deepEqual(
    (await box.readAll()).map(({ kind, position }) => [kind, position]),
    [
      ['output', 0],
      ['resize', 1],
      ['output', 1],
      ['output', 3],
      ['exit', 5],
    ],
  );
  assert.deepEqual(outputOf(await box.readAll()), Buffer.concat([euro, euro.subarray(0, 2)]));
});

test('a size that is the same is recorded once', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  recorder.resize(80, 24);
  recorder.resize(90, 24);
  recorder.resize(90, 24);
  await recorder.close();
  assert.equal((await box.readAll()).length, 1);
});

test('what was written is synced within a second, and not again while nothing is written', async (t) => {
  const box = new JournalBox(t);
  const files = new FaultyFiles();
  const recorder = await box.open({}, files);
  await recorder.flush();
  const syncs = files.count('datasync');
  for (let i = 0; i < 5; i++) {
    recorder.append(Buffer.from('x'));
    await recorder.flush();
  }
  assert.equal(files.count('datasync'), syncs);
  box.clock.advance(1000);
  await waitFor('the sync', () => files.count('datasync') === syncs + 1);
  assert.equal(box.clock.pendingTimers, 0);
  recorder.append(Buffer.from('x'));
  await recorder.close();
  assert.equal(files.count('datasync'), syncs + 2);
});

test('a closed recorder leaves no timer, takes nothing and can be closed again', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  recorder.append(Buffer.from('x'));
  await recorder.close();
  await recorder.close();
  assert.equal(box.clock.pendingTimers, 0);
  const isClosed = (error: unknown): boolean =>
    isRevenantError(error, 'closed') && error.message.includes(box.directory);
  assert.throws(() => recorder.append(Buffer.from('y')), isClosed);
  assert.throws(() => recorder.resize(1, 1), isClosed);
  assert.throws(() => recorder.mark(''), isClosed);
  assert.throws(() => recorder.exit(0), isClosed);
  assert.throws(() => recorder.setLimit(1), isClosed);
  await assert.rejects(recorder.flush(), isClosed);
});

test('a recorder that records nothing leaves no segment', async (t) => {
  const box = new JournalBox(t);
  await (await box.open()).close();
  assert.deepEqual(box.names(), []);
  assert.deepEqual(await box.reader().bounds(), { start: 0, end: 0, sizeBytes: 0 });
});

test('a limit that is no number of bytes is refused', async (t) => {
  const box = new JournalBox(t);
  const isRefusal = (error: unknown): boolean => isRevenantError(error, 'invalid-argument');
  await assert.rejects(box.open({ limitBytes: Number.NaN }), isRefusal);
  await assert.rejects(box.open({ limitBytes: 0 }), isRefusal);
  const recorder = await box.open();
  assert.throws(() => recorder.setLimit(-1), isRefusal);
});
