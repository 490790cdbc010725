import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AnswerFilter, withoutFocusReport } from '../../../src/cli/attach/answerFilter.ts';

const answers = [
  '\x1b[?62;4;9;22c',
  '\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\',
  '\x1b]4;7;rgb:e5/e5/e5\x07',
  '\x1b[?997;2n',
  '\x1b[48;24;80;480;800t',
  '\x1b_Gi=1;OK\x1b\\',
  '\x1b[12;40R',
];
const typed = [
  'a',
  'é',
  '\r',
  '\x03',
  '\x1b[A',
  '\x1bOA',
  '\x1b[1;2R',
  '\x1b[97;5u',
  '\x1b[<0;3;4M',
  '\x1b[I',
  '\x1bx',
];

function feedAll(chunks: readonly Uint8Array[], expectsAnswers = true) {
  const filter = new AnswerFilter();
  const results = chunks.map((chunk) => filter.feed(chunk, expectsAnswers));
  const held = filter.flush();
  return {
    typed: Buffer.concat([...results.map((result) => result.typed), held]).toString(),
    answers: results.flatMap((result) => result.answers),
  };
}

test('answers are taken out of what is typed, wherever reads cut them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...answers, ...typed), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (items, lengths) => {
        const bytes = Buffer.from(items.join(''));
        const chunks: Uint8Array[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const length = lengths[i % lengths.length] ?? 1;
          chunks.push(bytes.subarray(at, at + length));
          at += length;
        }
        assert.deepEqual(feedAll(chunks), {
          typed: items.filter((item) => typed.includes(item)).join(''),
          answers: items.filter((item) => answers.includes(item)),
        });
      },
    ),
  );
});

test('the Escape key is passed on at once, unless answers are expected', () => {
  const filter = new AnswerFilter();
  assert.equal(Buffer.from(filter.feed(Buffer.from('\x1b'), false).typed).toString(), '\x1b');
  assert.equal(filter.isHolding, false);
  assert.equal(filter.feed(Buffer.from('a\x1b'), true).typed.length, 1);
  assert.equal(filter.isHolding, true);
  assert.equal(Buffer.from(filter.flush()).toString(), '\x1b');
  assert.equal(filter.isHolding, false);
});

test('what begins like an answer and is none is passed on', () => {
  for (const text of ['\x1b]', '\x1b[', '\x1b]0;title\x07', '\x1b[?25h', '\x1b[200~\x1b]x\x1b[201~']) {
    assert.deepEqual(feedAll([Buffer.from(text)]), { typed: text, answers: [] });
  }
});

test('a long paste that begins like an answer is not held back for ever', () => {
  const filter = new AnswerFilter();
  const paste = `\x1b]${'x'.repeat(10_000)}`;
  assert.equal(filter.feed(Buffer.from(paste), false).typed.length, paste.length);
  assert.equal(filter.isHolding, false);
});

test('of several focus reports the first is left out', () => {
  const rest = withoutFocusReport(Buffer.from('é\x1b[Ib\x1b[O'));
  assert.equal(Buffer.from(rest ?? []).toString(), 'éb\x1b[O');
  assert.equal(withoutFocusReport(Buffer.from('\x1b[A')), undefined);
});
