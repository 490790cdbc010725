import { encodeUtf8 } from '../base/utf8.ts';
import { areEqual, defaultAttributes } from './attributes.ts';
import { CellReader } from './cellReader.ts';
import { Pen } from './pen.ts';
import { useVsCodeWidths } from './unicodeWidths.ts';
import { concatBytes } from './utf8Border.ts';
import { Terminal } from './xterm.ts';
import { type EmulatorLine, internalsOf, newCell } from './xtermInternals.ts';

export interface LastPictureOptions {
  /** Of a screen whose alternate buffer shows. */
  readonly snapshot: { readonly bytes: Uint8Array; readonly cols: number; readonly rows: number };
  /** What leaves the alternate buffer and resets the modes. */
  readonly leave: Uint8Array;
  /** A line with its end, for above the picture, given the title. */
  readonly heading: (title: string) => Uint8Array;
}

/**
 * VT bytes for a full-screen program that has died: they leave the alternate buffer, and then print what it showed, as
 * rows with their attributes, below everything that the normal buffer holds, so that it can be looked at in the scrollback
 * later. At most as many rows as the screen has; the blank ones at the end are left out, and of a blank picture there
 * is nothing. The cursor ends at the start of a line.
 */
export async function lastPicture({ snapshot, leave, heading }: LastPictureOptions): Promise<Uint8Array> {
  const { bytes, cols, rows } = snapshot;
  const terminal = new Terminal({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: 'off' });
  try {
    useVsCodeWidths(terminal);
    let title = '';
    terminal.onTitleChange((changed) => (title = changed));
    await write(terminal, bytes);
    const picture = drawRows(terminal);
    await write(terminal, leave);
    const headed = picture.length === 0 ? [] : [heading(title), picture];
    return concatBytes([leave, encodeUtf8(moveBelow(terminal)), ...headed]);
  } finally {
    terminal.dispose();
  }
}

function write(terminal: Terminal, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => terminal.write(bytes, resolve));
}

/** The rows that show, without the blank ones at the end, each with its end. */
function drawRows(terminal: Terminal): Uint8Array {
  const core = internalsOf(terminal);
  const pen = new Pen(core._oscLinkService);
  const reader = new CellReader(newCell(terminal), terminal.cols);
  const last = lastRowWithContent(terminal, reader);
  for (let row = 0; row <= last; row++) {
    const line = core.buffers.active.lines.get(core.buffers.active.ybase + row);
    if (line !== undefined) {
      drawRow(line, { reader, pen, cols: terminal.cols });
    }
    // Else the line that scrolls in would get the background.
    pen.select(defaultAttributes);
    pen.write('\r\n');
  }
  return pen.toBytes();
}

/** Blanks become spaces: so what is copied has them, and a resize treats them as it treats text. */
function drawRow(
  line: EmulatorLine,
  { reader, pen, cols }: { readonly reader: CellReader; readonly pen: Pen; readonly cols: number },
): void {
  const end = contentEnd(line, reader, cols);
  for (let col = 0; col < end; col++) {
    const text = reader.textAt(line, col);
    const width = reader.widthAt(line, col);
    pen.select(reader.attributesAt(line, col));
    // What a resize has cut in half at the border would go to the next line.
    if (text === '' || col + width > cols) {
      pen.write(' ');
      continue;
    }
    pen.write(text);
    // Its second half has no character of its own.
    col += Math.max(0, width - 1);
  }
}

/** How many columns come before those at the end that are blank and without attributes. */
function contentEnd(line: EmulatorLine, reader: CellReader, cols: number): number {
  for (let col = Math.min(line.length, cols) - 1; col >= 0; col--) {
    const text = reader.textAt(line, col);
    const hasText = text !== '' && text !== ' ';
    // The second half of a wide character is without a width.
    const isSecondHalf = reader.widthAt(line, col) === 0;
    if (hasText || isSecondHalf || !areEqual(reader.attributesAt(line, col), defaultAttributes)) {
      return col + 1;
    }
  }
  return 0;
}

function lastRowWithContent(terminal: Terminal, reader: CellReader): number {
  const buffer = internalsOf(terminal).buffers.active;
  for (let row = terminal.rows - 1; row >= 0; row--) {
    const line = buffer.lines.get(buffer.ybase + row);
    if (line !== undefined && contentEnd(line, reader, terminal.cols) > 0) {
      return row;
    }
  }
  return -1;
}

/** Moves the cursor to the start of the line below the cursor's own and everything that is printed. */
function moveBelow(terminal: Terminal): string {
  const { active } = internalsOf(terminal).buffers;
  const reader = new CellReader(newCell(terminal), terminal.cols);
  const row = Math.max(lastRowWithContent(terminal, reader), active.x > 0 ? active.y : active.y - 1);
  return row < 0 ? '\x1b[H' : `\x1b[${row + 1};1H\r\n`;
}
