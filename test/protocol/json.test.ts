import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeUtf8 } from '../../src/base/utf8.ts';
import { attachParamsSchema, clientHelloSchema } from '../../src/protocol/hostMessages.ts';
import { decodeJson, encodeJson, validate } from '../../src/protocol/json.ts';
import { hostToKeeperSchema } from '../../src/protocol/keeperMessages.ts';

const hello = {
  type: 'hello',
  token: 'ab',
  newest: 1,
  oldest: 1,
  version: '0.1.0',
  builtAt: 0,
  client: 'cli',
  intent: 'connect',
} as const;

test('a message comes out as it went in; fields of a newer version are left out', () => {
  assert.deepEqual(decodeJson(clientHelloSchema, encodeJson({ ...hello, later: true })), hello);
});

test('what is not UTF-8, not JSON or not of the form is an error that says so and where', () => {
  const check = (payload: Uint8Array, message: RegExp): void => {
    assert.throws(() => decodeJson(clientHelloSchema, payload), { code: 'protocol', message });
  };
  check(Uint8Array.of(0xff), /not UTF-8/);
  check(encodeUtf8('{"type":'), /not JSON/);
  check(encodeUtf8('null'), /all of it/);
  check(encodeJson({ ...hello, token: 5 }), /token/);
  check(encodeJson({ ...hello, intent: 'destroy' }), /intent/);
});

test('sizes and ids from the wire are within their limits', () => {
  const session = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
  const attach = { session, size: { cols: 80, rows: 24 }, scrollback: 0, readOnly: false };
  assert.deepEqual(validate(attachParamsSchema, attach), attach);
  for (const size of [
    { cols: 0, rows: 1 },
    { cols: 80.5, rows: 24 },
    { cols: 1e9, rows: 24 },
    { cols: '80', rows: 24 },
  ]) {
    assert.throws(() => validate(attachParamsSchema, { ...attach, size }), { code: 'protocol' });
  }
  assert.throws(() => validate(attachParamsSchema, { ...attach, session: '../up' }), { code: 'protocol' });
});

test('a keeper refuses a message of an unknown type', () => {
  assert.throws(() => validate(hostToKeeperSchema, { type: 'format-disk' }), { code: 'protocol' });
});
