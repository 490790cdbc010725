import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUtf8, encodeUtf8 } from '../../src/base/utf8.ts';
import { foldPen } from '../../src/screen/foldPen.ts';
import { skipScrolledAway } from '../../src/screen/skipScrolledAway.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';

function skip(plain: string, rows: number, wrapCols?: number): string | undefined {
  const rest = skipScrolledAway(Buffer.from(plain), { rows, wrapCols });
  return rest === undefined ? undefined : decodeUtf8(rest);
}

test('what is left begins at a carriage return and feeds enough lines', () => {
  assert.equal(skip('one\r\ntwo\r\nthree\r\nfour', 2), '\r\nthree\r\nfour');
  assert.equal(skip('one\rover\ntwo\nthree', 2), '\rover\ntwo\nthree');
  assert.equal(skip('one\r\ntwo', 2), undefined, 'too few');
  assert.equal(skip('one\ntwo\nthree\nfour', 2), undefined, 'nobody knows the column');
  assert.equal(skip('\r\none\r\n', 2), undefined, 'nothing to leave out');
  assert.equal(skip('', 1), undefined);
});

test('rows that long lines of ASCII wrap to count, others do not', () => {
  const long = 'x'.repeat(35);
  assert.equal(skip(`a\r\nb\r\n${long}\r\nc`, 5, 10), `\r\n${long}\r\nc`);
  assert.equal(skip(`a\r\nb\r\n${long}\r\nc`, 6, 10), `\r\nb\r\n${long}\r\nc`);
  assert.equal(skip(`a\r\nb\r\n${long}\r\nc`, 3, undefined), `\r\nb\r\n${long}\r\nc`);
  assert.equal(skip(`a\r\nb\r\n${'\u0301'.repeat(35)}\r\nc`, 3, 10), `\r\nb\r\n${'\u0301'.repeat(35)}\r\nc`);
  assert.equal(skip(`a\r\nb\r\n${'x'.repeat(10)}\r\nc`, 3, 10), `\r\nb\r\n${'x'.repeat(10)}\r\nc`, 'a full row is one');
});

test('a pen is folded to what still counts of it', () => {
  const fold = (text: string): string => decodeUtf8(foldPen(Buffer.from(text)));
  assert.equal(fold('a\x1b[31mb\x1b[0mc\x1b[1md'), '\x1b[0m\x1b[1m');
  assert.equal(fold('\x1b[31ma\x1b[42m\x1b[4m\x1b[38;2;1;2;3mb\x1b[38;5;9m\x1b[K'), '\x1b[42m\x1b[4m\x1b[38;5;9m');
  assert.equal(fold('\x1b[1m\x1b[22m\x1b[1m'), '\x1b[22m\x1b[1m');
  assert.equal(fold('\x1b[38;5m\x1b[31m\x1b[38;5m'), '\x1b[31m\x1b[38;5m', 'one that is cut short sets nothing');
  assert.equal(fold('no escape'), '');
});

const parameters = fc.oneof(
  fc.integer({ min: 0, max: 110 }).map(String),
  fc.constantFrom(
    '',
    '4:3',
    '58:2::1:2:3',
    '58;5;7',
    '38;5;200',
    '48;2;9;8;7',
    '38:2::4:5:6',
    '39',
    '49',
    '38;5',
    '1;31',
    '59',
  ),
);

test('a folded pen paints as the whole', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(parameters, { maxLength: 12 }), async (list) => {
      const text = list.map((each) => `\x1b[${each}mx`).join('');
      const paint = async (pen: Uint8Array): Promise<string> => {
        const screen = createScreen({ cols: 10, rows: 2, scrollback: 0 });
        screen.write(pen);
        screen.write(encodeUtf8('\x1b[2J\x1b[Hpaint'));
        const snapshot = decodeUtf8(await screen.snapshot(0));
        screen.dispose();
        return snapshot;
      };
      const plain = Buffer.from(text);
      assert.equal(await paint(foldPen(plain)), await paint(plain));
    }),
    { numRuns: 500 },
  );
});
