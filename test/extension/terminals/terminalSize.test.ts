import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ToldSize } from '../../../src/extension/terminals/terminalSize.ts';

test('a size that VS Code makes up is not known, before a true one came', () => {
  const size = new ToldSize();
  assert.equal(size.update(undefined), false);
  assert.equal(size.update({ columns: 80, rows: 30 }), false);
  assert.equal(size.update({ columns: 80, rows: 30 }), false);
  assert.equal(size.known, undefined);
  assert.equal(size.update({ columns: 120, rows: 30 }), true);
  assert.deepEqual(size.known, { cols: 120, rows: 30 });
  assert.equal(size.update({ columns: 80, rows: 30 }), true);
  assert.deepEqual(size.known, { cols: 80, rows: 30 });
});

test('a terminal in which someone types has the size that it says', () => {
  const size = new ToldSize();
  assert.equal(size.trust(), false);
  size.update({ columns: 80, rows: 30 });
  assert.equal(size.trust(), true);
  assert.deepEqual(size.known, { cols: 80, rows: 30 });
  assert.equal(size.trust(), false);
});

test('sizes that a session cannot have are put right or left out', () => {
  const size = new ToldSize();
  assert.equal(size.update({ columns: 0, rows: 10 }), false);
  assert.equal(size.update({ columns: 10, rows: -1 }), false);
  assert.equal(size.update({ columns: 1, rows: 1 }), true);
  assert.deepEqual(size.known, { cols: 2, rows: 1 });
  assert.equal(size.update({ columns: 9999, rows: 9999 }), true);
  assert.deepEqual(size.known, { cols: 2000, rows: 1000 });
  assert.equal(size.update({ columns: 5000, rows: 5000 }), false);
});
