import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEnter, isReplyShaped } from '../../../src/extension/terminals/inputFilter.ts';
import { VscodeTerminal } from './support/vscodeTerminal.ts';

test('every answer of xterm.js to a query has the shape of a reply', async (t) => {
  const terminal = new VscodeTerminal(t);
  const queries = [
    ...['\x1b[c', '\x1b[>c', '\x1b[5n', '\x1b[6n', '\x1b[?6n', '\x1b[?2004$p', '\x1b[4$p', '\x1bP$qm\x1b\\'],
    ...['\x1bP$qr\x1b\\', '\x1b[?1004h'],
  ];
  for (const query of queries) {
    terminal.write(query);
  }
  await terminal.settled();
  assert.ok(terminal.inputs.length >= queries.length - 1, JSON.stringify(terminal.inputs));
  for (const input of terminal.inputs) {
    assert.equal(isReplyShaped(input), true, JSON.stringify(input));
  }
});

for (const reply of [
  ...['\x1b[12;40R', '\x1b[?12;40R', '\x1b[0n', '\x1b[?997;1n', '\x1b[?1;2c', '\x1b[>0;276;0c', '\x1b[?2026;2$y'],
  ...['\x1b[8;24;80t', '\x1b[?0u', '\x1b[I', '\x1b[O', '\x1b]11;rgb:0000/0000/0000\x1b\\', '\x1b]4;1;rgb:cd/00/00\x07'],
  ...['\x1bP1$r0m\x1b\\', '\x1bP>|xterm.js(6.0)\x1b\\', '\x1b_Gi=1;OK\x1b\\'],
]) {
  test(`${JSON.stringify(reply)} is a reply`, () => assert.equal(isReplyShaped(reply), true));
}

for (const typed of [
  ...['a', 'é', '\r', '\x03', '\x1b', '\x1b[A', '\x1bOA', '\x1b[1;5C', '\x1b[3~', '\x1b[15;2~', '\x1bOR', '\x1b[Z'],
  ...['\x1b]', '\x1bP', '\x1b_', '\x1bn', '\x1b[97;5u', '\x1b[<0;3;4M', '\x1b[200~ls\x1b[201~', 'echo 12;40R', 'yc'],
]) {
  test(`${JSON.stringify(typed)} is typed`, () => assert.equal(isReplyShaped(typed), false));
}

test('Enter is known in each form that a mode may give it', () => {
  for (const key of ['\r', '\n', '\x1bOM', '\x1b[13u']) {
    assert.equal(isEnter(key), true, JSON.stringify(key));
  }
  for (const key of ['\r\r', ' ', 'ls\r', '\x1b\r', '\x1b[13;5u', '']) {
    assert.equal(isEnter(key), false, JSON.stringify(key));
  }
});
