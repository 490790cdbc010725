import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Emitter, setListenerErrorHandler } from '../../src/base/event.ts';

function throwIt(error: unknown): void {
  throw error;
}
afterEach(() => setListenerErrorHandler(throwIt));

test('listeners are called in the order of subscription, until they leave', () => {
  const emitter = new Emitter<number>();
  const seen: string[] = [];
  const first = emitter.event((value) => seen.push(`first ${value}`));
  emitter.event((value) => seen.push(`second ${value}`));
  emitter.fire(1);
  first.dispose();
  emitter.fire(2);
  assert.deepEqual(seen, ['first 1', 'second 1', 'second 2']);
});

test('a listener that leaves while an event is fired disturbs no other', () => {
  const emitter = new Emitter<void>();
  const seen: string[] = [];
  const first = emitter.event(() => {
    seen.push('first');
    first.dispose();
  });
  emitter.event(() => seen.push('second'));
  emitter.fire();
  emitter.fire();
  assert.deepEqual(seen, ['first', 'second', 'second']);
});

test('a listener that throws is reported and stops no other', () => {
  const errors: unknown[] = [];
  setListenerErrorHandler((error) => errors.push(error));
  const emitter = new Emitter<void>();
  const failure = new Error('broken');
  let called = false;
  emitter.event(() => throwIt(failure));
  emitter.event(() => (called = true));
  emitter.fire();
  assert.deepEqual(errors, [failure]);
  assert.equal(called, true);
});

test('a disposed emitter calls nobody, and takes no more listeners', () => {
  const emitter = new Emitter<void>();
  let calls = 0;
  emitter.event(() => (calls += 1));
  emitter.dispose();
  emitter.event(() => (calls += 1));
  emitter.fire();
  assert.equal(calls, 0);
  assert.equal(emitter.hasListeners, false);
});
