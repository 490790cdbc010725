import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repairEmulator } from '../../src/screen/emulatorRepairs.ts';
import { Terminal } from '../../src/screen/xterm.ts';

function open(): { terminal: Terminal; write: (text: string) => Promise<void>; firstLine: () => string | undefined } {
  const terminal = new Terminal({ cols: 10, rows: 3, allowProposedApi: true, logLevel: 'off' });
  repairEmulator(terminal);
  return {
    terminal,
    write: (text) => new Promise((resolve) => terminal.write(text, resolve)),
    firstLine: () => terminal.buffer.active.getLine(0)?.translateToString(true),
  };
}

/*
 * 1. On a new screen the cursor goes to the last cell. 2. ED 1 erases up to it. 3. The emulator takes the wrap mark off
 * the line below, which there is none of, and throws from its timer: the session host is gone, and every screen in it.
 */
for (const sequence of ['\x1b[1J', '\x1b[?1J']) {
  test(`erasing up to the last cell of a new screen works: ${JSON.stringify(sequence)}`, async () => {
    const { terminal, write, firstLine } = open();
    await write(`abc\x1b[3;10H${sequence}`);
    assert.deepEqual([firstLine(), terminal.buffer.active.cursorX, terminal.buffer.active.cursorY], ['', 9, 2]);
    terminal.dispose();
  });
}

test('erasing up to a cursor elsewhere is left to the emulator', async () => {
  const { terminal, write, firstLine } = open();
  await write('abcdef\x1b[1;3H\x1b[1J');
  assert.equal(firstLine(), '   def');
  terminal.dispose();
});

test('after an error the emulator goes on with what comes next', async () => {
  const { terminal, write, firstLine } = open();
  terminal.parser.registerCsiHandler({ final: 'z' }, () => {
    throw new Error('a fault in the emulator');
  });
  await write('abc\x1b[z lost');
  await write('def');
  assert.equal(firstLine(), 'abcdef');
  terminal.dispose();
});
