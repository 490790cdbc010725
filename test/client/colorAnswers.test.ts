import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ColorAnswers, colorQueries } from '../../src/client/colorAnswers.ts';

function answersOf(...inputs: string[]): ColorAnswers {
  const answers = new ColorAnswers();
  for (const input of inputs) {
    assert.equal(answers.tryTake(input), true, JSON.stringify(input));
  }
  return answers;
}

test('foreground, background, cursor and sixteen colours are asked for, one by one', () => {
  assert.equal(colorQueries.split('\x1b\\').length - 1, 19);
  assert.ok(colorQueries.startsWith('\x1b]10;?\x1b\\\x1b]11;?\x1b\\\x1b]12;?\x1b\\\x1b]4;0;?\x1b\\'));
  assert.ok(colorQueries.endsWith('\x1b]4;15;?\x1b\\'));
});

test('colours come with 4 to 16 bits a part, with BEL or ST, with or without alpha', () => {
  const answers = answersOf(
    '\x1b]10;rgb:f/8/0\x07',
    '\x1b]11;rgb:1e/1E/1f\x1b\\',
    '\x1b]12;rgba:fff/800/000/fff\x1b\\',
  );
  assert.deepEqual(answers.colors(), {
    scheme: 'dark',
    foreground: 'ff8800',
    background: '1e1e1f',
    cursor: 'ff8000',
  });
});

test('the scheme follows from background and foreground', () => {
  const answers = answersOf('\x1b]10;rgb:3b3b/3b3b/3b3b\x1b\\', '\x1b]11;rgb:ffff/ffff/ffff\x1b\\');
  assert.deepEqual(answers.colors(), { scheme: 'light', foreground: '3b3b3b', background: 'ffffff' });
});

test('the palette counts only when it is whole', () => {
  const basic = ['\x1b]10;rgb:ff/ff/ff\x07', '\x1b]11;rgb:00/00/00\x07'];
  const ansi = Array.from({ length: 16 }, (_, index) => `\x1b]4;${index};rgb:${index.toString(16)}0/00/00\x07`);
  assert.equal(answersOf(...basic, ...ansi.slice(1)).colors()?.ansi, undefined);
  const colors = answersOf(...basic, ...ansi, '\x1b]4;255;rgb:ee/ee/ee\x07').colors();
  assert.deepEqual([colors?.ansi?.length, colors?.ansi?.[15]], [16, 'f00000']);
});

test('a terminal that tells no background has told nothing', () => {
  assert.equal(new ColorAnswers().colors(), undefined);
  assert.equal(answersOf('\x1b]10;rgb:ff/ff/ff\x07').colors(), undefined);
});

for (const other of [
  ...['', 'x', '\x1b]11;?\x1b\\', '\x1b]11;rgb:zz/00/00\x07', '\x1b]11;rgb:00/00/00', '\x1b]17;rgb:00/00/00\x07'],
  ...['a\x1b]11;rgb:00/00/00\x07', '\x1b]11;rgb:00/00/00\x07a', '\x1b]11;rgb:00000/00/00\x07'],
]) {
  test(`${JSON.stringify(other)} is no colour`, () => assert.equal(new ColorAnswers().tryTake(other), false));
}
