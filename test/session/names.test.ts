import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import { lowestFreeNumber, normalizeName } from '../../src/session/names.ts';

const names: [given: string, expected: string][] = [
  ['  build  ', 'build'],
  ['a\x1b[31mb', 'a[31mb'],
  ['two\nlines', 'twolines'],
  ['\u202eevil', 'evil'],
  ['服务器 ⚙️', '服务器 ⚙️'],
  ['x'.repeat(200), 'x'.repeat(200)],
];
for (const [given, expected] of names) {
  test(`the name ${JSON.stringify(given.slice(0, 20))} becomes ${JSON.stringify(expected.slice(0, 20))}`, () => {
    assert.equal(normalizeName(given), expected);
  });
}

for (const given of ['', '   ', '\x00\x1b', 'x'.repeat(201)]) {
  test(`the name ${JSON.stringify(given.slice(0, 20))} of ${given.length} characters is refused`, () => {
    assert.throws(
      () => normalizeName(given),
      (error) => isRevenantError(error, 'invalid-argument'),
    );
  });
}

const numbers: [taken: string[], expected: string][] = [
  [[], '1'],
  [['1', '2'], '3'],
  [['2', '3'], '1'],
  [['1', '3', 'build'], '2'],
  [['01', '+1'], '1'],
];
for (const [taken, expected] of numbers) {
  test(`with the names ${JSON.stringify(taken)} the lowest free number is ${expected}`, () => {
    assert.equal(lowestFreeNumber(taken), expected);
  });
}
