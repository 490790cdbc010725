import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRevenantError, messageOf, RevenantError, systemCodeOf } from '../../src/base/errors.ts';
import { isSessionId } from '../../src/base/ids.ts';
import { decodeUtf8, encodeUtf8, tryDecodeUtf8 } from '../../src/base/utf8.ts';

test('only a UUID v4 in lower case is a session id, so that an id is always a safe directory name', () => {
  const check = (value: string, expected: boolean): void => assert.equal(isSessionId(value), expected, value);
  check('6f9619ff-8b86-4d01-b42d-00cf4fc964ff', true);
  check('6F9619FF-8B86-4D01-B42D-00CF4FC964FF', false);
  check('6f9619ff-8b86-1d01-b42d-00cf4fc964ff', false);
  check('../../../etc/passwd', false);
  check('6f9619ff-8b86-4d01-b42d-00cf4fc964ff/..', false);
  check('', false);
});

test('an error is told apart by its code, and by whether it is ours', () => {
  const error = new RevenantError('io', 'The disk broke.', { cause: new Error('EIO') });
  assert.equal(isRevenantError(error), true);
  assert.equal(isRevenantError(error, 'disk-full', 'io'), true);
  assert.equal(isRevenantError(error, 'disk-full'), false);
  assert.equal(isRevenantError(new Error('io')), false);
  assert.equal(messageOf(error), 'The disk broke.');
  assert.equal(messageOf('text'), 'text');
});

test('the code of a system error is found, and nothing else is taken for one', () => {
  assert.equal(systemCodeOf(Object.assign(new Error('no'), { code: 'ENOENT' })), 'ENOENT');
  assert.equal(systemCodeOf(Object.assign(new Error('no'), { code: 7 })), undefined);
  assert.equal(systemCodeOf(new Error('no')), undefined);
  assert.equal(systemCodeOf('ENOENT'), undefined);
});

test('strict decoding refuses what is not UTF-8, lenient decoding replaces it, both keep a byte order mark', () => {
  assert.equal(tryDecodeUtf8(encodeUtf8('é漢🙂')), 'é漢🙂');
  assert.equal(tryDecodeUtf8(Uint8Array.of(0x61, 0xff)), undefined);
  assert.equal(decodeUtf8(Uint8Array.of(0x61, 0xff)), 'a\ufffd');
  assert.equal(tryDecodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), '\ufeffa');
});
