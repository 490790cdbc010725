import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastPicture } from '../../src/screen/lastPicture.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { readRecordings } from '../fixtures/recordings/recording.ts';
import { Emulator } from './emulator.ts';

const size = { cols: 20, rows: 6, scrollback: 50 };
const leave = Buffer.from('\x18\x1b[?1049l\x1b[!p\x1b[0m');
const heading = (title: string): Uint8Array => Buffer.from(`-- ${title} --\r\n`);

/** Draws `output`, leaves the alternate buffer by the picture, and gives the terminal. */
async function leaveAfter(output: string): Promise<Emulator> {
  const screen = createScreen(size);
  screen.write(Buffer.from(output));
  const snapshot = { bytes: await screen.snapshot(0), ...size };
  screen.dispose();
  const emulator = new Emulator(size);
  await emulator.write(Buffer.from(output));
  await emulator.write(await lastPicture({ snapshot, leave, heading }));
  return emulator;
}

function textOf({ terminal }: Emulator): string[] {
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, y) => active.getLine(y)?.translateToString(true, 0, terminal.cols).trimEnd() ?? '',
  );
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}

async function check(output: string, expected: readonly string[]): Promise<void> {
  const emulator = await leaveAfter(output);
  const { active } = emulator.terminal.buffer;
  assert.deepEqual(textOf(emulator), expected);
  assert.deepEqual([active.type, active.cursorX], ['normal', 0]);
  assert.equal(active.baseY + active.cursorY, expected.length, 'the cursor is below the picture');
  emulator.dispose();
}

test('what the alternate buffer showed is printed below what the normal one holds', async () => {
  await check('$ vi\r\n\x1b[?1049h\x1b[Hone\r\n\r\n  three', ['$ vi', '--  --', 'one', '', '  three']);
  await check('$ vi\x1b[?1049h\x1b[Hone', ['$ vi', '--  --', 'one']);
  await check('\x1b[?1049h\x1b[Hone', ['--  --', 'one']);
});

test('it is headed by the title', async () => {
  await check('\x1b]2;file - VIM\x07\x1b[?1049h\x1b[Hone', ['-- file - VIM --', 'one']);
});

test('it scrolls what the normal buffer holds, and overwrites nothing', async () => {
  const full = 'a\r\nb\r\nc\r\nd\r\ne\r\nf';
  await check(`${full}\x1b[2;1H\x1b[?1049h\x1b[Hone\r\ntwo`, ['a', 'b', 'c', 'd', 'e', 'f', '--  --', 'one', 'two']);
  await check(`${full}\x1b[?47h\x1b[Hone`, ['a', 'b', 'c', 'd', 'e', 'f', '--  --', 'one']);
});

test('an alternate buffer with nothing on it leaves no picture', async () => {
  await check('$ vi\r\n\x1b[?1049h\x1b[2J\x1b[3;3H', ['$ vi']);
});

test('rows that are full or were wrapped are rows', async () => {
  const rows = ['abcdefghijklmnopqrst', 'uvwxyz'];
  await check(`\x1b[?1049h\x1b[H${rows.join('')}`, ['--  --', ...rows]);
  const emulator = await leaveAfter(`\x1b[?1049h\x1b[H${rows.join('')}`);
  assert.equal(emulator.terminal.buffer.active.getLine(2)?.isWrapped, false);
  emulator.dispose();
});

test('modes, regions and character sets of the program do not harm it', async () => {
  await check('\x1b[?1049h\x1b[Hone\r\ntwo\x1b[4h\x1b[?7l\x1b[2;3r\x1b[?6h\x1b[31;1m', ['--  --', 'one', 'two']);
});

test('a row keeps its colours, links and wide characters', async () => {
  const row = '\x1b[4:3;58;5;1;31mred\x1b[m 漢字e\u0301\x1b]8;;http://a.b\x1b\\x\x1b]8;;\x1b\\\x1b[44m    ';
  const emulator = await leaveAfter(`\x1b[?1049h\x1b[H${row}`);
  const direct = new Emulator(size);
  await direct.write(Buffer.from(`--  --\r\n${row}\x1b[m\r\n`));
  assert.deepEqual(emulator.describe()['normal'], direct.describe()['normal']);
  emulator.dispose();
  direct.dispose();
});

test('a row that was erased in a colour has it up to the border', async () => {
  const emulator = await leaveAfter('\x1b[?1049h\x1b[H\x1b[44ma\x1b[K');
  const cell = emulator.terminal.buffer.active.getLine(1)?.getCell(19);
  assert.deepEqual([cell?.getChars(), cell?.getBgColor()], [' ', 4]);
  assert.equal(emulator.terminal.buffer.active.getLine(2)?.getCell(0)?.isBgDefault(), true);
  emulator.dispose();
});

test('the pictures of real programs are the ones that they left', async () => {
  let pictures = 0;
  for (const [name, recording] of readRecordings()) {
    const screen = createScreen({ ...recording, scrollback: 1000 });
    const emulator = new Emulator({ cols: recording.cols, rows: recording.rows, scrollback: 1000 });
    for (const event of recording.events) {
      if (event.kind === 'output') {
        screen.write(event.bytes);
        await emulator.write(event.bytes);
      } else {
        screen.resize(event.cols, event.rows);
        await emulator.resize(event.cols, event.rows);
      }
    }
    if (emulator.terminal.buffer.active.type === 'alternate') {
      pictures++;
      const left = textOf(emulator);
      const { cols, rows } = screen;
      const snapshot = { bytes: await screen.snapshot(0), cols, rows };
      await emulator.write(await lastPicture({ snapshot, leave, heading }));
      assert.deepEqual(textOf(emulator).slice(-left.length), left, name);
    }
    screen.dispose();
    emulator.dispose();
  }
  assert.ok(pictures >= 5, 'several recordings end in a full-screen program');
});
