import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useVsCodeWidths } from '../../src/screen/unicodeWidths.ts';
import { Terminal } from '../../src/screen/xterm.ts';

/** Cells that characters take in VS Code. */
const cases: readonly (readonly [string, number])[] = [
  ['a', 1],
  ['é', 1],
  ['\u00ad', 1],
  ['e\u0301', 1],
  ['\u200b', 0],
  ['─', 1],
  ['漢', 2],
  ['ｆ', 2],
  ['가', 2],
  ['\u1100\u1161', 2],
  ['\u{20000}', 2],
  ['✅', 2],
  ['✔', 1],
  ['☎', 1],
  ['⚡', 2],
  ['❤\ufe0f', 1],
  ['🎉', 2],
  ['🥱', 2],
  ['🏳', 1],
  ['\u{1fae0}', 1], // Unicode 14: VS Code does not know it
  ['\ue0b0', 1],
];

for (const [text, cells] of cases) {
  test(`${JSON.stringify(text)} takes ${cells} cells`, async () => {
    const terminal = new Terminal({ cols: 80, rows: 1, allowProposedApi: true });
    useVsCodeWidths(terminal);
    await new Promise<void>((resolve) => terminal.write(`x${text}`, resolve));
    // A mark without a width takes part in the cell of the x.
    assert.equal(terminal.buffer.active.cursorX - 1, cells);
    terminal.dispose();
  });
}
