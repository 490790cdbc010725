import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import type { Recorder } from '../../src/journal/api.ts';
import { waitFor } from '../support/waitFor.ts';
import { FaultyFiles } from './support/faultyFiles.ts';
import { JournalBox, outputOf } from './support/journalBox.ts';

interface Watched {
  readonly box: JournalBox;
  readonly files: FaultyFiles;
  readonly recorder: Recorder;
  /** Codes of failures, and `recovered`, as they were told. */
  readonly told: string[];
}

async function openWatched(t: TestContext, options: Parameters<JournalBox['open']>[0] = {}): Promise<Watched> {
  const box = new JournalBox(t);
  const files = new FaultyFiles();
  const recorder = await box.open(options, files);
  const told: string[] = [];
  recorder.onDidFail((error) => told.push(isRevenantError(error) ? error.code : 'another error'));
  recorder.onDidRecover(() => told.push('recovered'));
  return { box, files, recorder, told };
}

/** Lets the next try take place and waits until it was made. */
async function retry({ box, files }: Watched): Promise<void> {
  const calls = files.calls.length;
  await waitFor('the back-off', () => box.clock.pendingTimers > 0);
  box.clock.advance(1000);
  await waitFor('another try', () => files.calls.length > calls);
}

const isDiskFull = (error: unknown): boolean =>
  isRevenantError(error, 'disk-full') && /ENOSPC/.test(error.message) && /Free some space/.test(error.message);

test('a disk that is full in the middle of a write costs no byte and doubles none', async (t) => {
  const watched = await openWatched(t);
  const { box, files, recorder, told } = watched;
  recorder.append(Buffer.from('before '));
  await recorder.flush();
  const goodBytes = recorder.sizeBytes;

  files.freeBytes = 20;
  recorder.append(Buffer.from('while it was full '));
  await assert.rejects(recorder.flush(), isDiskFull);
  assert.deepEqual(told, ['disk-full']);
  assert.equal(statSync(path.join(box.directory, '00000001.cast')).size, goodBytes, 'no partial line stays');
  await assert.rejects(recorder.flush(), isDiskFull);
  recorder.append(Buffer.from('still full '));
  recorder.resize(90, 30);
  assert.deepEqual([recorder.position, recorder.waitingBytes], [7, 29]);

  await retry(watched);
  await retry(watched);
  assert.deepEqual(told, ['disk-full'], 'told once, however often it is tried');
  assert.equal(recorder.position, 7);

  files.repair();
  await retry(watched);
  await waitFor('recovery', () => told.includes('recovered'));
  recorder.append(Buffer.from('after'));
  await recorder.flush();
  assert.equal(recorder.waitingBytes, 0);
  await recorder.close();
  assert.deepEqual(told, ['disk-full', 'recovered']);
  assert.equal(outputOf(await box.readAll()).toString(), 'before while it was full still full after');
  assert.equal(recorder.sizeBytes, statSync(path.join(box.directory, '00000001.cast')).size);
});

test('a partial line that cannot be cut off is not read, and is overwritten when the disk is back', async (t) => {
  const watched = await openWatched(t);
  const { box, files, recorder, told } = watched;
  recorder.append(Buffer.from('one '));
  await recorder.flush();
  files.freeBytes = 10;
  files.fail('truncate', 'EIO');
  recorder.append(Buffer.from('two '));
  await assert.rejects(recorder.flush(), isDiskFull);
  assert.equal(outputOf(await box.readAll()).toString(), 'one ');
  files.repair();
  await retry(watched);
  await waitFor('recovery', () => told.includes('recovered'));
  await recorder.close();
  assert.equal(outputOf(await box.readAll()).toString(), 'one two ');
});

test('what other errors are told as', async (t) => {
  const check = async (code: string, expected: string): Promise<void> => {
    const { files, recorder, told } = await openWatched(t);
    await recorder.flush();
    files.fail('write', code);
    recorder.append(Buffer.from('x'));
    await assert.rejects(recorder.flush(), (error) => isRevenantError(error) && error.code === expected);
    assert.deepEqual(told, [expected]);
  };
  await check('ENOSPC', 'disk-full');
  await check('EDQUOT', 'disk-full');
  await check('EIO', 'io');
  await check('EROFS', 'io');
});

test('writes that the system cuts short are continued', async (t) => {
  const { box, files, recorder } = await openWatched(t);
  files.maxWriteBytes = 7;
  recorder.append(Buffer.from('the quick brown fox jumps over the lazy dog'));
  await recorder.close();
  assert.equal(outputOf(await box.readAll()).toString(), 'the quick brown fox jumps over the lazy dog');
});

test('a system that writes nothing and calls it a success does not hang the recorder', async (t) => {
  const { files, recorder } = await openWatched(t);
  files.maxWriteBytes = 0;
  recorder.append(Buffer.from('x'));
  await assert.rejects(recorder.flush(), (error) => isRevenantError(error, 'io'));
});

test('a first segment that cannot be made is made later', async (t) => {
  for (const operation of ['create', 'write', 'datasync', 'rename'] as const) {
    const watched = await openWatched(t);
    const { box, files, recorder, told } = watched;
    files.fail(operation, 'ENOSPC');
    recorder.append(Buffer.from('early '));
    await assert.rejects(recorder.flush(), isDiskFull);
    assert.deepEqual(box.names(), [], operation);
    files.repair();
    await retry(watched);
    await waitFor('recovery', () => told.includes('recovered'));
    await recorder.close();
    assert.equal(outputOf(await box.readAll()).toString(), 'early ');
  }
});

test('a segment that cannot be followed keeps everything until it can', async (t) => {
  const watched = await openWatched(t, {
    limitBytes: 512 * 1024,
    takeKeyframe: () => Promise.resolve({ bytes: Buffer.from('SCREEN'), cols: 80, rows: 24 }),
  });
  const { box, files, recorder, told } = watched;
  recorder.append(Buffer.alloc(1000, 'x'));
  await recorder.flush();
  files.fail('create', 'ENOSPC');
  recorder.append(Buffer.alloc(65536, 'x'));
  recorder.append(Buffer.from('behind'));
  await assert.rejects(recorder.flush(), isDiskFull);
  assert.deepEqual([recorder.position, recorder.waitingBytes], [66536, 6]);
  await retry(watched);
  files.repair();
  await retry(watched);
  await waitFor('recovery', () => told.includes('recovered'));
  await recorder.close();
  assert.deepEqual(told, ['disk-full', 'recovered']);
  assert.deepEqual(box.names(), ['00000001.cast', '00000002.cast']);
  assert.equal(outputOf(await box.readRecent(0)).toString(), 'behind');
  assert.equal(outputOf(await box.readAll()).length, 66542);
});

test('a sync that fails is told, and recording goes on when one works', async (t) => {
  const watched = await openWatched(t);
  const { box, files, recorder, told } = watched;
  recorder.append(Buffer.from('written '));
  await recorder.flush();
  files.fail('datasync', 'EIO');
  box.clock.advance(1000);
  await waitFor('the failure', () => told.length === 1);
  recorder.append(Buffer.from('waits'));
  await assert.rejects(recorder.flush(), (error) => isRevenantError(error, 'io'));
  await retry(watched);
  assert.equal(recorder.position, 8);
  files.repair();
  await retry(watched);
  await waitFor('recovery', () => told.includes('recovered'));
  await recorder.close();
  assert.deepEqual(told, ['io', 'recovered']);
  assert.equal(outputOf(await box.readAll()).toString(), 'written waits');
});

test('closing tries once more, and rejects when the disk still refuses', async (t) => {
  const refused = await openWatched(t);
  refused.recorder.append(Buffer.from('kept '));
  await refused.recorder.flush();
  refused.files.fail('write', 'ENOSPC');
  refused.recorder.append(Buffer.from('lost'));
  await assert.rejects(refused.recorder.flush(), isDiskFull);
  await assert.rejects(refused.recorder.close(), isDiskFull);
  assert.equal(refused.box.clock.pendingTimers, 0);
  assert.equal(outputOf(await refused.box.readAll()).toString(), 'kept ');

  const taken = await openWatched(t);
  taken.files.fail('write', 'ENOSPC');
  taken.recorder.append(Buffer.from('kept too'));
  await assert.rejects(taken.recorder.flush(), isDiskFull);
  taken.files.repair();
  await taken.recorder.close();
  assert.equal(outputOf(await taken.box.readAll()).toString(), 'kept too');
});

test('a segment that another program cut short is not written to', async (t) => {
  const watched = await openWatched(t);
  const { box, files, recorder } = watched;
  recorder.append(Buffer.from('written'));
  await recorder.flush();
  files.fail('write', 'EIO');
  recorder.append(Buffer.from('waits'));
  await assert.rejects(recorder.flush());
  const file = path.join(box.directory, '00000001.cast');
  writeFileSync(file, 'mine now');
  files.repair();
  await retry(watched);
  await assert.rejects(
    recorder.close(),
    (error) => isRevenantError(error, 'io') && /another program/.test(error.message),
  );
  assert.equal(readFileSync(file, 'utf8'), 'mine now');
});
