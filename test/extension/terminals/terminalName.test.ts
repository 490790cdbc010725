import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTerminalName, tryParseTerminalName } from '../../../src/extension/terminals/terminalName.ts';
import { sessionId } from './support/sessions.ts';

test('the whole id comes back from a name, whatever the session is called', () => {
  for (const displayName of ['1', '', 'build · revenant:no', `a ${sessionId(2)}`, '漢字 😀']) {
    assert.equal(tryParseTerminalName(makeTerminalName(displayName, sessionId(1))), sessionId(1));
  }
});

test("names of others' terminals are none of ours", () => {
  for (const name of [
    undefined,
    '',
    'bash',
    sessionId(1),
    'x · revenant:1234',
    `${makeTerminalName('x', sessionId(1))} `,
  ]) {
    assert.equal(tryParseTerminalName(name), undefined);
  }
});
