import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { EventEncoder, encodeKeyframe } from '../../src/journal/eventEncoder.ts';
import { encodeHeader } from '../../src/journal/segmentHeader.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { JournalBox, describeEvents, outputOf, testSession } from './support/journalBox.ts';

// Journals as version 1 of the format wrote them. They are kept for ever: what users have on disk stays readable.

const fixtures = path.join(import.meta.dirname, 'fixtures', 'v1');
const start = 1735689600000;

/** A copy of a fixture, so that opening it cannot change it. */
function openFixture(t: TestContext, name: string): JournalBox {
  const directory = path.join(makeTempDirectory(t), 'journal');
  cpSync(path.join(fixtures, name), directory, { recursive: true });
  return new JournalBox(t, directory);
}

test('minimal: a journal of a header alone is empty', async (t) => {
  const box = openFixture(t, 'minimal');
  assert.deepEqual(await box.readAll(), []);
  assert.deepEqual(await box.reader().bounds(), { start: 0, end: 0, sizeBytes: 205 });
  assert.deepEqual(box.complaints, []);
});

test('full: every kind of event is read, and what a later version added is passed over', async (t) => {
  const box = openFixture(t, 'full');
  assert.deepEqual(describeEvents(await box.readAll()), [
    { kind: 'keyframe', position: 70000, bytes: '\u001b[H\u001b[2J$ ', cols: 100, rows: 30 },
    {
      kind: 'output',
      position: 70000,
      bytes: 'make\r\n\u001b[32mok\u001b[0m "quoted" \\ done\r\n',
      timeMs: start + 250,
    },
    { kind: 'mark', position: 70035, label: 'exit 0', timeMs: start + 250 },
    { kind: 'resize', position: 70035, cols: 120, rows: 40, timeMs: start + 1750 },
    { kind: 'output', position: 70035, bytes: 'grün 日本 😀 \ufeffBOM \ufffd \u0000', timeMs: start + 1758 },
    { kind: 'output', position: 70065, bytes: 'hex:636166e920fffe', timeMs: start + 1858 },
    { kind: 'output', position: 70072, bytes: 'y'.repeat(64), timeMs: start + 1858 },
    { kind: 'exit', position: 70136, exitCode: -1, timeMs: start + 1860 },
    { kind: 'output', position: 70136, bytes: 'after', timeMs: start + 61000 },
  ]);
  assert.deepEqual(await box.reader().bounds(), { start: 70000, end: 70141, sizeBytes: 872 });
  assert.deepEqual(describeEvents(await box.readRecent(1)), [
    { kind: 'keyframe', position: 70136, bytes: 'hex:1b5b48e282', cols: 120, rows: 40 },
    { kind: 'output', position: 70136, bytes: 'after', timeMs: start + 61000 },
  ]);
  assert.deepEqual(box.complaints, []);
});

test('full: the same recording is written the same way, byte for byte', () => {
  const encoder = new EventEncoder(0);
  const size = { cols: 100, rows: 30 };
  const place = { session: testSession, segment: 7, position: 70000, timestampMs: start };
  const text = [
    encodeHeader({ ...size, ...place, hasKeyframe: true, isShallow: false }),
    encodeKeyframe(Buffer.from('\u001b[H\u001b[2J$ ')),
    encoder.encodeOutput([Buffer.from('make\r\n\u001b[32mok\u001b[0m "quoted" \\ done\r\n')], 250),
    encoder.encodeEvent('m', 'exit 0', 250),
    encoder.encodeEvent('r', '120x40', 1750),
    encoder.encodeOutput([Buffer.from('grün 日本 😀 \ufeffBOM \ufffd \u0000')], 1758),
    encoder.encodeOutput([Buffer.from('caf\u00e9 \u00ff\u00fe', 'latin1'), Buffer.from('y'.repeat(64))], 1858),
    encoder.encodeEvent('x', '-1', 1860),
  ].join('');
  assert.equal(text, readFileSync(path.join(fixtures, 'full', '00000007.cast'), 'utf8'));
});

test('damaged: what can be read is read, and each damaged file is named once', async (t) => {
  const box = openFixture(t, 'damaged');
  const reader = box.reader();
  const events = [];
  for await (const event of reader.readAll()) {
    events.push(event);
  }
  assert.deepEqual(
    events.map((event) => event.position),
    [0, 6, 20, 26],
  );
  assert.equal(outputOf(events).toString('latin1'), 'first second third \u00ff');
  assert.deepEqual(await reader.bounds(), { start: 0, end: 26, sizeBytes: 620 });
  assert.deepEqual(
    box.complaints.map((complaint) => path.basename(complaint.split(':')[0] ?? '')),
    ['00000001.cast', '00000002.cast'],
  );
});

test('damaged: a recorder cuts off the torn end and goes on there', async (t) => {
  const box = openFixture(t, 'damaged');
  const recorder = await box.open();
  assert.equal(recorder.position, 26);
  recorder.append(Buffer.from('fourth'));
  await recorder.close();
  assert.equal(outputOf(await box.readAll()).toString(), 'first second third fourth');
  assert.deepEqual(box.names(), ['00000001.cast', '00000002.cast', '00000003.cast']);
});
