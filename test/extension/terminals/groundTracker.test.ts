import assert from 'node:assert/strict';
import { test } from 'node:test';
import headless from '@xterm/headless';
import fc from 'fast-check';
import { GroundTracker } from '../../../src/extension/terminals/groundTracker.ts';
import { VscodeTerminal } from './support/vscodeTerminal.ts';

/** xterm.js's parser state, which its API does not show: 0 is ground. */
function isXtermAtGround(xterm: headless.Terminal): boolean {
  const { _core } = xterm as unknown as { _core: { _inputHandler: { _parser: { currentState: number } } } };
  return _core._inputHandler._parser.currentState === 0;
}

function track(...pieces: readonly string[]): { isGround: boolean; safeOffset: number } {
  const tracker = new GroundTracker();
  pieces.forEach((piece) => tracker.push(piece));
  return { isGround: tracker.isGround, safeOffset: tracker.safeOffset };
}

const atoms = [
  ...['\x1b', '\x1b[', '\x1b]', '\x1bP', '\x1b_', '\x1b^', '\x1bX', '\x1b\\', '\x07', '\x18', '\x1a', '\x1b]0;t\x07'],
  ...['\x9b', '\x9d', '\x90', '\x9f', '\x9e', '\x98', '\x9c', '\x84', '\x1b[31m', '\x1b[?25l', '\x1b(B', '\x1b#8'],
  ...['0', '9', ';', ':', '<', '?', ' ', '!', '$', 'm', 'q', '@', '~', 'c', '[', ']', '\\', '\r', '\n', '\x00', '\x7f'],
  ...['é', '漢', '😀', '\u0301', 'text', '\x1bP1$r0m\x1b\\', '\x1c'],
];

test('knows ground state exactly when xterm.js is in it, whatever the stream and wherever it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.constantFrom(...atoms), { maxLength: 6 }), { maxLength: 8 }),
      async (pieces) => {
        const xterm = new headless.Terminal({ cols: 20, rows: 5, allowProposedApi: true, logLevel: 'off' });
        const tracker = new GroundTracker();
        try {
          for (const piece of pieces.map((parts) => parts.join(''))) {
            tracker.push(piece);
            await new Promise<void>((resolve) => xterm.write(piece, resolve));
            assert.equal(tracker.isGround, isXtermAtGround(xterm));
          }
        } finally {
          xterm.dispose();
        }
      },
    ),
    { numRuns: 400 },
  );
});

test('a sequence put in at the safe offset changes nothing on the screen', async (t) => {
  const printing = [
    'a',
    'bc',
    'é',
    '漢',
    '\u0301',
    '\u200d',
    '😀',
    '\x1b[3b',
    '\r\n',
    '\t',
    '\x1b[1m',
    '\x1b[',
    '2',
    'K',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...printing), { minLength: 1, maxLength: 12 }),
      fc.array(fc.constantFrom(...printing), { maxLength: 4 }),
      async (before, after) => {
        const text = before.join('');
        const { safeOffset } = track(text);
        fc.pre(safeOffset > 0);
        const plain = new VscodeTerminal(t);
        const asked = new VscodeTerminal(t);
        plain.write(text + after.join(''));
        asked.write(`${text.slice(0, safeOffset)}\x1b[?1234567$p${text.slice(safeOffset)}${after.join('')}`);
        await Promise.all([plain.settled(), asked.settled()]);
        const cells = ({ xterm }: VscodeTerminal): string[] =>
          Array.from({ length: 80 }, (_, x) => {
            const cell = xterm.buffer.active.getLine(xterm.buffer.active.cursorY)?.getCell(x);
            return `${cell?.getChars() ?? ''}/${cell?.getWidth() ?? ''}`;
          });
        assert.deepEqual(cells(asked), cells(plain));
        assert.deepEqual(asked.inputs, ['\x1b[?1234567;0$y']);
        plain.xterm.dispose();
        asked.xterm.dispose();
      },
    ),
    { numRuns: 200 },
  );
});

for (const [text, safeOffset] of [
  ['line\r\n', 6],
  ['abc', 2],
  ['abc\x1b[3', 2],
  ['\x1b[31mé', 5],
  ['漢字', -1],
  ['a', -1],
  ['\x1b]0;title', -1],
  ['', -1],
] as const) {
  test(`the last safe offset in ${JSON.stringify(text)} is ${safeOffset}`, () => {
    assert.equal(track(text).safeOffset, safeOffset);
  });
}

test('a string that is never ended is no ground state, however long', () => {
  const tracker = new GroundTracker();
  tracker.push('\x1b]1337;File=:');
  for (let count = 0; count < 100; count++) {
    tracker.push('A'.repeat(1000));
    assert.equal(tracker.isGround, false);
  }
  tracker.push('\x1b');
  assert.equal(tracker.isGround, false);
  tracker.push('\\');
  assert.equal(tracker.isGround, true);
});
