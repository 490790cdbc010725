import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import { JournalBox, describeEvents, outputOf } from './support/journalBox.ts';

test('garbage at the end, as a power cut leaves it, is cut off', async (t) => {
  const check = async (garbage: string): Promise<void> => {
    const box = new JournalBox(t);
    const recorder = await box.open();
    recorder.append(Buffer.from('kept '));
    await recorder.close();
    const file = path.join(box.directory, '00000001.cast');
    const goodBytes = statSync(file).size;
    appendFileSync(file, garbage, 'latin1');

    const second = await box.open();
    assert.equal(statSync(file).size, goodBytes, JSON.stringify(garbage));
    assert.deepEqual([second.position, second.acceptedPosition, second.sizeBytes], [5, 5, goodBytes]);
    second.append(Buffer.from('and more'));
    await second.close();
    assert.equal(outputOf(await box.readAll()).toString(), 'kept and more');
    assert.deepEqual(box.complaints, []);
  };
  await check('[0.1,"o","tor');
  await check('[0.1,"o","torn"]');
  await check('\0'.repeat(4096));
  await check('\0\0\n\0\0\n');
  await check('[0.1,"o",7]\n[-1,"o","x"]\n{"o":1}\n"o"\n');
  await check('[0.1,"o","\xff\xfe"]\n');
  // Bytes that are not UTF-8, without the text for players that must follow: the next text would be taken for it.
  await check('[0.1,"b","/w=="]\n');
  await check('[0.1,"b","/w=="]\n[0,"o","\\u');
});

test('damage in the middle costs what it hit and nothing more', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  for (const text of ['one ', 'two ', 'three ']) {
    recorder.append(Buffer.from(text));
    await recorder.flush();
  }
  await recorder.close();
  const file = path.join(box.directory, '00000001.cast');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"two "', '"two \0'));

  const second = await box.open();
  second.append(Buffer.from('four'));
  await second.close();
  assert.equal(outputOf(await box.readAll()).toString(), 'one three four');
  assert.equal(box.complaints.length, 2, 'once by the recorder, once by the reader');
});

test('a segment with a damaged head is set aside and recording goes on in a new one behind everything known', async (t) => {
  const head = (segment: number, position: number, keyframe: boolean): string =>
    `{"version":3,"term":{"cols":80,"rows":24,"type":"xterm-256color"},"timestamp":1735689600,"revenant":{"format":1,` +
    `"session":"2f0c7a52-3f43-4f0e-9a55-0d2f1c1d9a11","segment":${segment},"position":${position},"keyframe":${keyframe}}}\n`;
  const check = async (damaged: string, position: number): Promise<void> => {
    const box = new JournalBox(t);
    await (await box.open()).close();
    writeFileSync(path.join(box.directory, '00000001.cast'), `${head(1, 0, false)}[0,"o","before "]\n`);
    writeFileSync(path.join(box.directory, '00000002.cast'), damaged);

    const recorder = await box.open();
    assert.equal(recorder.position, position, damaged);
    recorder.append(Buffer.from('after'));
    await recorder.close();
    assert.deepEqual(box.names(), ['00000001.cast', '00000002.cast.damaged', '00000003.cast']);
    assert.equal(box.text('00000002.cast.damaged'), damaged);
    const events = await box.readAll();
    assert.equal(outputOf(events).toString(), 'before after');
    assert.equal(events.at(-1)?.position, position);
    assert.equal(box.complaints.length, 1);
  };
  await check('', 7);
  await check('\0'.repeat(500), 7);
  await check('{"version":3,"ter', 7);
  await check(`${head(2, 7, true).replace('"keyframe":true', '"keyframe":')}[0,"o","lost"]\n`, 7);
  await check(head(2, 7, true), 7);
  await check(`${head(2, 900, true)}[0,"o","half a keyfr`, 900);
  await check(`${head(2, 900, true)}[0,"b","/w=="]\n`, 900);
});

test('a damaged keyframe does not cost the output behind it', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  recorder.append(Buffer.from('seen'));
  await recorder.close();
  const file = path.join(box.directory, '00000001.cast');
  const [head = '', ...rest] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [head.replace('"keyframe":false', '"keyframe":true'), '[0,"o","dam', ...rest].join('\n'));

  assert.equal((await box.open()).position, 4);
  assert.deepEqual(
    (await box.readAll()).map(({ kind }) => kind),
    ['output'],
  );
  assert.equal(outputOf(await box.readRecent(0)).toString(), 'seen');
});

test('a file of a newer version is refused by name and left untouched', async (t) => {
  const box = new JournalBox(t);
  await (await box.open()).close();
  const file = path.join(box.directory, '00000004.cast');
  const text = '{"version":3,"term":{"cols":80,"rows":24},"timestamp":1,"revenant":{"format":2,"codec":"zstd"}}\ntorn';
  writeFileSync(file, text);
  const isRefusal = (error: unknown): boolean =>
    isRevenantError(error, 'unknown-format') && error.message.includes(file) && error.message.includes('format 2');

  await assert.rejects(box.open(), isRefusal);
  await assert.rejects(box.readAll(), isRefusal);
  await assert.rejects(box.readRecent(0), isRefusal);
  await assert.rejects(box.reader().bounds(), isRefusal);
  assert.equal(readFileSync(file, 'utf8'), text);
});

test('what a crash left of a segment in the making is removed, other files are left alone', async (t) => {
  const box = new JournalBox(t);
  await (await box.open()).close();
  writeFileSync(path.join(box.directory, '00000001.cast.tmp'), 'half a head');
  writeFileSync(path.join(box.directory, 'notes.txt'), 'mine');
  const recorder = await box.open();
  recorder.append(Buffer.from('x'));
  await recorder.close();
  assert.deepEqual(box.names(), ['00000001.cast', 'notes.txt']);
});

test('after a restart, times and the size go on from where the journal ends', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  recorder.append(Buffer.from('a'));
  await recorder.flush();
  box.clock.advance(2500);
  recorder.resize(100, 30);
  await recorder.close();
  const start = box.clock.now() - 2500;
  box.clock.advance(60_000);

  const second = await box.open({ cols: 100, rows: 30 });
  second.append(Buffer.from('b'));
  await second.close();
  // A crash between a resize and its record: the session knows the size, the journal does not yet.
  const third = await box.open({ cols: 90, rows: 20 });
  await third.close();
  // The system's clock was set back meanwhile: times stand still rather than go back.
  box.clock.jump(-3_600_000);
  const fourth = await box.open({ cols: 90, rows: 20 });
  fourth.append(Buffer.from('c'));
  await fourth.close();

  assert.deepEqual(describeEvents(await box.readAll()), [
    { kind: 'output', position: 0, bytes: 'a', timeMs: start },
    { kind: 'resize', position: 1, cols: 100, rows: 30, timeMs: start + 2500 },
    { kind: 'output', position: 1, bytes: 'b', timeMs: start + 62_500 },
    { kind: 'resize', position: 2, cols: 90, rows: 20, timeMs: start + 62_500 },
    { kind: 'output', position: 2, bytes: 'c', timeMs: start + 62_500 },
  ]);
});

test('a segment that lost its end is followed by what is fetched again, without a byte twice', async (t) => {
  const box = new JournalBox(t);
  const recorder = await box.open();
  recorder.append(Buffer.from('0123456789'));
  await recorder.flush();
  recorder.append(Buffer.from('abcdef'));
  await recorder.close();
  const file = path.join(box.directory, '00000001.cast');
  truncateSync(file, statSync(file).size - 3);

  const second = await box.open();
  assert.equal(second.position, 10);
  second.append(Buffer.from('0123456789abcdef').subarray(second.position));
  await second.close();
  assert.equal(outputOf(await box.readAll()).toString(), '0123456789abcdef');
});
