import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Terminal } from '../../src/screen/xterm.ts';
import { cellBits, cellWords, groundState, internalsOf, newCell } from '../../src/screen/xtermInternals.ts';

function makeTerminal(): Terminal {
  return new Terminal({ cols: 10, rows: 2, allowProposedApi: true, logLevel: 'off' });
}

function write(terminal: Terminal, text: string): Promise<void> {
  return new Promise((resolve) => terminal.write(text, resolve));
}

/** `a.b: type` for every member that src/screen reaches for; arrays and functions told apart. */
const members: Readonly<Record<string, string>> = {
  'coreService.isCursorHidden': 'boolean',
  'coreService.modes.insertMode': 'boolean',
  'coreService.decPrivateModes.applicationCursorKeys': 'boolean',
  'coreService.decPrivateModes.applicationKeypad': 'boolean',
  'coreService.decPrivateModes.bracketedPasteMode': 'boolean',
  'coreService.decPrivateModes.origin': 'boolean',
  'coreService.decPrivateModes.reverseWraparound': 'boolean',
  'coreService.decPrivateModes.sendFocus': 'boolean',
  'coreService.decPrivateModes.wraparound': 'boolean',
  'coreMouseService.activeProtocol': 'string',
  'coreMouseService.activeEncoding': 'string',
  'optionsService.rawOptions.convertEol': 'boolean',
  'optionsService.rawOptions.cursorBlink': 'boolean',
  'buffers.normal.x': 'number',
  'buffers.normal.y': 'number',
  'buffers.normal.ybase': 'number',
  'buffers.normal.lines.length': 'number',
  'buffers.normal.lines.get': 'function',
  'buffers.normal.lines.maxLength': 'number',
  'buffers.normal.lines.push': 'function',
  'buffers.normal.getBlankLine': 'function',
  'buffers.normal.scrollTop': 'number',
  'buffers.normal.scrollBottom': 'number',
  'buffers.normal.tabs': 'object',
  'buffers.normal.savedX': 'number',
  'buffers.normal.savedY': 'number',
  'buffers.normal.savedCurAttrData.fg': 'number',
  'buffers.alt.lines.length': 'number',
  'buffers.active.x': 'number',
  '_charsetService.glevel': 'number',
  '_charsetService._charsets': 'object',
  '_oscLinkService.getLinkData': 'function',
  '_oscLinkService._entriesWithId.has': 'function',
  '_writeBuffer._action': 'function',
  '_inputHandler._curAttrData.fg': 'number',
  '_inputHandler._curAttrData.bg': 'number',
  '_inputHandler._curAttrData.extended._ext': 'number',
  '_inputHandler._curAttrData.extended.urlId': 'number',
  '_inputHandler._parser.currentState': 'number',
  '_inputHandler._parser.precedingJoinState': 'number',
  '_inputHandler._parser.reset': 'function',
  '_inputHandler.selectCharset': 'function',
  '_inputHandler.eraseInDisplay': 'function',
  '_inputHandler.onColor': 'function',
};

for (const [path, type] of Object.entries(members)) {
  test(`the emulator still has ${path}`, () => {
    const terminal = makeTerminal();
    let value: unknown = internalsOf(terminal);
    for (const name of path.split('.')) {
      assert(typeof value === 'object' && value !== null, `${path}: nothing before ${name}`);
      value = (value as Record<string, unknown>)[name];
    }
    assert.equal(typeof value, type);
    terminal.dispose();
  });
}

test('the emulator still keeps cells as we read them', async () => {
  const terminal = makeTerminal();
  await write(terminal, '\x1b[1;4:3;7;9;31m漢\x1b[0;3;2;53;48;5;200;38;2;1;2;3me\u0301');
  const line = internalsOf(terminal).buffers.active.lines.get(0);
  assert(line !== undefined);
  const cell = newCell(terminal);
  const { fg, bg, colorModes } = cellBits;
  line.loadCell(0, cell);
  assert.deepEqual(
    [cell.content & cellBits.codePoint, cell.content >> cellBits.widthShift, cell.fg >>> 0, cell.bg],
    [
      '漢'.codePointAt(0),
      2,
      (fg.bold | fg.underline | fg.inverse | fg.strikethrough | colorModes.palette16 | 1) >>> 0,
      bg.hasExtended,
    ],
  );
  assert.equal((cell.extended._ext >>> cellBits.underlineStyleShift) & 7, 3);
  line.loadCell(2, cell);
  assert.deepEqual(
    [cell.content & cellBits.isCombined, cell.combinedData, cell.fg, cell.bg],
    [
      cellBits.isCombined,
      'e\u0301',
      colorModes.rgb | 0x010203,
      bg.italic | bg.dim | bg.overline | colorModes.palette256 | 200,
    ],
  );
  terminal.dispose();
});

test('the emulator still keeps the cells of a line in one array, and extended attributes once as long as they stay', async () => {
  const terminal = makeTerminal();
  await write(terminal, 'a\x1b[1;31;44m漢e\u0301\x1b[0;4:3mbc\x1b[4:2md');
  const line = internalsOf(terminal).buffers.active.lines.get(0);
  assert(line !== undefined && line._data instanceof Uint32Array);
  assert.equal(line._data.length, 10 * cellWords.count);
  const cell = newCell(terminal);
  for (let col = 0; col < 10; col++) {
    const { content, fg, bg } = line.loadCell(col, cell);
    const words = line._data.subarray(col * cellWords.count);
    assert.deepEqual(
      [words[cellWords.content], words[cellWords.fg], words[cellWords.bg]],
      [content, fg >>> 0, bg >>> 0],
      `column ${col}`,
    );
  }
  const extended = line._extendedAttrs;
  assert.notEqual(extended[4], undefined);
  assert.equal(extended[4], extended[5]);
  assert.notEqual(extended[5], extended[6]);
  terminal.dispose();
});

for (const start of [
  '\x1b',
  '\x1b(',
  '\x1b[',
  '\x1b[1;',
  '\x1b[ ',
  '\x1b]2;a',
  '\x1bP',
  '\x1bPq',
  '\x1b_a',
  '\x1b^a',
]) {
  test(`the emulator is still in ground state but for sequences: ${JSON.stringify(start)}`, async () => {
    const terminal = makeTerminal();
    const parser = internalsOf(terminal)._inputHandler._parser;
    await write(terminal, 'text');
    assert.equal(parser.currentState, groundState);
    await write(terminal, start);
    assert.notEqual(parser.currentState, groundState);
    await write(terminal, '\x18text');
    assert.equal(parser.currentState, groundState);
    terminal.dispose();
  });
}

test('the emulator still keeps the last byte of a pending wrap, the cursor style and the charsets where we look', async () => {
  const terminal = makeTerminal();
  const core = internalsOf(terminal);
  await write(terminal, '\x1b[5 q\x1b(0\x1b7qqqqqqqqqq');
  assert.equal(core.buffers.active.x, 10);
  assert.notEqual(core._inputHandler._parser.precedingJoinState, 0);
  assert.deepEqual(
    [core.coreService.decPrivateModes.cursorStyle, core.coreService.decPrivateModes.cursorBlink],
    ['bar', true],
  );
  assert.equal(core._charsetService.charset, core._charsetService._charsets[0]);
  assert.equal(core.buffers.active.savedCharset, core._charsetService.charset);
  terminal.dispose();
});
