import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import * as fc from 'fast-check';
import { setListenerErrorHandler } from '../../src/base/event.ts';
import type { TerminalColors } from '../../src/base/terminalColors.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import type { Screen } from '../../src/screen/api.ts';
import { createSequenceScanner } from '../../src/screen/sequenceScanner.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { LiveScreen } from '../../src/session/liveScreen.ts';
import { markdownOf, nestedQuery, queryTable, silentStreams } from './queryTable.ts';
import { anyStream, nearMisses } from './vtStreams.ts';

interface Session {
  readonly screen: Screen;
  readonly replies: string[];
  readonly write: (text: string) => Promise<void>;
}

function open(t: TestContext): Session {
  const replies: string[] = [];
  const onReply = (reply: Uint8Array): void => void replies.push(Buffer.from(reply).toString());
  const screen = createScreen({ cols: 80, rows: 24, scrollback: 100, onReply });
  t.after(() => screen.dispose());
  const write = async (text: string): Promise<void> => {
    screen.write(Buffer.from(text));
    await screen.settled();
  };
  return { screen, replies, write };
}

const rows = queryTable.flatMap((group) => group.rows);

for (const { name, before = '', query, answers } of rows) {
  test(`${name}: the answer to ${JSON.stringify(before + query)}`, async (t) => {
    const { replies, write } = open(t);
    await write(before);
    assert.deepEqual(replies, []);
    await write(query);
    assert.deepEqual(replies, answers);
    // The scanner takes it, and only it, out of what clients get.
    const scanner = createSequenceScanner();
    assert.equal(Buffer.from(scanner.push(Buffer.from(before)).forClients).toString(), before);
    const { forClients, hasQueries, isGround } = scanner.push(Buffer.from(`${query}text`));
    assert.deepEqual([Buffer.from(forClients).toString(), hasQueries, isGround], ['text', true, true]);
  });
}

test('every query of the table, one after the other, is answered in order, wherever the stream is cut', async (t) => {
  const expected = rows.flatMap(({ answers }) => answers);
  const stream = Buffer.from(rows.map(({ before = '', query }) => `\x1bc${before}${query}`).join(''));
  for (const length of [1, 2, 3, 7, 1000]) {
    const { replies, screen } = open(t);
    for (let at = 0; at < stream.length; at += length) {
      screen.write(stream.subarray(at, at + length));
    }
    await screen.settled();
    // The palette and the newline mode outlive a reset: these are asked for on a screen of their own above.
    assert.equal(replies.length, expected.length);
    const outlives = /\]4;7;|\]1[01];|\?997|^\x1b\[20;/;
    assert.deepEqual(
      replies.filter((reply) => !outlives.test(reply)),
      expected.filter((reply) => !outlives.test(reply)),
    );
  }
});

test('docs/QUERIES.md states this table', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/QUERIES.md');
  const text = fs.readFileSync(file, 'utf8');
  const [head, tail] = ['<!-- table -->\n', '\n<!-- end of table -->'];
  const [start, end] = [text.indexOf(head) + head.length, text.indexOf(tail)];
  assert.ok(start >= head.length && end >= start, 'the marks are there');
  const table = `\n${markdownOf(queryTable)}\n`;
  if (process.env['REVENANT_DEV_UPDATE_QUERIES'] === '1') {
    fs.writeFileSync(file, text.slice(0, start) + table + text.slice(end));
  } else {
    assert.equal(text.slice(start, end), table, 'run this test with REVENANT_DEV_UPDATE_QUERIES=1');
  }
});

for (const [name, stream] of [...Object.entries(silentStreams), ...Object.entries(nearMisses)]) {
  test(`silence: ${name}`, async (t) => {
    const { replies, write } = open(t);
    await write(stream);
    await write('text\x1b[0m');
    assert.deepEqual(replies, []);
  });
}

test('a mute screen, and a live one before it answers, are silent', async (t) => {
  const everything = Buffer.from(rows.map(({ before = '', query }) => before + query).join(''));
  const live = new LiveScreen({ createScreen, clock: systemClock, cols: 80, rows: 24, scrollback: 100 });
  t.after(() => live.dispose());
  const replies: string[] = [];
  live.onDidReply((reply) => replies.push(Buffer.from(reply).toString()));
  live.push(everything);
  await live.startAnswering({ scheme: 'light' });
  await live.settled();
  assert.deepEqual(replies, []);
  live.push(Buffer.from('\x1b[5n'));
  await live.settled();
  assert.deepEqual(replies, ['\x1b[0n']);
});

const light: TerminalColors = {
  scheme: 'light',
  foreground: '0a0b0c',
  background: 'f1f2f3',
  cursor: 'ff8000',
  ansi: Array.from({ length: 16 }, (_, index) => `0000${index.toString(16).padStart(2, '0')}`),
};

test('colours are those of the terminal that shows the session, and what the program sets goes before', async (t) => {
  const { screen, replies, write } = open(t);
  screen.setColors(light);
  await write('\x1b]10;?;?;?\x07\x1b]4;9;?;16;?\x07\x1b[?996n');
  assert.deepEqual(replies.splice(0), [
    '\x1b]10;rgb:0a0a/0b0b/0c0c\x1b\\',
    '\x1b]11;rgb:f1f1/f2f2/f3f3\x1b\\',
    '\x1b]12;rgb:ffff/8080/0000\x1b\\',
    '\x1b]4;9;rgb:0000/0000/0909\x1b\\',
    '\x1b]4;16;rgb:0000/0000/0000\x1b\\',
    '\x1b[?997;2n',
  ]);
  await write('\x1b]11;#000\x07\x1b]4;9;#ffffff\x07');
  screen.setColors({ ...light, background: 'ffffff' });
  await write('\x1b]11;?\x07\x1b]4;9;?\x07\x1b]111\x07\x1b]104;9\x07\x1b]11;?\x07\x1b]4;9;?\x07');
  assert.deepEqual(replies, [
    '\x1b]11;rgb:0000/0000/0000\x1b\\',
    '\x1b]4;9;rgb:ffff/ffff/ffff\x1b\\',
    '\x1b]11;rgb:ffff/ffff/ffff\x1b\\',
    '\x1b]4;9;rgb:0000/0000/0909\x1b\\',
  ]);
});

test("a terminal that tells the program's own colour as its own is not believed", async (t) => {
  const { screen, replies, write } = open(t);
  screen.setColors(light);
  await write('\x1b]11;#102030\x07');
  screen.setColors({ ...light, background: '102030' });
  await write('\x1b]111\x07\x1b]11;?\x07');
  assert.deepEqual(replies, ['\x1b]11;rgb:f1f1/f2f2/f3f3\x1b\\']);
});

test('a terminal that knows no more than its scheme has the colours of VS Code', async (t) => {
  const { screen, replies, write } = open(t);
  screen.setColors({ scheme: 'light' });
  await write('\x1b]11;?\x07\x1b]4;2;?\x07');
  screen.setColors({ scheme: 'dark' });
  await write('\x1b]11;?\x07\x1b]4;2;?\x07');
  assert.deepEqual(replies, [
    '\x1b]11;rgb:f8f8/f8f8/f8f8\x1b\\',
    '\x1b]4;2;rgb:1010/7c7c/1010\x1b\\',
    '\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\',
    '\x1b]4;2;rgb:0d0d/bcbc/7979\x1b\\',
  ]);
});

test('a program that asked for it is told when dark and light change, and only then', async (t) => {
  const { screen, replies, write } = open(t);
  const set = async (colors: TerminalColors): Promise<string[]> => {
    screen.setColors(colors);
    await screen.settled();
    return replies.splice(0);
  };
  assert.deepEqual(await set(light), []);
  await write('\x1b[?2031h');
  assert.deepEqual(await set({ ...light, background: 'ffffff' }), []);
  assert.deepEqual(await set({ scheme: 'dark' }), ['\x1b[?997;1n']);
  assert.deepEqual(await set({ scheme: 'dark', background: '000000' }), []);
  assert.deepEqual(await set(light), ['\x1b[?997;2n']);
  await write('\x1b[?2031l');
  assert.deepEqual(await set({ scheme: 'dark' }), []);
});

test('a program keeps being told after the screen was restored from a snapshot', async (t) => {
  const original = open(t);
  await original.write('\x1b[?2031h');
  const { screen, replies } = open(t);
  screen.write(await original.screen.snapshot(100));
  screen.setColors(light);
  await screen.settled();
  assert.deepEqual(replies, ['\x1b[?997;2n']);
});

test('a session within a session gets the colours of the outermost terminal', async (t) => {
  const { screen, replies, write } = open(t);
  screen.setColors(light);
  await write(nestedQuery);
  assert.equal(replies.length, 19);
});

/** Everything that an answer can be: constant text around numbers. */
const shapes = [
  /^\x1b\[\?1;2c$/,
  /^\x1b\[>0;276;0c$/,
  /^\x1bP>\|xterm\.js\(6\.0\.0\)\x1b\\$/,
  /^\x1b\[0n$/,
  /^\x1b\[\??\d{1,4};\d{1,4}R$/,
  /^\x1b\[\??\d{1,10};[0-4]\$y$/,
  /^\x1bP0[$+]r\x1b\\$/,
  /^\x1bP1\$r(?:[\d;:]*m|\d{1,4};\d{1,4}r|\d q|[01]"q|61;1"p)\x1b\\$/,
  /^\x1b\[8;\d{1,4};\d{1,4}t$/,
  /^\x1b\[\?\d{1,10}u$/,
  /^\x1b\[\?997;[12]n$/,
  /^\x1b\](?:4;\d{1,3}|1[0-2]);rgb:[0-9a-f]{4}\/[0-9a-f]{4}\/[0-9a-f]{4}\x1b\\$/,
];

test('whatever is printed, an answer is one of a few constant shapes with numbers in them', async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, fc.string(), async (bytes, text) => {
      const replies: string[] = [];
      const onReply = (reply: Uint8Array): void => void replies.push(Buffer.from(reply).toString());
      const screen = createScreen({ cols: 20, rows: 6, scrollback: 10, onReply });
      screen.write(bytes);
      screen.write(
        Buffer.from(`\x18\x1b]2;${text}\x07\x1b[21t\x1bP$q${text}\x1b\\\x1bP+q${text}\x1b\\\x1b]4;${text};?\x07`),
      );
      await screen.settled();
      screen.dispose();
      for (const reply of replies) {
        assert.ok(
          shapes.some((shape) => shape.test(reply)),
          JSON.stringify(reply),
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('a listener that throws costs the screen nothing, and its error is reported', async (t) => {
  const errors: unknown[] = [];
  setListenerErrorHandler((error) => errors.push(error));
  t.after(() =>
    setListenerErrorHandler((error) => {
      throw error;
    }),
  );
  let calls = 0;
  const screen = createScreen({
    cols: 80,
    rows: 24,
    scrollback: 0,
    onReply: () => {
      calls++;
      throw new Error('the pipe is gone');
    },
  });
  t.after(() => screen.dispose());
  screen.write(Buffer.from('a\x1b[6nb\x1b[c\x1b]11;?\x07c\x1bP$qm\x1b\\\x1b[?ud'));
  screen.setColors(light);
  assert.equal((await screen.state(0)).lines[0], 'abcd');
  assert.equal(calls, 5);
  assert.equal(errors.length, 5);
});
