import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutputRing } from '../../src/host/outputRing.ts';

const chunk = (end: number, length = 100) => ({ end, bytes: new Uint8Array(length), isGround: true });

test('items are numbered without a gap, also after the oldest were released', () => {
  const ring = new OutputRing(10_000);
  ring.pushOutput(chunk(100));
  ring.pushSize(80, 24);
  ring.pushOutput(chunk(200));
  ring.release(2);
  assert.deepEqual(
    [ring.first, ring.next, ring.tryGet(1), ring.tryGet(2), ring.tryGet(3)],
    [2, 3, undefined, { kind: 'output', end: 200, bytes: new Uint8Array(100) }, undefined],
  );
  assert.equal(ring.lostEnd, -1);
});

test('a full ring drops the oldest output and tells up to where', () => {
  const ring = new OutputRing(2400);
  for (let end = 100; end <= 1000; end += 100) {
    ring.pushOutput(chunk(end));
  }
  assert.deepEqual([ring.next, ring.first, ring.lostEnd], [10, 4, 400]);
});

test('sizes that are dropped take the output after them along, so that nobody misses them unseen', () => {
  const ring = new OutputRing(1000);
  ring.pushSize(90, 30);
  ring.pushOutput(chunk(100));
  ring.pushOutput(chunk(400, 300));
  assert.deepEqual([ring.first, ring.lostEnd], [2, 100]);
});

test('what belongs after a snapshot starts behind the last output in it', () => {
  const ring = new OutputRing(10_000);
  ring.pushOutput(chunk(100));
  ring.pushSize(90, 30);
  ring.pushOutput(chunk(200));
  ring.pushState({ state: 'ended', exitCode: 0, signal: undefined });
  assert.deepEqual(
    [
      ring.findAfter(0, 0),
      ring.findAfter(100, 0),
      ring.findAfter(200, 0),
      ring.findAfter(200, 4),
      ring.has('state', 3),
    ],
    [0, 1, 3, 4, true],
  );
});

test('little output does not keep alive the large buffer that it came in', () => {
  // 1. A session prints a few bytes while another one floods, and its own client sleeps.
  // 2. Both come in one read of the keeper's socket, so that the few bytes are a view into 64 KiB.
  // 3. The ring counted the few bytes, kept the view, and held thousands of times its limit in memory.
  const ring = new OutputRing(10_000);
  const read = new Uint8Array(64 * 1024).fill(120);
  for (let end = 10; end <= 100; end += 10) {
    ring.pushOutput({ end, bytes: read.subarray(end, end + 10), isGround: true });
  }
  const held = Array.from({ length: 10 }, (_, number) => ring.tryGet(number)).map((item) =>
    item?.kind === 'output' ? [item.bytes.length, item.bytes[9], item.bytes.buffer.byteLength] : undefined,
  );
  assert.deepEqual(held, Array(10).fill([10, 120, 10]));
});

test('output that fills most of its buffer is not copied', () => {
  const ring = new OutputRing(1_000_000);
  const read = new Uint8Array(64 * 1024);
  ring.pushOutput({ end: 40_000, bytes: read.subarray(0, 40_000), isGround: true });
  const item = ring.tryGet(0);
  assert.equal(item?.kind === 'output' && item.bytes.buffer, read.buffer);
});
