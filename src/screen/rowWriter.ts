import { areEqual } from './attributes.ts';
import type { CellReader } from './cellReader.ts';
import { CellWriter } from './cellWriter.ts';
import type { Pen } from './pen.ts';
import type { EmulatorBuffer, EmulatorLine } from './xtermInternals.ts';

export interface RowWriterOptions {
  readonly pen: Pen;
  readonly reader: CellReader;
  readonly cols: number;
  readonly rows: number;
}

/**
 * Writes lines of a buffer so that a terminal whose lines are empty from the cursor on, which is at the left border,
 * gets the same cells and the same marks of wrapped lines. Leaves the cursor somewhere in the last line.
 */
export class RowWriter {
  private readonly _pen: Pen;
  private readonly _reader: CellReader;
  private readonly _cells: CellWriter;
  private readonly _cols: number;
  private readonly _rows: number;

  constructor(options: RowWriterOptions) {
    this._pen = options.pen;
    this._reader = options.reader;
    this._cells = new CellWriter(options.pen, options.reader, options.cols);
    this._cols = options.cols;
    this._rows = options.rows;
  }

  /**
   * Writes the lines with these indexes, the last one excluded.
   * @param canSwitch in the normal buffer, which a look at the alternate one does not harm.
   */
  write(buffer: EmulatorBuffer, from: number, to: number, canSwitch: boolean): void {
    if (buffer.lines.get(from)?.isWrapped === true) {
      this._markFirstLine();
    }
    for (let index = from; index < to; index++) {
      const line = buffer.lines.get(index);
      const next = index + 1 < to ? buffer.lines.get(index + 1) : undefined;
      if (line === undefined) {
        continue;
      }
      const isContinued = next?.isWrapped === true;
      const wrap = isContinued ? this._wrapBetween(line, next) : 'none';
      const isContinuation = index > from && line.isWrapped;
      switch (wrap) {
        case 'none':
        case 'by-any':
          this._cells.write(line, 0, this._cols, isContinuation);
          break;
        case 'by-wide':
          this._cells.write(line, 0, this._cols - 1, isContinuation);
          break;
        case 'forced':
          if (canSwitch) {
            this._writeAndWrapByAlternate(line, isContinuation);
          } else {
            this._writeAndWrapBySpaces(line, isContinuation);
          }
      }
      if (next !== undefined && !isContinued) {
        // A line that scrolls in gets the background that is selected.
        this._cells.selectBlank();
        this._pen.write('\r\n');
      }
    }
  }

  /**
   * The index after the last of these lines that has anything on it. A fresh terminal has the blank ones below already,
   * and one that is lower than this one (a window lags behind a resize) would scroll for each of them.
   */
  endOfContent(buffer: EmulatorBuffer, from: number, to: number): number {
    let end = to;
    while (end > from + 1) {
      const line = buffer.lines.get(end - 1);
      if (line !== undefined && !this._reader.isUntouched(line)) {
        break;
      }
      end--;
    }
    return end;
  }

  /** The first line continues one that is gone: wraps one into the second line and deletes it. */
  private _markFirstLine(): void {
    this._pen.write(' '.repeat(this._cols + 1));
    // A single row has scrolled by wrapping, and what it wrapped from is above the screen, if anywhere.
    this._pen.write(this._rows === 1 ? '\x1b[3J\r\x1b[X' : '\x1b[H\x1b[M\x1b[X');
  }

  /** How the second line, which continues the first, gets to be that when both are printed. */
  private _wrapBetween(line: EmulatorLine, next: EmulatorLine): 'by-any' | 'by-wide' | 'forced' {
    if (this._reader.kindAt(next, 0) !== 'printed' || this._reader.widthAt(next, 0) === 0) {
      return 'forced';
    }
    const last = this._cols - 1;
    const kind = this._reader.kindAt(line, last);
    if ((kind === 'printed' && this._reader.widthAt(line, last) > 0) || kind === 'second-half') {
      return 'by-any';
    }
    // A wide character that does not fit leaves the last column blank, with the attributes that it has itself.
    const isLeftFree = (kind === 'erased' || kind === 'attributed') && this._reader.widthAt(next, 0) === 2;
    return isLeftFree && areEqual(this._reader.attributesAt(line, last), this._reader.attributesAt(next, 0))
      ? 'by-wide'
      : 'forced';
  }

  /**
   * Only a character that does not fit into a line wraps it. Where the line does not end with one, the alternate buffer
   * lends one: it hands its cursor to the normal buffer, with the wrap that is pending.
   */
  private _writeAndWrapByAlternate(line: EmulatorLine, isContinuation: boolean): void {
    this._cells.write(line, 0, this._cols, isContinuation);
    this._cells.selectBlank();
    this._pen.write(`\x1b[?47h\x1b[${this._cols}G \x1b[?47l \r\x1b[X`);
  }

  /** In the alternate buffer, spaces take the places of what is missing until the wrap is made. */
  private _writeAndWrapBySpaces(line: EmulatorLine, isContinuation: boolean): void {
    const filled = this._reader.filledCols(line);
    this._cells.write(line, 0, filled, isContinuation);
    this._cells.selectBlank();
    this._pen.write(' '.repeat(this._cols - filled + 1));
    if (filled < this._cols) {
      // A blank with attributes at the end takes the line anew, from its beginning.
      const from = this._reader.kindAt(line, this._cols - 1) === 'attributed' ? 0 : filled;
      this._pen.write(`\x1b[A\x1b[${from + 1}G\x1b[${this._cols - from}X`);
      this._cells.write(line, from, this._cols, false);
      this._cells.selectBlank();
      this._pen.write('\x1b[B');
    }
    this._pen.write('\r\x1b[X');
  }
}
