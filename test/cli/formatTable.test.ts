import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from '../../src/cli/formatTable.ts';

test('columns line up, wide characters and marks counted as terminals show them', () => {
  const rows = [
    ['ID', 'NAME', 'STATE'],
    ['1', '日本', 'running'],
    ['22', 'e\u0301a', 'ended'],
    ['333', '👍x', ''],
  ];
  assert.equal(
    formatTable(rows),
    ['ID   NAME  STATE', '1    日本  running', '22   e\u0301a    ended', '333  👍x'].join('\n'),
  );
  assert.equal(formatTable([]), '');
});
