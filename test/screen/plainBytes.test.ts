import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeUtf8 } from '../../src/base/utf8.ts';
import { createSequenceScanner } from '../../src/screen/sequenceScanner.ts';

const plain = [
  'text',
  'é世\u0301',
  '\r\n',
  '\n',
  '\t',
  '\b',
  '\x07',
  '\v\f',
  '\x1b[m',
  '\x1b[0;1;38:2::1:2:3m',
  '\x1b[31m',
  '\x1b[K',
  '\x1b[1K',
];
const notPlain = [
  '\x0e',
  '\x0f',
  '\x05',
  '\x1b7',
  '\x1b(0',
  '\x1b[A',
  '\x1b[2J',
  '\x1b[?K',
  '\x1b[>4m',
  '\x1b[31 m',
  '\x1b[?25l',
  '\x1b[3\x0e1m',
  '\x1b[3\x18',
  '\x1b]0;title\x07',
  '\x1b]8;;http://a\x1b\\',
  '\x1bP1$r\x1b\\',
  '\x1b_G\x1b\\',
  '\x85',
  '\x9b31m',
  '\x1b[6n',
];

interface Token {
  readonly text: string;
  readonly isPlain: boolean;
}

const token: fc.Arbitrary<Token> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...plain).map((text) => ({ text, isPlain: true })) },
  { weight: 1, arbitrary: fc.constantFrom(...notPlain).map((text) => ({ text, isPlain: false })) },
);

test('plain bytes are those behind the last thing that is more than text, colours and line ends', () => {
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (tokens, step) => {
      const scanner = createSequenceScanner();
      const stream = encodeUtf8(tokens.map(({ text }) => text).join(''));
      for (let at = 0; at < stream.length; at += step) {
        const { plainBytes, heldBackBytes } = scanner.push(stream.subarray(at, at + step));
        const end = Math.min(at + step, stream.length) - heldBackBytes;
        assert.equal(plainBytes, expectedPlainBytes(tokens, end), JSON.stringify([tokens, at, step]));
      }
    }),
    { numRuns: 2000 },
  );
});

/** Of the stream up to `end`. */
function expectedPlainBytes(tokens: readonly Token[], end: number): number {
  let start = 0;
  let plainFrom = 0;
  for (const { text, isPlain } of tokens) {
    const next = start + encodeUtf8(text).length;
    if (start >= end) {
      break;
    }
    if (!isPlain) {
      plainFrom = next;
    }
    start = next;
  }
  return Math.max(0, end - plainFrom);
}
