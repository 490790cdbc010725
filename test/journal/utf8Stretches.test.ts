import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { incompleteTailBytes, splitUtf8 } from '../../src/journal/utf8Stretches.ts';

test('the beginning of a character at the end is found, whatever its length', () => {
  const check = (hex: string, expected: number): void => {
    assert.equal(incompleteTailBytes(Buffer.from(hex, 'hex')), expected, hex);
  };
  check('', 0);
  check('61', 0);
  check('c3', 1);
  check('61c3', 1);
  check('c3bc', 0);
  check('e2', 1);
  check('e282', 2);
  check('e282ac', 0);
  check('f0', 1);
  check('f09f', 2);
  check('61f09f98', 3);
  check('f09f9880', 0);
  check('80', 0);
  check('808080', 0);
  check('c0', 0);
  check('f5', 0);
  check('ff', 0);
  check('c361', 0);
});

test('short valid text between invalid bytes goes with them, long text stands for itself', () => {
  const long = 'x'.repeat(64);
  const check = (parts: readonly (string | number)[], expected: readonly [boolean, number, number][]): void => {
    const bytes = Buffer.concat(
      parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
    );
    assert.deepEqual(
      splitUtf8(bytes).map(({ isText, start, end }) => [isText, start, end]),
      expected,
    );
  };
  check(['plain'], [[true, 0, 5]]);
  check([0xff], [[false, 0, 1]]);
  check(['ab', 0xff, 'cd'], [[false, 0, 5]]);
  check(
    [long, 0xff, long],
    [
      [true, 0, 64],
      [false, 64, 65],
      [true, 65, 129],
    ],
  );
  check(
    ['ab', 0xff, 'cd', 0xfe, long],
    [
      [false, 0, 6],
      [true, 6, 70],
    ],
  );
  check(
    [long, 0xff, 'ab'],
    [
      [true, 0, 64],
      [false, 64, 67],
    ],
  );
});

test('stretches cover everything in order, and text is valid UTF-8', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => new Uint8Array(Buffer.from(text))),
    fc.constant(new Uint8Array(Buffer.from('ü'.repeat(40)))),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const bytes = Buffer.concat(pieces);
      let at = 0;
      for (const { isText, start, end } of splitUtf8(bytes)) {
        assert.equal(start, at);
        assert.ok(!isText || isUtf8(bytes.subarray(start, end)));
        at = end;
      }
      assert.equal(at, bytes.length);
      assert.ok(!isUtf8(bytes) || splitUtf8(bytes).every(({ isText }) => isText), 'valid input is one text');
    }),
  );
});
