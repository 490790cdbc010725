import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import { type SegmentHeader, decodeHeader, encodeHeader } from '../../src/journal/segmentHeader.ts';
import { testSession } from './support/journalBox.ts';

const header: SegmentHeader = {
  session: testSession,
  segment: 3,
  position: 2 ** 40,
  hasKeyframe: true,
  isShallow: false,
  cols: 211,
  rows: 57,
  timestampMs: 1735689600000,
};

const decode = (text: string) => decodeHeader(Buffer.from(text), 'some/00000003.cast');

test('a header is read as it was written', () => {
  const line = encodeHeader(header);
  assert.ok(line.endsWith('}\n'));
  assert.deepEqual(decode(line.trimEnd()), header);
  const shallow = { ...header, isShallow: true };
  assert.deepEqual(decode(encodeHeader(shallow).trimEnd()), shallow);
});

test('a header is one of asciicast version 3', () => {
  const { version, term, timestamp } = JSON.parse(encodeHeader({ ...header, timestampMs: 1735689600999 })) as {
    version: number;
    term: object;
    timestamp: number;
  };
  assert.deepEqual([version, term, timestamp], [3, { cols: 211, rows: 57, type: 'xterm-256color' }, 1735689600]);
});

test('a damaged header is told from one of another version', () => {
  const text = encodeHeader(header).trimEnd();
  const checkDamaged = (damaged: string): void => {
    assert.equal(decode(damaged), undefined, damaged);
  };
  checkDamaged('');
  checkDamaged('null');
  checkDamaged('[]');
  checkDamaged(text.slice(0, -1));
  checkDamaged(text.replace('"cols":211', '"cols":0'));
  checkDamaged(text.replace('1099511627776', '-1'));
  checkDamaged(text.replace('"keyframe":true', '"keyframe":1'));
  checkDamaged('{"version":3,"term":{"cols":80,"rows":24},"timestamp":1}');
  checkDamaged('\0'.repeat(200));

  const checkUnknown = (foreign: string, found: RegExp): void => {
    assert.throws(
      () => decode(foreign),
      (error) =>
        isRevenantError(error, 'unknown-format') &&
        found.test(error.message) &&
        error.message.includes('some/00000003.cast'),
    );
  };
  checkUnknown(text.replace('"format":1', '"format":2'), /format 2/);
  checkUnknown(text.replace('"version":3', '"version":4'), /version 4/);
  checkUnknown('{"version":2,"width":80,"height":24}', /version 2/);
});
