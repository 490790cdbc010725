import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeMarkdown, sessionTooltip } from '../../../src/extension/tree/sessionTooltip.ts';
import { english, makeSession } from '../support/sessions.ts';

const tooltip = (overrides: Parameters<typeof makeSession>[0]): string =>
  sessionTooltip(makeSession(overrides), english, (ms) => `at ${ms}`);

test('tells everything about a running session', () => {
  const text = tooltip({
    displayName: 'build',
    program: 'make',
    title: 'make all',
    args: ['-l'],
    createdAt: 1,
    lastActivity: 2,
    connectionCount: 3,
    historyBytes: 2048,
    workspace: { uri: 'file:///w', label: 'shop' },
  });
  assert.match(text, /^\*\*build\*\*\n\n/);
  for (const line of ['State: Running', 'Program: make', 'Title: make all', 'Process: 4711', 'Workspace: shop']) {
    assert.ok(text.includes(line), `${line} is in ${text}`);
  }
  assert.match(text, /Command: \/bin\/bash \\-l/);
  assert.match(text, /Size: 80 × 24/);
  for (const line of ['Created: at 1', 'Last activity: at 2', 'Shown in: 3 terminal\\(s\\)']) {
    assert.ok(text.includes(line), `${line} is in ${text}`);
  }
  assert.match(text, /History: 2\\\.0 KiB/);
  assert.doesNotMatch(text, /Ended/);
});

test('leaves out what is not known and tells the problem first', () => {
  const text = tooltip({ state: 'lost', pid: null, endedAt: 5, problem: 'The disk is full.' });
  assert.match(text, /^\*\*1\*\*\n\n\*\*The disk is full\\\.\*\*\n\n/);
  assert.doesNotMatch(text, /Process|Title|Workspace/);
  assert.match(text, /Ended: at 5/);
});

test('names and titles cannot format the text, make links or begin lines', () => {
  const cases: [string, string][] = [
    ['[x](command:evil)', '\\[x\\]\\(command\\:evil\\)'],
    ['![i](http://e/x.png)', '\\!\\[i\\]\\(http\\://e/x\\.png\\)'],
    ['<b>', '\\<b\\>'],
    ['a\n# b', 'a \\# b'],
    ['**x** `y` ~z~', '\\*\\*x\\*\\* \\`y\\` \\~z\\~'],
    ['$(trash)', '\\$\\(trash\\)'],
    ['&lt;', '\\&lt;'],
    ['back\\slash', 'back\\\\slash'],
  ];
  for (const [input, expected] of cases) {
    assert.equal(escapeMarkdown(input), expected);
  }
});
