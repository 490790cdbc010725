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
  const ring = new OutputRing(1000);
  for (let end = 100; end <= 1000; end += 100) {
    ring.pushOutput(chunk(end));
  }
  assert.deepEqual([ring.next, ring.first, ring.lostEnd], [10, 4, 400]);
});

test('sizes that are dropped take the output after them along, so that nobody misses them unseen', () => {
  const ring = new OutputRing(500);
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
