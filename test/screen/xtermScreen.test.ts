import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as fc from 'fast-check';
import type { Screen } from '../../src/screen/api.ts';
import { createSequenceScanner } from '../../src/screen/sequenceScanner.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { anyStream, cutInto, queries } from './vtStreams.ts';

interface Session {
  readonly screen: Screen;
  readonly replies: string[];
  readonly write: (text: string) => Promise<void>;
}

function open(t: TestContext, size = { cols: 80, rows: 24, scrollback: 100 }): Session {
  const replies: string[] = [];
  const screen = createScreen({ ...size, onReply: (reply) => replies.push(Buffer.from(reply).toString()) });
  t.after(() => screen.dispose());
  const write = async (text: string): Promise<void> => {
    screen.write(Buffer.from(text));
    await screen.settled();
  };
  return { screen, replies, write };
}

test('answers come in the order of the queries', async (t) => {
  const { replies, write } = open(t);
  await write('\x1b[c\x1b]11;?\x07\x1b[6n\x1b[>q\x1b[?1$p\x1b[?u\x1b[5n');
  assert.deepEqual(replies, [
    '\x1b[?1;2c',
    '\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\',
    '\x1b[1;1R',
    '\x1bP>|xterm.js(6.0.0)\x1b\\',
    '\x1b[?1;2$y',
    '\x1b[?0u',
    '\x1b[0n',
  ]);
});

test('a screen without a listener takes queries in silence', async () => {
  const screen = createScreen({ cols: 80, rows: 24, scrollback: 0 });
  screen.write(Buffer.from(Object.values(queries).join('') + 'end'));
  assert.equal((await screen.state(0)).lines[0], 'end');
  screen.dispose();
});

test('nothing that the scanner leaves to clients is answered, by this screen either', async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, fc.array(fc.integer({ min: 1, max: 7 })), async (bytes, lengths) => {
      const replies: Uint8Array[] = [];
      const screen = createScreen({ cols: 20, rows: 6, scrollback: 10, onReply: (reply) => replies.push(reply) });
      const scanner = createSequenceScanner();
      for (const piece of cutInto(bytes, lengths)) {
        screen.write(scanner.push(piece).forClients);
      }
      await screen.settled();
      assert.deepEqual(replies, []);
      screen.dispose();
    }),
    { numRuns: 250 },
  );
});

test('what is answered is flagged by the scanner', async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, async (bytes) => {
      const replies: Uint8Array[] = [];
      const screen = createScreen({ cols: 20, rows: 6, scrollback: 10, onReply: (reply) => replies.push(reply) });
      screen.write(bytes);
      await screen.settled();
      const { hasQueries } = createSequenceScanner().push(bytes);
      assert.equal(hasQueries || replies.length === 0, true);
      screen.dispose();
    }),
    { numRuns: 250 },
  );
});

test('a snapshot asks for nothing, rings nothing and marks nothing', async (t) => {
  const { screen, write } = open(t);
  await write(
    '\x07\x1b[c\x1b]52;c;aGk=\x07\x1b]133;A\x07\x1b]633;E;ls\x07\x1b]9;hi\x07\x1b]777;notify;a;b\x07\x1b]7;file://h/\x07text',
  );
  const snapshot = await screen.snapshot(100);
  // The directory is the terminal's state, as a title is.
  assert.deepEqual(createSequenceScanner().push(snapshot).events, [{ kind: 'cwd', cwd: '/' }]);
  assert.equal(createSequenceScanner().push(snapshot).hasQueries, false);
  assert.doesNotMatch(Buffer.from(snapshot).toString(), /\]52|\]9|\]777|\]133|\]633|\x07/);
});

test('operations take effect in the order of the calls', async (t) => {
  const { screen } = open(t, { cols: 10, rows: 3, scrollback: 10 });
  screen.write(Buffer.from('0123456789ab'));
  const before = screen.state(0);
  screen.resize(5, 3);
  assert.deepEqual([screen.cols, screen.rows], [5, 3]);
  screen.write(Buffer.from('\x1b[H\x1b[2Jabcdefg'));
  const after = screen.state(0);
  screen.resize(20, 3);
  screen.write(Buffer.from('\x1b[H\x1b[2Jabcdefg'));
  const last = screen.state(0);
  assert.deepEqual((await before).lines, ['0123456789', 'ab', '']);
  assert.deepEqual((await after).lines, ['abcde', 'fg', '']);
  assert.deepEqual((await last).lines, ['abcdefg', '', '']);
});

test('sizes out of range are brought into it', async (t) => {
  const { screen } = open(t, { cols: 0, rows: -1, scrollback: 10 });
  assert.deepEqual([screen.cols, screen.rows], [2, 1]);
  screen.resize(Number.NaN, 1e9);
  assert.deepEqual([screen.cols, screen.rows], [2, 2000]);
  assert.equal((await screen.state(0)).lines.length, 2000);
});

test('the state tells text, cursor, title and buffer', async (t) => {
  const { screen, write } = open(t, { cols: 20, rows: 3, scrollback: 10 });
  await write('one\r\ntwo  \r\nthree\r\n\x1b]2;a\x7f title\x07four\x1b[?25l');
  assert.deepEqual(await screen.state(1), {
    cols: 20,
    rows: 3,
    cursor: { row: 2, col: 4, visible: false },
    buffer: 'normal',
    title: 'a title',
    lines: ['one', 'two', 'three', 'four'],
    scrollbackLines: 1,
  });
  assert.deepEqual((await screen.state(0)).lines, ['two', 'three', 'four']);
  await write('\x1b[?1049h\x1b[?25hvi' + 'x'.repeat(30));
  const { buffer, scrollbackLines, cursor } = await screen.state(100);
  assert.deepEqual([buffer, scrollbackLines, cursor.visible], ['alternate', 0, true]);
});

test('characters that are cut between two writes are whole', async (t) => {
  const { screen } = open(t);
  for (const byte of Buffer.from('Straße … 漢字 🎉')) {
    screen.write(Uint8Array.of(byte));
  }
  assert.equal((await screen.state(0)).lines[0], 'Straße … 漢字 🎉');
});

test('emoji take as many cells as in VS Code', async (t) => {
  const { screen, write } = open(t);
  await write('✅🎉e\u0301漢');
  assert.equal((await screen.state(0)).cursor.col, 7);
});

test('bytes that are no UTF-8 are shown as VS Code shows them', async (t) => {
  const { screen } = open(t);
  screen.write(Uint8Array.of(0x61, 0xff, 0x62));
  assert.equal((await screen.state(0)).lines[0], 'a\ufffdb');
});

test('erasing up to the last cell of a new screen does not bring the process down', async (t) => {
  const { screen, replies, write } = open(t, { cols: 10, rows: 3, scrollback: 10 });
  await write('abc\x1b[3;10H\x1b[1J\x1b[6nx\x1b[?1J\x1b[5n');
  assert.deepEqual(replies, ['\x1b[3;10R', '\x1b[0n']);
  assert.deepEqual((await screen.state(0)).lines, ['', '', '']);
});

test('1.1 MB of title do not stay', async (t) => {
  const { screen, write } = open(t);
  await write(`\x1b]2;${'t'.repeat(1_100_000)}\x07done`);
  const { title, lines } = await screen.state(0);
  assert.deepEqual([title.length, lines[0]], [512, 'done']);
  assert.equal((await screen.snapshot(0)).length < 2000, true);
});

test('pending bytes are counted until they are parsed', async (t) => {
  const { screen } = open(t);
  screen.write(Buffer.alloc(100_000, 'a'));
  assert.equal(screen.pendingBytes, 100_000);
  await screen.settled();
  assert.equal(screen.pendingBytes, 0);
});

test('a screen that is closed lets nobody wait', async () => {
  const screen = createScreen({ cols: 10, rows: 3, scrollback: 10 });
  screen.write(Buffer.from('abc'));
  const waiting = [screen.settled(), screen.snapshot(0), screen.state(0)];
  screen.dispose();
  screen.dispose();
  for (const promise of [...waiting, screen.settled(), screen.snapshot(0)]) {
    await assert.rejects(promise, { code: 'closed' });
  }
  screen.write(Buffer.from('abc'));
  screen.resize(20, 5);
});

test('keyboard flags, later modes and colours are in the snapshot', async (t) => {
  const { screen, write } = open(t);
  const restore = async (): Promise<Session> => {
    const restored = open(t);
    await restored.write(Buffer.from(await screen.snapshot(100)).toString());
    assert.deepEqual(restored.replies, []);
    return restored;
  };
  await write('\x1b[>1u\x1b[>5u\x1b[?2031h\x1b]11;#102030\x07');
  const normal = await restore();
  await normal.write('\x1b[?u\x1b[<u\x1b[?u\x1b]11;?\x07');
  assert.deepEqual(normal.replies, ['\x1b[?5u', '\x1b[?1u', '\x1b]11;rgb:1010/2020/3030\x1b\\']);
  assert.match(Buffer.from(await normal.screen.snapshot(0)).toString(), /\x1b\[\?2031h/);
  await write('\x1b[?1049h\x1b[=2u');
  const alternate = await restore();
  await alternate.write('\x1b[?u\x1b[?1049l\x1b[?u\x1b[<u\x1b[?u');
  assert.deepEqual(alternate.replies, ['\x1b[?2u', '\x1b[?5u', '\x1b[?1u']);
});

test('a snapshot without scrollback does not scroll a terminal that is lower than the screen was', async () => {
  const screen = createScreen({ cols: 20, rows: 12, scrollback: 100 });
  const lower = createScreen({ cols: 20, rows: 6, scrollback: 100 });
  try {
    screen.write(Buffer.from('one\r\ntwo\r\n$ '));
    lower.write(await screen.snapshot(100));
    const { lines, scrollbackLines, cursor } = await lower.state(100);
    assert.deepEqual(lines, ['one', 'two', '$', '', '', '']);
    assert.equal(scrollbackLines, 0);
    assert.deepEqual(cursor, { row: 2, col: 2, visible: true });
  } finally {
    screen.dispose();
    lower.dispose();
  }
});
