import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { StreamScanner } from '../../src/screen/sequenceScanner.ts';
import { UnfinishedStream } from '../../src/screen/unfinishedStream.ts';
import { groundState, internalsOf } from '../../src/screen/xtermInternals.ts';
import { Emulator } from './emulator.ts';
import { screenStream } from './screenStreams.ts';

/** Feeds both in pieces of these lengths, in turn, and compares at the end of each. */
async function check(stream: Uint8Array, lengths: readonly number[]): Promise<void> {
  const emulator = new Emulator({ cols: 20, rows: 5 });
  const parser = internalsOf(emulator.terminal)._inputHandler._parser;
  const unfinished = new UnfinishedStream();
  const scanner = new StreamScanner();
  for (let at = 0, turn = 0; at < stream.length; turn++) {
    const piece = stream.subarray(at, at + (lengths[turn % lengths.length] ?? 1));
    at += piece.length;
    await emulator.write(piece);
    unfinished.note(piece, parser.currentState === groundState);
    scanner.push(piece);
    assert.deepEqual(Buffer.from(unfinished.bytes()), Buffer.from(scanner.unfinished()), `at ${at}`);
  }
  emulator.dispose();
}

const streams = [
  'é漢🎉e\u0301',
  '\x1b[1;31mé\x1b]2;漢\x1b\\🎉\x1bP1$qm\x1b\\\x1b(0q\x1b_ak\x1b\\b',
  '\x1b[1\x18a\x1b]2;a\x18é\x9b1m',
];
for (const text of streams) {
  for (const length of [1, 2, 3, 4, 5]) {
    test(`what is unfinished is known at each cut: ${JSON.stringify(text)} by ${length}`, () =>
      check(Buffer.from(text), [length]));
  }
}

test('broken characters leave nothing unfinished but what may still become one', () =>
  check(Buffer.from([0xe6, 0x41, 0xf0, 0x9f, 0x8e, 0xe0, 0x80, 0xff, 0xc3, 0x1b, 0xe6, 0xbc, 0x41, 0x80, 0xf5]), [1]));

test('what is unfinished is known wherever a stream is cut', () =>
  fc.assert(fc.asyncProperty(screenStream, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), check), {
    numRuns: 150,
  }));
