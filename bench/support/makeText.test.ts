import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf, visibleText } from './makeText.ts';

test('every line fits into 80 columns, begins with its number, and is like no other', () => {
  for (const kind of ['plain', 'coloured'] as const) {
    const lines = Array.from({ length: 1000 }, (_, number) => lineOf(kind, number));
    assert.equal(new Set(lines).size, 1000);
    for (const [number, line] of lines.entries()) {
      const shown = visibleText(line);
      assert.ok(shown.length < 80, shown);
      assert.equal(Number.parseInt(shown, 10), number);
      assert.match(shown, /^[ -~]+$/);
    }
  }
});

test('coloured lines are as dense with colours as a build’s output, and plain ones have none', () => {
  const share = (kind: 'plain' | 'coloured'): number => {
    const text = Array.from({ length: 1000 }, (_, number) => lineOf(kind, number)).join('\n');
    return (text.split('\u001b').length - 1) / text.length;
  };
  assert.equal(share('plain'), 0);
  assert.ok(share('coloured') > 0.04 && share('coloured') < 0.1, String(share('coloured')));
});
