import { areEqual, attributesOfPen, defaultAttributes } from './attributes.ts';
import { designatorOf } from './charsets.ts';
import type { KeptModes } from './keptModes.ts';
import { serializeModes } from './modes.ts';
import { Pen } from './pen.ts';
import { RowWriter } from './rowWriter.ts';
import type { Terminal } from './xterm.ts';
import { cellBits, type EmulatorBuffer, type EmulatorInternals, internalsOf, newCell } from './xtermInternals.ts';

const tabWidth = 8;

/**
 * VT sequences which, written to a freshly reset terminal of the same size, make it equal to this one: cells,
 * attributes and wrap marks of both buffers and of at most `scrollback` lines above the screen, cursor with pending
 * wrap, saved cursors, scroll regions, tab stops, charsets, modes, pen, hyperlinks, title, changed colours, keyboard
 * flags. There is no query in it, nothing that rings, notifies or reaches the clipboard, and no shell integration mark.
 *
 * The normal buffer comes first, as if its program had just printed it, then the alternate one, then the state that
 * would disturb the drawing.
 */
export function serializeTerminal(terminal: Terminal, kept: KeptModes, scrollback: number): string {
  return new SnapshotWriter(terminal, kept).write(scrollback);
}

class SnapshotWriter {
  private readonly _terminal: Terminal;
  private readonly _core: EmulatorInternals;
  private readonly _kept: KeptModes;
  private readonly _pen: Pen;
  private readonly _rowWriter: RowWriter;

  constructor(terminal: Terminal, kept: KeptModes) {
    this._terminal = terminal;
    this._core = internalsOf(terminal);
    this._kept = kept;
    this._pen = new Pen(this._core._oscLinkService);
    this._rowWriter = new RowWriter({
      pen: this._pen,
      cols: terminal.cols,
      rows: terminal.rows,
      cell: newCell(terminal),
    });
  }

  write(scrollback: number): string {
    const { normal, alt, active } = this._core.buffers;
    const isAlternate = active === alt;
    // A reset leaves the newline mode as it is.
    this._pen.write('\x1b[20l');
    this._pen.write(this._kept.palette.serialize());
    this._writeLines(normal, Math.max(0, normal.ybase - scrollback));
    this._writeBufferState(normal);
    if (isAlternate) {
      this._pen.write(this._kept.keyboard.serialize('inactive'));
      this._pen.select(defaultAttributes);
      // 1047 and not 1049, which would save the cursor.
      this._pen.write('\x1b[?1047h\x1b[H');
      this._writeLines(alt, alt.ybase);
      this._writeBufferState(alt);
    }
    this._pen.write(this._kept.keyboard.serialize('active'));
    if (this._kept.title !== '') {
      this._pen.write(`\x1b]2;${this._kept.title}\x1b\\`);
    }
    this._writeCharsetsOutOfStep();
    this._pen.write(serializeModes(this._core));
    this._pen.write(this._kept.serializeLaterModes());
    this._writeCursor(active);
    return this._pen.toString();
  }

  private _writeLines(buffer: EmulatorBuffer, from: number): void {
    const end = buffer.ybase + this._terminal.rows;
    // Lines above the screen get there by scrolling, for which the blank ones below are needed.
    const isScrolled = from < buffer.ybase;
    this._rowWriter.write(buffer, from, isScrolled ? end : this._rowWriter.endOfContent(buffer, from, end));
  }

  /** What belongs to a buffer besides its cells, and to no other: tab stops, saved cursor, scroll region. */
  private _writeBufferState(buffer: EmulatorBuffer): void {
    this._writeTabStops(buffer);
    this._writeSavedCursor(buffer);
    if (buffer.scrollTop !== 0 || buffer.scrollBottom !== this._terminal.rows - 1) {
      this._pen.write(`\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r`);
    }
  }

  private _writeTabStops(buffer: EmulatorBuffer): void {
    const stops: number[] = [];
    for (let col = 0; col < this._terminal.cols; col++) {
      if (buffer.tabs[col] === true) {
        stops.push(col);
      }
    }
    const isDefault =
      stops.length === Math.ceil(this._terminal.cols / tabWidth) &&
      stops.every((col, index) => col === index * tabWidth);
    if (!isDefault) {
      this._pen.write('\x1b[3g' + stops.map((col) => `\x1b[${col + 1}G\x1bH`).join(''));
    }
  }

  private _writeSavedCursor(buffer: EmulatorBuffer): void {
    const attributes = attributesOfPen(buffer.savedCurAttrData);
    const row = Math.max(0, Math.min(buffer.savedY - buffer.ybase, this._terminal.rows - 1));
    // Restoring puts a cursor that was about to wrap into the last column.
    const col = Math.min(buffer.savedX, this._terminal.cols - 1);
    const designator = designatorOf(buffer.savedCharset);
    const isDefault = row === 0 && col === 0 && designator === 'B' && areEqual(attributes, defaultAttributes);
    if (isDefault) {
      return;
    }
    this._pen.write(`\x1b[${row + 1};${col + 1}H`);
    this._pen.select(attributes);
    this._pen.write(designator === 'B' ? '\x1b7' : `\x1b(${designator}\x1b7\x1b(B`);
  }

  /**
   * The charset in use can differ from the one that is designated and invoked, after a cursor was restored. Restoring
   * it again does that here.
   */
  private _writeCharsetsOutOfStep(): void {
    const { charset, glevel, _charsets: designated } = this._core._charsetService;
    if (charset !== designated[glevel]) {
      this._writeDesignations();
      this._pen.write('\x1b8');
      this._pen.select(defaultAttributes, true);
    }
  }

  private _writeDesignations(): void {
    const { glevel, _charsets: designated } = this._core._charsetService;
    ['(', ')', '*', '+'].forEach((slot, index) => {
      const designator = designatorOf(designated[index]);
      if (designator !== 'B') {
        this._pen.write(`\x1b${slot}${designator}`);
      }
    });
    if (glevel !== 0) {
      this._pen.write(['', '\x0e', '\x1bn', '\x1bo'][glevel] ?? '');
    }
  }

  /** Position, pen, charsets and the modes that act upon printing. Nothing may come after it but text. */
  private _writeCursor(buffer: EmulatorBuffer): void {
    const { coreService, _inputHandler: inputHandler, _charsetService: charsets } = this._core;
    const isOutOfStep = charsets.charset !== charsets._charsets[charsets.glevel];
    const pen = attributesOfPen(inputHandler._curAttrData);
    if (coreService.decPrivateModes.origin) {
      this._pen.write('\x1b[?6h');
    }
    const isWrapPending = buffer.x >= this._terminal.cols;
    const last = this._lastPrinted(buffer);
    const joins =
      inputHandler._parser.precedingJoinState !== 0 &&
      last !== undefined &&
      areEqual(attributesShown(this._rowWriter.attributesAt(last.line, last.col)), attributesShown(pen)) &&
      !(charsets.charset !== undefined && /[\u0000-\u007e]/.test(last.text));
    if (isWrapPending && !joins) {
      this._writePendingWrap(buffer, last);
    } else if (!joins) {
      this._moveTo(buffer, buffer.x);
    }
    if (!isOutOfStep) {
      this._writeDesignations();
    }
    if (coreService.modes.insertMode) {
      this._pen.write('\x1b[4h');
    }
    this._pen.select(pen);
    if (joins) {
      // A mark that comes next joins the character before it only if that has just been printed.
      this._moveTo(buffer, last.col);
      this._pen.write((coreService.modes.insertMode && !isWrapPending ? `\x1b[${last.width}P` : '') + last.text);
    }
  }

  /** Only printing gets the cursor beyond the last column. */
  private _writePendingWrap(buffer: EmulatorBuffer, last: ReturnType<SnapshotWriter['_lastPrinted']>): void {
    if (last !== undefined) {
      this._moveTo(buffer, last.col);
      this._pen.select(this._rowWriter.attributesAt(last.line, last.col));
      this._pen.write(last.text);
      return;
    }
    // The last column has been erased since. The alternate buffer, which is empty, hands its cursor to the normal one;
    // when it is shown itself, the space stays.
    const isNormal = buffer === this._core.buffers.normal;
    this._pen.write(isNormal ? '\x1b[?47h' : '');
    this._moveTo(buffer, this._terminal.cols - 1);
    this._pen.write(isNormal ? ' \x1b[?47l' : ' ');
  }

  private _moveTo(buffer: EmulatorBuffer, col: number): void {
    const { origin } = this._core.coreService.decPrivateModes;
    this._pen.write(`\x1b[${buffer.y - (origin ? buffer.scrollTop : 0) + 1};${col + 1}H`);
  }

  /** The character that ends right before the cursor. */
  private _lastPrinted(buffer: EmulatorBuffer) {
    const line = buffer.lines.get(buffer.ybase + buffer.y);
    // A mark without a character moves the emulator's cursor even beyond its place for a pending wrap.
    const x = Math.min(buffer.x, this._terminal.cols);
    if (line === undefined || x === 0) {
      return undefined;
    }
    const isSecondHalf =
      x > 1 && this._rowWriter.textAt(line, x - 1) === '' && this._rowWriter.widthAt(line, x - 1) === 0;
    const col = x - (isSecondHalf ? 2 : 1);
    const text = this._rowWriter.textAt(line, col);
    const width = this._rowWriter.widthAt(line, col);
    return text !== '' && col + Math.max(1, width) === x ? { line, col, text, width } : undefined;
  }
}

/** Without what a pen has in store and no cell shows. */
function attributesShown(attributes: ReturnType<typeof attributesOfPen>): ReturnType<typeof attributesOfPen> {
  const isUnderlined = (attributes.fg & cellBits.fg.underline) !== 0;
  return {
    ...attributes,
    underline: isUnderlined ? attributes.underline : 0,
    bg: attributes.bg & ~cellBits.bg.hasExtended,
  };
}
