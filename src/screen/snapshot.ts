import { defaultAttributes } from './attributes.ts';
import { CellReader } from './cellReader.ts';
import { CursorWriter } from './cursorWriter.ts';
import type { KeptModes } from './keptModes.ts';
import { serializeModes } from './modes.ts';
import { Pen } from './pen.ts';
import { RowWriter } from './rowWriter.ts';
import { isNothingSaved, SavedCursorWriter } from './savedCursor.ts';
import type { Terminal } from './xterm.ts';
import { type EmulatorBuffer, type EmulatorInternals, internalsOf, newCell } from './xtermInternals.ts';

const tabWidth = 8;

/**
 * VT sequences which, written to a freshly reset terminal of the same size, make it equal to this one: cells,
 * attributes and wrap marks of both buffers and of at most `scrollback` lines above the screen, cursor with pending
 * wrap, saved cursors, scroll regions, tab stops, charsets, modes, pen, hyperlinks, title, directory, changed colours,
 * keyboard flags. There is no query in it, nothing that rings, notifies or reaches the clipboard, and no shell integration mark.
 *
 * What the alternate buffer keeps while it does not show comes first, then the normal buffer, as if its program had just
 * printed it, then the alternate one if it shows, then the state that would disturb the drawing.
 */
export function serializeTerminal(terminal: Terminal, kept: KeptModes, scrollback: number): Uint8Array {
  return new SnapshotWriter(terminal, kept).write(scrollback);
}

class SnapshotWriter {
  private readonly _terminal: Terminal;
  private readonly _core: EmulatorInternals;
  private readonly _kept: KeptModes;
  private readonly _pen: Pen;
  private readonly _rowWriter: RowWriter;
  private readonly _savedWriter: SavedCursorWriter;
  private readonly _cursorWriter: CursorWriter;

  constructor(terminal: Terminal, kept: KeptModes) {
    this._terminal = terminal;
    this._core = internalsOf(terminal);
    this._kept = kept;
    const { cols, rows } = terminal;
    const pen = new Pen(this._core._oscLinkService);
    const reader = new CellReader(newCell(terminal), cols);
    this._pen = pen;
    this._rowWriter = new RowWriter({ pen, reader, cols, rows });
    this._savedWriter = new SavedCursorWriter(pen);
    this._cursorWriter = new CursorWriter(this._core, pen, reader, cols);
  }

  write(scrollback: number): Uint8Array {
    const { normal, alt, active } = this._core.buffers;
    const isAlternate = active === alt;
    // A reset leaves the newline mode as it is.
    this._pen.write('\x1b[20l');
    this._pen.write(this._kept.palette.serialize());
    if (!isAlternate) {
      this._writeHiddenAlternate(alt);
    }
    const from = Math.max(0, normal.ybase - scrollback);
    this._writeSavedCursorOffScreen(normal, from);
    this._writeLines(normal, from);
    this._writeTabStops(normal);
    this._writeSavedCursorOnScreen(normal, from);
    this._writeScrollRegion(normal);
    if (isAlternate) {
      this._pen.write(this._kept.keyboard.serialize('inactive'));
      this._pen.select(defaultAttributes);
      // Where the normal buffer's cursor is decides, while it does not show, what becomes of its lines by a resize.
      this._pen.write(`\x1b[${normal.y + 1};${Math.min(normal.x, this._terminal.cols - 1) + 1}H`);
      this._savedWriter.passLine(normal.x, this._terminal.cols);
      // 1047 and not 1049, which would save the cursor.
      this._pen.write('\x1b[?1047h\x1b[H');
      this._writeSavedCursorOfAlternate(alt);
      this._writeLines(alt, alt.ybase);
      this._writeTabStops(alt);
      this._writeScrollRegion(alt);
    }
    this._pen.write(this._kept.keyboard.serialize('active'));
    this._pen.write(this._kept.serializeTitles());
    this._pen.write(this._kept.directory.serialize());
    this._cursorWriter.resume(active);
    this._pen.write(serializeModes(this._core));
    this._pen.write(this._kept.serializeLaterModes());
    this._cursorWriter.write(active);
    return this._pen.toBytes();
  }

  /** Saved cursor and keyboard flags outlive the leaving of the alternate buffer; its cells do not. */
  private _writeHiddenAlternate(alt: EmulatorBuffer): void {
    const flags = this._kept.keyboard.serialize('inactive');
    if (flags !== '' || !isNothingSaved(alt, { line: alt.savedY, col: alt.savedX })) {
      this._pen.write(`\x1b[?47h${flags}`);
      this._writeSavedCursorOfAlternate(alt);
      this._pen.write('\x1b[?47l\x1b[H');
    }
  }

  private _writeSavedCursorOfAlternate(alt: EmulatorBuffer): void {
    const { cols, rows } = this._terminal;
    if (!isNothingSaved(alt, { line: alt.savedY, col: alt.savedX })) {
      // After a resize it can be beyond the screen, where nothing gets: restoring takes it back, too.
      this._savedWriter.saveOnBlank(
        alt,
        Math.min(alt.savedY - alt.ybase, rows - 1),
        Math.min(alt.savedX, cols + 1),
        cols,
      );
      this._pen.write('\x1b[H');
    }
  }

  private _isSavedOnScreen(buffer: EmulatorBuffer): boolean {
    return buffer.savedY >= buffer.ybase && buffer.savedY < buffer.ybase + this._terminal.rows;
  }

  /**
   * A saved cursor whose line has scrolled off, or lies below the screen since the lines above were cleared, counts
   * again when the screen grows or scrolls. It is saved in an empty terminal, scrolled until it has such a line; then
   * that is cleared.
   */
  private _writeSavedCursorOffScreen(normal: EmulatorBuffer, from: number): void {
    const place = { line: Math.max(0, normal.savedY - from), col: normal.savedX };
    if (this._isSavedOnScreen(normal) || isNothingSaved(normal, place)) {
      return;
    }
    const { cols, rows } = this._terminal;
    const scrolled = Math.max(0, place.line - (rows - 1));
    this._pen.write(scrolled === 0 ? '' : `\x1b[${rows}H${'\n'.repeat(scrolled)}`);
    this._savedWriter.saveOnBlank(normal, place.line - scrolled, place.col, cols);
    this._pen.write(scrolled === 0 ? '\x1b[H' : '\x1b[3J\x1b[H');
  }

  private _writeSavedCursorOnScreen(normal: EmulatorBuffer, from: number): void {
    const place = { line: Math.max(0, normal.savedY - from), col: normal.savedX };
    if (this._isSavedOnScreen(normal) && !isNothingSaved(normal, place)) {
      const { cols } = this._terminal;
      this._savedWriter.saveByAlternate(normal, normal.savedY - normal.ybase, normal.savedX, cols);
    }
  }

  private _writeLines(buffer: EmulatorBuffer, from: number): void {
    const end = buffer.ybase + this._terminal.rows;
    // Lines above the screen get there by scrolling, for which the blank ones below are needed.
    const isScrolled = from < buffer.ybase;
    const to = isScrolled ? end : this._rowWriter.endOfContent(buffer, from, end);
    this._rowWriter.write(buffer, from, to, buffer === this._core.buffers.normal);
  }

  private _writeScrollRegion(buffer: EmulatorBuffer): void {
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
}
