import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, median, quantile, ratios, summarize } from './statistics.ts';

test('the median is the middle, or the mean of the two in the middle, whatever the order', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.equal(median([7]), 7);
  assert.throws(() => median([]), RangeError);
});

test('a quantile lies between its two neighbours', () => {
  const values = Array.from({ length: 101 }, (_, i) => i);
  assert.equal(quantile(values, 0.99), 99);
  assert.equal(quantile([0, 10], 0.25), 2.5);
});

test('ratios and differences are taken round by round', () => {
  assert.deepEqual(ratios([10, 40], [5, 10]), [2, 4]);
  assert.deepEqual(differences([10, 40, 1], [5, 10]), [5, 30]);
});

test('a goal is met or missed by the median, and its own value meets it', () => {
  const check = (samples: number[], goal: { atLeast: number } | { atMost: number }, isMet: boolean): void =>
    assert.equal(summarize({ name: '', unit: 'x', samples, goal }).isMet, isMet);
  check([0.7, 0.8, 0.9], { atLeast: 0.8 }, true);
  check([0.7, 0.79, 0.9], { atLeast: 0.8 }, false);
  check([1, 5, 100], { atMost: 5 }, true);
  check([1, 5.1, 5.2], { atMost: 5 }, false);
  assert.equal(summarize({ name: '', unit: 'ms', samples: [1] }).isMet, null);
});
