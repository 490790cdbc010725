import assert from 'node:assert/strict';
import { test } from 'node:test';
import headless from '@xterm/headless';
import { lastLine, leaveSession, resetForSnapshot, scrollAway } from '../../../src/cli/attach/terminalSequences.ts';

type Terminal = InstanceType<typeof headless.Terminal>;

function makeTerminal(): Terminal {
  return new headless.Terminal({ cols: 20, rows: 5, scrollback: 100, allowProposedApi: true });
}

function write(terminal: Terminal, data: string): Promise<void> {
  return new Promise((resolve) => terminal.write(data, resolve));
}

function linesOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
}

/** Everything that a program like vim or a shell leaves on when it is left in the middle. */
const leftOn =
  '\x1b[?1049h\x1b[?1h\x1b=\x1b[?1003h\x1b[?1006h\x1b[?1004h\x1b[?2004h\x1b[?7l\x1b[?6h\x1b[4h\x1b[?25l\x1b[2;3r\x1b[31;7m\x1b(0\x1b[3g\x1b[?2026h';

for (const [name, sequence] of Object.entries({ leaveSession, resetForSnapshot })) {
  test(`${name} turns off whatever a program left on`, async () => {
    const terminal = makeTerminal();
    const fresh = { ...terminal.modes };
    await write(terminal, leftOn);
    assert.notDeepEqual({ ...terminal.modes }, fresh);
    await write(terminal, sequence);
    assert.deepEqual({ ...terminal.modes }, fresh);
    assert.equal(terminal.buffer.active.type, 'normal');
    // Plain letters in the first and the last column, tab stops at every eighth: nothing else is left over.
    await write(terminal, '\x1b[1;1Hqx\ty\x1b[5;20Hzw');
    const lines = linesOf(terminal).slice(-6);
    assert.ok(
      lines.some((line) => line.startsWith('qx      y')),
      JSON.stringify(lines),
    );
    assert.equal(lines.at(-1), 'w', 'autowrap');
    assert.equal(
      terminal.buffer.active
        .getLine(terminal.buffer.active.baseY + 4)
        ?.getCell(0)
        ?.isFgDefault(),
      true,
    );
  });
}

test('what the user had on the screen is in the scrollback afterwards', async () => {
  const terminal = makeTerminal();
  await write(terminal, 'one\r\ntwo\r\n$ revenant attach');
  await write(terminal, scrollAway(5) + resetForSnapshot);
  assert.deepEqual(linesOf(terminal).slice(0, 3), ['one', 'two', '$ revenant attach']);
  assert.deepEqual(linesOf(terminal).slice(5), ['', '', '', '', '']);
});

test('leaving ends in a fresh last line', async () => {
  const terminal = makeTerminal();
  await write(terminal, 'one\r\n\x1b[?1049hfull screen\x1b[2;2H');
  await write(terminal, `${leaveSession}[detached]`);
  assert.deepEqual(linesOf(terminal), ['one', '', '', '', '', '[detached]']);
});

test('a message in the last line moves neither the cursor nor the text', async () => {
  const terminal = makeTerminal();
  await write(terminal, 'one\r\n\x1b[2;4rtwo');
  const { cursorX, cursorY } = terminal.buffer.active;
  await write(terminal, lastLine('lost', 5));
  assert.deepEqual([terminal.buffer.active.cursorX, terminal.buffer.active.cursorY], [cursorX, cursorY]);
  assert.equal(linesOf(terminal)[4], ' lost ');
  assert.equal(linesOf(terminal).length, 5);
});
