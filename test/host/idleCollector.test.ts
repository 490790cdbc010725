import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectWhenIdle } from '../../src/host/idleCollector.ts';
import { findGarbageCollector } from '../../src/platform/collectGarbage.ts';
import { ManualClock } from '../support/manualClock.ts';

test('garbage is collected once after each busy time, when it has been over for a while', () => {
  const clock = new ManualClock();
  let busyMs = 0;
  let collections = 0;
  const collector = collectWhenIdle({ clock, busyMs: () => busyMs, collect: () => (collections += 1) });
  clock.advance(600_000);
  assert.equal(collections, 0, 'nothing has happened');
  for (let round = 1; round <= 2; round++) {
    busyMs += 10_000;
    clock.advance(30_000);
    busyMs += 10_000;
    clock.advance(90_000);
    assert.equal(collections, round - 1, 'a minute of rest is not enough');
    busyMs += 100;
    clock.advance(600_000);
    assert.equal(collections, round);
  }
  collector.dispose();
  assert.equal(clock.pendingTimers, 0);
});

test('the collector of this engine frees what nobody holds', () => {
  const collect = findGarbageCollector();
  assert.ok(collect !== undefined);
  let big: number[] | undefined = Array.from({ length: 4_000_000 }, (_, i) => i + 0.5);
  collect();
  const before = process.memoryUsage().heapUsed;
  assert.equal(big.length, 4_000_000);
  big = undefined;
  collect();
  assert.ok(process.memoryUsage().heapUsed < before - 16 * 1024 * 1024);
});
