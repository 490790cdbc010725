import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';
import { findDataPlace } from '../../src/extension/dataPlace.ts';

const userHome = path.resolve('/home/ann');
const elsewhere = path.resolve('/srv/revenant');

test('without a word the usual place is taken, and the command line needs none', () => {
  const place = findDataPlace({}, null, userHome);
  assert.equal(place.home, undefined);
  assert.equal(place.isSettingUnusable, false);
  assert.deepEqual(findDataPlace({}, '  ', userHome), place);
});

test('the setting moves data and sockets, with ~ for the home', () => {
  assert.deepEqual(findDataPlace({}, elsewhere, userHome), {
    paths: { data: elsewhere, run: path.join(elsewhere, 'run') },
    home: elsewhere,
    isSettingUnusable: false,
  });
  assert.equal(findDataPlace({}, '~/r', userHome).paths.data, path.join(userHome, 'r'));
});

test('REVENANT_HOME goes before the setting', () => {
  const place = findDataPlace({ REVENANT_HOME: elsewhere }, 'relative', userHome);
  assert.equal(place.paths.data, elsewhere);
  assert.equal(place.home, elsewhere);
  assert.equal(place.isSettingUnusable, false);
});

test('a setting that is no absolute path is not used, and that is told', () => {
  const place = findDataPlace({}, 'relative/place', userHome);
  assert.deepEqual(place.paths, findDataPlace({}, null, userHome).paths);
  assert.equal(place.home, undefined);
  assert.equal(place.isSettingUnusable, true);
});
