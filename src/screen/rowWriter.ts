import { areEqual, type Attributes, attributesOfCell, defaultAttributes, isBlankErased } from './attributes.ts';
import type { Pen } from './pen.ts';
import { cellBits, type EmulatorBuffer, type EmulatorCell, type EmulatorLine } from './xtermInternals.ts';

const { fg: fgFlag, bg: bgFlag } = cellBits;
const visibleOnBlank = fgFlag.inverse | fgFlag.underline | fgFlag.strikethrough;

export interface RowWriterOptions {
  readonly pen: Pen;
  readonly cols: number;
  readonly rows: number;
  /** To load cells into. */
  readonly cell: EmulatorCell;
}

/**
 * Writes lines of a buffer so that a terminal whose lines are empty from the cursor on, which is at the left border,
 * gets the same cells and the same marks of wrapped lines. Leaves the cursor somewhere in the last line.
 */
export class RowWriter {
  private readonly _pen: Pen;
  private readonly _cols: number;
  private readonly _rows: number;
  private readonly _cell: EmulatorCell;

  constructor(options: RowWriterOptions) {
    this._pen = options.pen;
    this._cols = options.cols;
    this._rows = options.rows;
    this._cell = options.cell;
  }

  /** Writes the lines with these indexes, the last one excluded. */
  write(buffer: EmulatorBuffer, from: number, to: number): void {
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
          this._writeCells(line, 0, this._cols, isContinuation);
          break;
        case 'by-wide':
          this._writeCells(line, 0, this._cols - 1, isContinuation);
          break;
        case 'forced':
          this._writeAndForceWrap(line, isContinuation);
      }
      if (next !== undefined && !isContinued) {
        // A line that scrolls in gets the background that is selected.
        this._selectBlank();
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
    while (end > from + 1 && this._isUntouched(buffer.lines.get(end - 1))) {
      end--;
    }
    return end;
  }

  /** Characters with which to write one cell; '' when it is blank or the second half of a wide character. */
  textAt(line: EmulatorLine, col: number): string {
    const cell = line.loadCell(col, this._cell);
    if ((cell.content & cellBits.isCombined) !== 0) {
      return cell.combinedData;
    }
    const codePoint = cell.content & cellBits.codePoint;
    return codePoint === 0 ? '' : String.fromCodePoint(codePoint);
  }

  attributesAt(line: EmulatorLine, col: number): Attributes {
    return attributesOfCell(line.loadCell(col, this._cell));
  }

  widthAt(line: EmulatorLine, col: number): number {
    return line.loadCell(col, this._cell).content >> cellBits.widthShift;
  }

  private _isUntouched(line: EmulatorLine | undefined): boolean {
    if (line === undefined || line.isWrapped) {
      return line === undefined;
    }
    for (let col = 0; col < this._cols; col++) {
      if (this.textAt(line, col) !== '' || !areEqual(this._attributesOfLoaded(), defaultAttributes)) {
        return false;
      }
    }
    return true;
  }

  /** How the second line, which continues the first, gets to be that when both are printed. */
  private _wrapBetween(line: EmulatorLine, next: EmulatorLine): 'by-any' | 'by-wide' | 'forced' {
    if (this.textAt(next, 0) === '' || this.widthAt(next, 0) === 0) {
      return 'forced';
    }
    if (this._filledCols(line) === this._cols) {
      return 'by-any';
    }
    // A wide character that does not fit leaves the last column blank, with the attributes that it has itself.
    const last = this._cols - 1;
    const isLeftFree = this.textAt(line, last) === '' && this.widthAt(next, 0) === 2;
    return isLeftFree && areEqual(this.attributesAt(line, last), this.attributesAt(next, 0)) ? 'by-wide' : 'forced';
  }

  /** How many columns come before the blanks at the end of the line. */
  private _filledCols(line: EmulatorLine): number {
    for (let col = this._cols; col > 0; col--) {
      const isSecondHalf = col > 1 && this.textAt(line, col - 1) === '' && this.widthAt(line, col - 2) === 2;
      if (isSecondHalf || this._isPrinted(line, col - 1)) {
        return col;
      }
    }
    return 0;
  }

  private _isPrinted(line: EmulatorLine, col: number): boolean {
    return this.textAt(line, col) !== '' && col + this.widthAt(line, col) <= this._cols;
  }

  /**
   * Only a character that does not fit into a line wraps it. Where the line does not end with one, or the next does not
   * begin with one, spaces take their places until the wrap is made.
   */
  private _writeAndForceWrap(line: EmulatorLine, isContinuation: boolean): void {
    const filled = this._filledCols(line);
    this._writeCells(line, 0, filled, isContinuation);
    this._selectBlank();
    this._pen.write(' '.repeat(this._cols - filled + 1));
    if (filled < this._cols && this._rows > 1) {
      this._pen.write(`\x1b[A\x1b[${filled + 1}G\x1b[${this._cols - filled}X`);
      this._writeCells(line, filled, this._cols, false);
      this._selectBlank();
      this._pen.write('\x1b[B');
    }
    this._pen.write('\r\x1b[X');
  }

  /** @param isContinuation a character in the first column wraps the line before. */
  private _writeCells(line: EmulatorLine, from: number, to: number, isContinuation: boolean): void {
    let blanks = 0;
    let blankAttributes = defaultAttributes;
    for (let col = from; col < to; col++) {
      const text = this.textAt(line, col);
      const width = this._cell.content >> cellBits.widthShift;
      const attributes = this._attributesOfLoaded();
      if (text === '' || col + width > this._cols) {
        const erased = isBlankErased(attributes)
          ? attributes
          : { ...defaultAttributes, bg: attributes.bg & cellBits.color };
        if (isVisibleOnBlank(attributes)) {
          this._writeBlanks(blanks, blankAttributes, false);
          this._pen.select(attributes);
          this._pen.write(' ');
          blanks = 0;
          continue;
        }
        if (blanks > 0 && !areEqual(erased, blankAttributes)) {
          this._writeBlanks(blanks, blankAttributes, false);
          blanks = 0;
        }
        blanks++;
        blankAttributes = erased;
        continue;
      }
      this._writeBlanks(blanks, blankAttributes, false);
      blanks = 0;
      // A mark that has a cell of its own came after some sequence; otherwise it would have joined its neighbour.
      this._pen.select(attributes, width === 0);
      this._pen.write(text);
      if (isContinuation && col === 0 && (attributes.bg & cellBits.color) !== 0 && width < this._cols) {
        // The line has come in with this background; it is drawn upon a blank one.
        this._selectBlank();
        this._pen.write(`\x1b[${this._cols}X`);
      }
      col += Math.max(0, width - 1);
    }
    this._writeBlanks(blanks, blankAttributes, to === this._cols);
  }

  private _attributesOfLoaded(): Attributes {
    const { attributes } = this._pen;
    const cell = this._cell;
    const isPlain = (cell.bg & bgFlag.hasExtended) === 0 && attributes.underline === 0 && attributes.link === 0;
    return isPlain && cell.fg === attributes.fg && cell.bg === attributes.bg ? attributes : attributesOfCell(cell);
  }

  /** Cells that were never printed to, or erased: erased again where they have a background, else passed over. */
  private _writeBlanks(count: number, attributes: Attributes, isAtEnd: boolean): void {
    if (count === 0) {
      return;
    }
    if (attributes.bg !== 0) {
      this._pen.select({ ...attributes, link: this._pen.attributes.link });
      this._pen.write(`\x1b[${count}X`);
    }
    if (!isAtEnd) {
      this._pen.write(`\x1b[${count}C`);
    }
  }

  private _selectBlank(): void {
    if ((this._pen.attributes.bg & cellBits.color) !== 0 || this._pen.attributes.link !== 0) {
      this._pen.select(defaultAttributes);
    }
  }
}

function isVisibleOnBlank(attributes: Attributes): boolean {
  return (attributes.fg & visibleOnBlank) !== 0 || (attributes.bg & bgFlag.overline) !== 0;
}
