import assert from 'node:assert/strict';
import { test } from 'node:test';
import { castOf } from '../../../src/host/requests/castHistory.ts';
import type { JournalEvent } from '../../../src/journal/api.ts';
import { oneByOne } from '../support/oneByOne.ts';

const session = { cols: 80, rows: 24, createdAt: 1_700_000_000_000, displayName: 'build' };
const startMs = 1_700_000_100_500;

async function check(events: readonly JournalEvent[], expected: readonly unknown[]): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const bytes of castOf(oneByOne(events), session)) {
    pieces.push(Buffer.from(bytes));
  }
  const lines = Buffer.concat(pieces).toString().split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    expected,
  );
}

const output = (text: string | Uint8Array, afterMs: number): JournalEvent => ({
  kind: 'output',
  position: 0,
  bytes: Buffer.from(text as string),
  timeMs: startMs + afterMs,
});

test('an empty history is a file with a header', () =>
  check([], [{ version: 3, term: { cols: 80, rows: 24 }, timestamp: 1_700_000_000, title: 'build' }]));

test('all segments become one file with one header, one keyframe and the times kept', () =>
  check(
    [
      { kind: 'keyframe', position: 5, bytes: Buffer.from('screen'), cols: 100, rows: 30 },
      output('a', 0),
      { kind: 'resize', position: 6, cols: 90, rows: 20, timeMs: startMs + 1000 },
      { kind: 'keyframe', position: 6, bytes: Buffer.from('later'), cols: 90, rows: 20 },
      output('b', 1250),
      { kind: 'mark', position: 7, label: 'ls', timeMs: startMs + 1250 },
      { kind: 'exit', position: 7, exitCode: 3, timeMs: startMs + 2000 },
    ],
    [
      { version: 3, term: { cols: 100, rows: 30 }, timestamp: 1_700_000_100, title: 'build' },
      [0, 'o', 'screen'],
      [0, 'o', 'a'],
      [1, 'r', '90x20'],
      [0.25, 'o', 'b'],
      [0, 'm', 'ls'],
      [0.75, 'x', '3'],
    ],
  ));

test('a character that two chunks share is whole, and time never goes back', () =>
  check(
    [output(Uint8Array.of(0xe2, 0x82), 0), output(Uint8Array.of(0xac), 500), output('c', 400), output('d', 600)],
    [
      { version: 3, term: { cols: 80, rows: 24 }, timestamp: 1_700_000_100, title: 'build' },
      [0.5, 'o', '€'],
      [0, 'o', 'c'],
      [0.1, 'o', 'd'],
    ],
  ));
