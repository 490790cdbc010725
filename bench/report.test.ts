import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdownOf, replaceFigures, type ReportedRow, textOf } from './report.ts';
import { summarize } from './statistics.ts';

const machine = {
  cpu: 'Some CPU',
  cores: 2,
  memoryGb: 8,
  system: 'Linux 6 x64',
  node: '24.0.0',
  date: '2025-01-02T03:04:05.000Z',
  loadBefore: 0.1,
};

function rowOf(patch: Partial<ReportedRow> = {}): ReportedRow {
  const figures = [
    summarize({ name: 'quick', unit: 'ms', samples: [1.234, 9, 400], goal: { atMost: 10 } }),
    summarize({ name: 'slow', unit: 'x', samples: [0.041], goal: { atLeast: 0.8 } }),
    summarize({ name: 'beside', unit: 'MB/s', samples: [57.26] }),
  ];
  return { name: 'row', title: 'A row', figures, leftOut: [], error: null, ...patch };
}

test('a table tells median, spread, rounds, goal, and what was missed', () => {
  assert.deepEqual(
    textOf(rowOf({ leftOut: ['tmux is not here.'] }))
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/)),
    [
      ['measure', 'median', 'min to max', 'rounds', 'goal'],
      ['quick', '9 ms', '1.23 to 400', '3', '≤ 10 ms', 'met'],
      ['slow', '0.041 x', '0.041 to 0.041', '1', '≥ 0.8 x', 'MISSED'],
      ['beside', '57.3 MB/s', '57.3 to 57.3', '1'],
      ['tmux is not here.'],
      [''],
    ],
  );
});

test('a row that failed says why, in both forms', () => {
  const row = rowOf({ figures: [], error: 'no | luck\nat all' });
  assert.match(textOf(row), /FAILED: no \| luck/);
  assert.match(markdownOf({ machine, isQuick: false, rows: [row] }), /failed: no \\\| luck at all/);
});

test('the figures of a quick run say so, and those of a full one do not', () => {
  assert.match(markdownOf({ machine, isQuick: true, rows: [] }), /quick/);
  assert.doesNotMatch(markdownOf({ machine, isQuick: false, rows: [rowOf()] }), /A quick run/);
});

test('every line of the Markdown table has the same number of cells', () => {
  const lines = markdownOf({ machine, isQuick: false, rows: [rowOf(), rowOf({ figures: [], error: 'x' })] })
    .split('\n')
    .filter((line) => line.startsWith('|'));
  assert.ok(lines.length > 5);
  for (const line of lines) {
    assert.equal(line.replaceAll('\\|', '').split('|').length, 8, line);
  }
});

test('figures replace those between the marks, and nothing else', () => {
  const document = '# T\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nrest\n';
  const once = replaceFigures(document, 'new');
  assert.equal(once, '# T\n<!-- figures: begin -->\n\nnew\n\n<!-- figures: end -->\nrest\n');
  assert.equal(replaceFigures(once, 'new'), once);
  assert.throws(() => replaceFigures('no marks', 'new'), /has no place for the figures/);
});
