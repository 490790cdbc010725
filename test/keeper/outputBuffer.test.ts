import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OutputBuffer } from '../../src/keeper/outputBuffer.ts';

test('holds the bytes between start and end, whatever is appended, dropped and read', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), bytes: fc.integer({ min: 0, max: 200_000 }) }),
    fc.record({ kind: fc.constant('drop' as const), offset: fc.integer({ min: 0, max: 1_000_000 }) }),
    fc.record({ kind: fc.constant('read' as const), offset: fc.integer({ min: 0, max: 1_000_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const buffer = new OutputBuffer();
      let start = 0;
      let end = 0;
      for (const step of steps) {
        switch (step.kind) {
          case 'append':
            buffer.append(pattern(end, end + step.bytes));
            end += step.bytes;
            break;
          case 'drop':
            buffer.dropBelow(step.offset);
            start = Math.min(Math.max(start, step.offset), end);
            break;
          case 'read': {
            let at = Math.min(Math.max(step.offset, start), end);
            for (let part = buffer.read(at); part.length > 0; part = buffer.read(at)) {
              assert.ok(part.length <= 65_536);
              assert.ok(Buffer.compare(part, pattern(at, at + part.length)) === 0, `bytes from ${at}`);
              at += part.length;
            }
            assert.equal(at, end);
          }
        }
        assert.deepEqual([buffer.start, buffer.end, buffer.heldBytes], [start, end, end - start]);
        assert.ok(buffer.memoryBytes <= buffer.heldBytes + 2 * 65_536, `${buffer.memoryBytes} bytes of memory`);
      }
    }),
    { numRuns: 60 },
  );
});

test('takes no memory for what was acknowledged, and little for little', () => {
  const buffer = new OutputBuffer();
  const memory: number[] = [buffer.memoryBytes];
  for (const bytes of [10, 4_096, 100_000]) {
    buffer.append(new Uint8Array(bytes));
    memory.push(buffer.memoryBytes);
    buffer.dropBelow(buffer.end);
    memory.push(buffer.memoryBytes);
  }
  assert.deepEqual(memory, [0, 4_096, 0, 4_096, 0, 131_072, 0]);
});

test('changes no byte that it has handed out, whatever is forgotten and appended after it', () => {
  const buffer = new OutputBuffer();
  const handedOut: Uint8Array[] = [];
  for (let round = 0; round < 50; round++) {
    buffer.append(new Uint8Array(1_000).fill(round));
    handedOut.push(buffer.read(buffer.end - 1_000).subarray(0, 90));
    buffer.dropBelow(round % 3 === 0 ? buffer.end : buffer.end - 500);
  }
  assert.deepEqual(
    handedOut.map((bytes) => new Set(bytes)),
    handedOut.map((_, round) => new Set([round])),
  );
});

test('does not keep the block alive that a small read came in', () => {
  const buffer = new OutputBuffer();
  const block = new Uint8Array([1, 2, 3]);
  buffer.append(block);
  block.fill(9);
  assert.deepEqual([...buffer.read(1)], [2, 3]);
});

/** Each byte tells its offset; 251 is prime, so that no slab looks like the next. */
function pattern(from: number, to: number): Uint8Array {
  return Uint8Array.from({ length: to - from }, (_, index) => (from + index) % 251);
}
