import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SnapshotBytes } from '../../src/screen/snapshotBytes.ts';
import { internalsOf, type EmulatorLine } from '../../src/screen/xtermInternals.ts';
import { Emulator } from './emulator.ts';

function bytesOf(write: (bytes: SnapshotBytes) => void): Buffer {
  const bytes = new SnapshotBytes();
  write(bytes);
  return Buffer.from(bytes.toBytes());
}

async function lineOf(text: string, cols: number): Promise<EmulatorLine> {
  const emulator = new Emulator({ cols, rows: 1 });
  await emulator.write(Buffer.from(text));
  const line = internalsOf(emulator.terminal).buffers.active.lines.get(0);
  assert(line !== undefined);
  emulator.dispose();
  return line;
}

test('text comes out as UTF-8, however it is cut into pieces and however much it is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('a漢'.repeat(9000)))),
      (pieces) => {
        assert.deepEqual(
          bytesOf((bytes) => pieces.forEach((piece) => bytes.write(piece))),
          Buffer.concat(pieces.map((piece) => Buffer.from(piece))),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('bytes are appended as they are', () => {
  const raw = Buffer.from([0xe6, 0x1b, 0xff]);
  const appended = bytesOf((bytes) => {
    bytes.write('a');
    bytes.append(raw);
  });
  assert.deepEqual(appended, Buffer.concat([Buffer.from('a'), raw]));
});

const texts = ['plain text', 'é ñ ÿ \u07ff', '\u0800€漢字한글', '🎉𝒳\u{10fffd}', '\ud7ff\ue000\ufffd'];
for (const text of texts) {
  test(`cells come out as the characters that were printed: ${JSON.stringify(text)}`, async () => {
    const cols = 20;
    const line = await lineOf(text, cols);
    assert.equal(bytesOf((bytes) => bytes.writeCells(line, 0, cols)).toString(), text);
  });
}

const ends: readonly (readonly [what: string, text: string, column: number])[] = [
  ['a blank', 'ab\x1b[Cc', 2],
  ['another colour', 'ab\x1b[31mc', 2],
  ['another background', 'ab\x1b[41mc', 2],
  ['another flag', 'ab\x1b[1mc', 2],
  ['a character with a mark', 'abe\u0301c', 2],
  ['what is left of a wide character', 'ab漢\x1b[3G\x1b[X', 2],
  ['a wide character that the end would cut', 'a漢漢漢', 5],
  ['the end', 'abcdefgh', 6],
];
for (const [what, text, column] of ends) {
  test(`cells are written as far as ${what}`, async () => {
    const line = await lineOf(text, 10);
    bytesOf((bytes) => assert.equal(bytes.writeCells(line, 0, 6), column));
  });
}

test('cells that cannot be written so are left', async () => {
  const line = await lineOf('e\u0301', 10);
  assert.deepEqual(
    bytesOf((bytes) => assert.equal(bytes.writeCells(line, 0, 10), 0)),
    Buffer.alloc(0),
  );
});
