import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlainEventCode } from '../../src/journal/eventEncoder.ts';
import { journalLimits } from '../../src/journal/journalLimits.ts';
import { PendingQueue } from '../../src/journal/pendingQueue.ts';

const event = (code: PlainEventCode, data: string) => ({ kind: 'event', timeMs: 0, code, data }) as const;

test('output that comes close together is one item, up to its size and time', () => {
  const check = (chunks: readonly (readonly [bytes: number, timeMs: number])[], expected: readonly number[]): void => {
    const queue = new PendingQueue();
    for (const [bytes, timeMs] of chunks) {
      queue.pushOutput(new Uint8Array(bytes), timeMs);
    }
    const sizes: number[] = [];
    for (let item = queue.first; item?.kind === 'output'; item = queue.first) {
      sizes.push(item.bytes);
      queue.shift();
    }
    assert.deepEqual(sizes, expected);
    assert.equal(queue.outputBytes, 0);
  };
  const { coalesceMs, eventBytes } = journalLimits;
  check(
    [
      [1, 0],
      [2, coalesceMs],
      [3, coalesceMs + 1],
    ],
    [3, 3],
  );
  check(
    [
      [1, 0],
      [eventBytes - 1, 0],
      [1, 0],
    ],
    [eventBytes, 1],
  );
  check(
    [
      [3 * eventBytes, 0],
      [1, 0],
    ],
    [3 * eventBytes, 1],
  );
});

test('of resizes with nothing between them every one counts', () => {
  const queue = new PendingQueue();
  queue.pushEvent(event('r', '2x24'));
  queue.pushEvent(event('r', '80x24'));
  assert.equal(queue.length, 2);
  assert.deepEqual(queue.first, event('r', '2x24'));
});

test('marks that nobody writes stop at a limit, an exit always has room', () => {
  const queue = new PendingQueue();
  for (let i = 0; i < journalLimits.pendingEvents; i++) {
    assert.ok(queue.pushEvent(event('m', '')));
  }
  assert.equal(queue.pushEvent(event('m', '')), false);
  assert.ok(queue.pushEvent(event('x', '0')));
  queue.shift();
  queue.shift();
  assert.ok(queue.pushEvent(event('m', '')));
  assert.equal(queue.length, journalLimits.pendingEvents);
});
