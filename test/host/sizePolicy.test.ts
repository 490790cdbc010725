import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SizePolicy } from '../../src/host/sizePolicy.ts';

type Step =
  | readonly ['add', number, string | undefined]
  | readonly ['add-reader', number, string]
  | readonly ['remove', number]
  | readonly ['resize', number, string]
  | readonly ['input', number];

/** Runs the steps; what each decided is written as `owner:size`, with `-` for no size to apply. */
function check(steps: readonly Step[], expected: readonly string[]): void {
  const policy = new SizePolicy();
  const sizeOf = (text: string) => ({ cols: Number(text.split('x')[0]), rows: Number(text.split('x')[1]) });
  const actual = steps.map((step) => {
    const decision = (() => {
      switch (step[0]) {
        case 'add':
          return policy.add(step[1], { size: step[2] === undefined ? undefined : sizeOf(step[2]), isReadOnly: false });
        case 'add-reader':
          return policy.add(step[1], { size: sizeOf(step[2]), isReadOnly: true });
        case 'remove':
          return policy.remove(step[1]);
        case 'resize':
          return policy.resize(step[1], sizeOf(step[2]));
        case 'input':
          return policy.noteInput(step[1]);
      }
    })();
    const size = decision.size === undefined ? '-' : `${decision.size.cols}x${decision.size.rows}`;
    return `${policy.owner ?? 'none'}:${size}${decision.ownerChanged ? '!' : ''}`;
  });
  assert.deepEqual(actual, expected);
}

test('the first attachment owns the size at once, a second one only watches', () => {
  check(
    [
      ['add', 1, '80x24'],
      ['add', 2, '100x30'],
    ],
    ['1:80x24!', '1:-'],
  );
});

test('whoever types last owns the size', () => {
  check(
    [
      ['add', 1, '80x24'],
      ['add', 2, '100x30'],
      ['input', 2],
      ['input', 2],
      ['input', 1],
    ],
    ['1:80x24!', '1:-', '2:100x30!', '2:-', '1:80x24!'],
  );
});

test('a resize counts for the owner and is remembered for the others', () => {
  check(
    [
      ['add', 1, '80x24'],
      ['add', 2, '100x30'],
      ['resize', 1, '90x20'],
      ['resize', 2, '70x7'],
      ['input', 2],
    ],
    ['1:80x24!', '1:-', '1:90x20', '1:-', '2:70x7!'],
  );
});

test('when the owner leaves, the one with the most recent input takes over', () => {
  check(
    [
      ['add', 1, '80x24'],
      ['add', 2, '90x24'],
      ['add', 3, '95x24'],
      ['input', 3],
      ['input', 2],
      ['remove', 2],
    ],
    ['1:80x24!', '1:-', '1:-', '3:95x24!', '2:90x24!', '3:95x24!'],
  );
});

test('when the owner leaves and nobody typed, the oldest takes over', () => {
  check(
    [
      ['add', 1, '80x24'],
      ['add', 2, '90x24'],
      ['add', 3, '95x24'],
      ['remove', 1],
    ],
    ['1:80x24!', '1:-', '1:-', '2:90x24!'],
  );
});

test('a read-only attachment never owns the size', () => {
  check(
    [
      ['add-reader', 1, '80x24'],
      ['resize', 1, '81x24'],
      ['input', 1],
      ['add', 2, '90x24'],
      ['remove', 2],
    ],
    ['none:-', 'none:-', 'none:-', '2:90x24!', 'none:-'],
  );
});

test('an attachment without a size owns it after it told one, or typed', () => {
  check(
    [
      ['add', 1, undefined],
      ['resize', 1, '80x24'],
    ],
    ['none:-', '1:80x24!'],
  );
  check(
    [
      ['add', 1, undefined],
      ['input', 1],
      ['resize', 1, '80x24'],
    ],
    ['none:-', '1:-!', '1:80x24'],
  );
});

test('the session keeps its size when nobody is left', () => {
  check(
    [
      ['add', 1, '80x24'],
      ['remove', 1],
      ['remove', 1],
    ],
    ['1:80x24!', 'none:-', 'none:-'],
  );
});
