import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeNotifier } from '../../src/session/changeNotifier.ts';
import { ManualClock } from '../support/manualClock.ts';

test('the first change is told at once, the many after it once, ten times a second at most', () => {
  const clock = new ManualClock();
  let told = 0;
  const notifier = new ChangeNotifier(clock, () => told++);
  for (let i = 0; i < 10; i++) {
    notifier.notify();
  }
  assert.equal(told, 1);
  clock.advance(100);
  assert.equal(told, 2);
  clock.advance(1000);
  assert.equal(told, 2);
  notifier.notify();
  assert.equal(told, 3);
});

test('nothing is told after disposal', () => {
  const clock = new ManualClock();
  let told = 0;
  const notifier = new ChangeNotifier(clock, () => told++);
  notifier.notify();
  notifier.notify();
  notifier.dispose();
  notifier.notify();
  clock.advance(1000);
  assert.equal(told, 1);
});
