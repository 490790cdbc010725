import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventEncoder, encodeKeyframe } from '../../src/journal/eventEncoder.ts';

const bytesOf = (...parts: readonly (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));

test('output is written as the text that was printed, escaping only what JSON asks for', () => {
  const check = (text: string, json: string): void => {
    assert.equal(new EventEncoder(0).encodeOutput([bytesOf(text)], 0), `[0,"o",${json}]\n`);
  };
  check('plain', '"plain"');
  check('a "quoted" \\ word\r\n', '"a \\"quoted\\" \\\\ word\\r\\n"');
  check('\u001b[1m\u0000', '"\\u001b[1m\\u0000"');
  check('grün 日本 😀 \u2028 \u007f', '"grün 日本 😀 \u2028 \u007f"');
  check('\ufeffBOM and \ufffd', '"\ufeffBOM and \ufffd"');
});

test('intervals are milliseconds since the event before, never negative, and do not drift', () => {
  const encoder = new EventEncoder(1000.2);
  let sum = 0;
  for (let ms = 1000.4; ms < 3000; ms += 3.3) {
    const line = JSON.parse(encoder.encodeEvent('m', '', ms)) as [number, string, string];
    sum += line[0];
  }
  assert.ok(Math.abs(sum - 1.999) < 0.005, `${sum}`);
  assert.equal(encoder.encodeEvent('r', '90x30', 10), '[0,"r","90x30"]\n');
});

test('a character cut in two is written when its rest has come', () => {
  const encoder = new EventEncoder(0);
  const euro = bytesOf('€');
  assert.equal(encoder.encodeOutput([bytesOf('1 '), euro.subarray(0, 2)], 0), '[0,"o","1 "]\n');
  assert.equal(encoder.heldBackBytes, 2);
  assert.equal(encoder.encodeOutput([euro.subarray(2), bytesOf('!')], 5), '[0.005,"o","€!"]\n');
  assert.equal(encoder.heldBackBytes, 0);
});

test('a character that is never completed is written as its bytes, with a replacement for players', () => {
  const encoder = new EventEncoder(0);
  assert.equal(encoder.encodeOutput([bytesOf(0xe2, 0x82)], 7), '');
  assert.equal(encoder.encodeHeldBack(), '[0,"b","4oI="]\n[0,"o","\ufffd"]\n');
  assert.equal(encoder.encodeHeldBack(), '');
});

test('bytes that are not UTF-8 are kept as base64, and players get the rest of the text', () => {
  const encoder = new EventEncoder(0);
  const long = 'x'.repeat(64);
  assert.equal(
    encoder.encodeOutput([bytesOf(long, 0xff, 0xfe, long)], 20),
    `[0.02,"o","${long}"]\n[0,"b","//4="]\n[0,"o","\ufffd\ufffd"]\n[0,"o","${long}"]\n`,
  );
});

test('a keyframe is one event, also when it is not UTF-8', () => {
  assert.equal(encodeKeyframe(bytesOf('screen')), '[0,"o","screen"]\n');
  const long = 'x'.repeat(100);
  assert.equal(
    encodeKeyframe(bytesOf(long, 0xff)),
    `[0,"b","${bytesOf(long, 0xff).toString('base64')}"]\n[0,"o","${long}\ufffd"]\n`,
  );
});
