import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePositioned, decodeStream, encodePositionHeader, encodeStreamHeader } from '../../src/protocol/binary.ts';

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test('stream number and position survive, up to the largest whole number', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert.deepEqual(decodeStream(joined(encodeStreamHeader(0xffffffff), bytes)), { stream: 0xffffffff, bytes });
  for (const position of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    assert.deepEqual(decodePositioned(joined(encodePositionHeader(7, position), bytes)), {
      stream: 7,
      position,
      bytes,
    });
  }
});

test('a payload that is too short, or has no possible position, is an error', () => {
  assert.throws(() => decodeStream(new Uint8Array(3)), { code: 'protocol' });
  assert.throws(() => decodePositioned(new Uint8Array(11)), { code: 'protocol' });
  for (const position of [-1, 0.5, Number.NaN, Infinity]) {
    assert.throws(() => decodePositioned(encodePositionHeader(1, position)), { code: 'protocol' }, String(position));
  }
});
