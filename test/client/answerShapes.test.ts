import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAnswer } from '../../src/client/answerShapes.ts';

for (const answer of [
  ...['\x1b[12;40R', '\x1b[1;1R', '\x1b[1;17R', '\x1b[2;2R', '\x1b[?12;40R', '\x1b[0n', '\x1b[?997;1n', '\x1b[?1;2c'],
  ...['\x1b[?62;4;9;22c', '\x1b[>0;276;0c', '\x1b[?2026;2$y', '\x1b[4;2$y', '\x1b[8;24;80t', '\x1b[48;24;80;480;800t'],
  ...['\x1b[?0u', '\x1b]11;rgb:0000/0000/0000\x1b\\', '\x1b]4;1;rgb:cd/00/00\x07', '\x1b]52;c;aGk=\x07'],
  ...['\x1bP1$r0m\x1b\\', '\x1bP0+r\x1b\\', '\x1bP>|xterm.js(6.0)\x1b\\', '\x1b_Gi=1;OK\x1b\\'],
]) {
  test(`${JSON.stringify(answer)} is an answer`, () => assert.equal(isAnswer(answer), true));
}

for (const typed of [
  ...['', 'a', 'é', '\r', '\x03', '\x1b', '\x1b[A', '\x1bOA', '\x1b[1;5C', '\x1b[3~', '\x1b[15;2~', '\x1bOR', '\x1b[Z'],
  // F3 with Shift, with Ctrl and with all of them; Alt with a key; keys of the kitty protocol and of win32 input.
  ...[
    '\x1b[1;2R',
    '\x1b[1;5R',
    '\x1b[1;8R',
    '\x1b[1;9R',
    '\x1b[1;16R',
    '\x1b]',
    '\x1bP',
    '\x1b_',
    '\x1bn',
    '\x1b[97;5u',
    '\x1b[65;30;97;1;0;1_',
  ],
  ...[
    '\x1b[I',
    '\x1b[O',
    '\x1b[<0;3;4M',
    '\x1b[200~\x1b[0n\x1b[201~',
    'echo 12;40R',
    'yc',
    '\x1b[0n\x1b[0n',
    '\x1b[0nls',
  ],
  ...['\x1b]0;title\x07', '\x1b]11;?\x07', '\x1b]11;rgb:00/00/00', '\x1b]11;rgb:00/00/00\x07ls\r', '\x1bPabc\x1b\\'],
]) {
  test(`${JSON.stringify(typed)} is typed`, () => assert.equal(isAnswer(typed), false));
}
