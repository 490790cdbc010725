import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisposableStore, toDisposable } from '../../src/base/disposable.ts';

test('a disposable releases once, however often it is disposed of', () => {
  let releases = 0;
  const disposable = toDisposable(() => (releases += 1));
  disposable.dispose();
  disposable.dispose();
  assert.equal(releases, 1);
});

test('a store disposes of what it holds, latest first, and of late comers at once', () => {
  const order: string[] = [];
  const store = new DisposableStore();
  store.add(toDisposable(() => order.push('first')));
  store.add(toDisposable(() => order.push('second')));
  store.dispose();
  store.add(toDisposable(() => order.push('late')));
  assert.deepEqual(order, ['second', 'first', 'late']);
  assert.equal(store.isDisposed, true);
});

test('an item that was deleted from a store is disposed of then and not again', () => {
  let releases = 0;
  const store = new DisposableStore();
  const item = store.add(toDisposable(() => (releases += 1)));
  store.delete(item);
  assert.equal(releases, 1);
  store.dispose();
  assert.equal(releases, 1);
});
