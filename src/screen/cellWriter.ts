import { areEqual, type Attributes, defaultAttributes } from './attributes.ts';
import type { CellReader } from './cellReader.ts';
import type { Pen } from './pen.ts';
import { cellBits, type EmulatorLine } from './xtermInternals.ts';

/** Takes two cells in every version of Unicode; one half of it is what makes some blanks. */
const wideBlank = '\u3000';

interface Range {
  readonly from: number;
  /** The first one that does not belong to it. */
  readonly to: number;
  /** Added to the columns of the line: where they are written. */
  readonly shift: number;
  readonly isContinuation: boolean;
}

/** Writes the cells of one line into a line whose cells are blank and plain from the cursor on. */
export class CellWriter {
  private readonly _pen: Pen;
  private readonly _reader: CellReader;
  private readonly _cols: number;

  constructor(pen: Pen, reader: CellReader, cols: number) {
    this._pen = pen;
    this._reader = reader;
    this._cols = cols;
  }

  /**
   * Writes the columns with these numbers, the last one excluded. The cursor is in the first of them, or waits to wrap
   * into it; it is left after the last one that is no plain blank.
   * @param isContinuation a character in the first column wraps the line before.
   */
  write(line: EmulatorLine, from: number, to: number, isContinuation: boolean): void {
    const pivot = to === this._cols && from === 0 ? this._findPivot(line) : undefined;
    if (pivot !== undefined) {
      this._writeShifted(line, pivot, isContinuation);
      return;
    }
    this._writeRange(line, { from, to, shift: 0, isContinuation });
  }

  /** Cells that were never printed to, or erased: nothing of a background or a link goes into them. */
  selectBlank(): void {
    const { attributes } = this._pen;
    if ((attributes.bg & cellBits.color) !== 0 || attributes.link !== 0) {
      this._pen.select(defaultAttributes);
    }
  }

  /**
   * A blank in the last column whose attributes came by printing is made one column before it, where there is room for
   * what makes it, and pushed there by inserting the cells of a character that comes before it.
   * @returns the column of that character.
   */
  private _findPivot(line: EmulatorLine): number | undefined {
    const last = this._cols - 1;
    const isPlain = this._reader.endOfPlainBlanks(line, last, this._cols) === this._cols;
    if (isPlain || this._reader.kindAt(line, last) !== 'attributed') {
      return undefined;
    }
    for (let col = last - 1; col >= 0; col--) {
      const kind = this._reader.kindAt(line, col);
      if (kind === 'printed' || kind === 'erased') {
        return col;
      }
    }
    return undefined;
  }

  private _writeShifted(line: EmulatorLine, pivot: number, isContinuation: boolean): void {
    const width = Math.max(1, this._reader.widthAt(line, pivot));
    const isAtWrap = isContinuation && pivot === 0;
    if (isAtWrap) {
      // Wraps first, by the character that is going to be there; it is overwritten.
      this._pen.select(this._reader.attributesAt(line, 0));
      this._pen.write(this._reader.textAt(line, 0));
      this.selectBlank();
      this._pen.write(`\r\x1b[${this._cols}X`);
    }
    this._writeRange(line, { from: 0, to: pivot, shift: 0, isContinuation });
    this._writeRange(line, { from: pivot + width, to: this._cols, shift: -width, isContinuation: false });
    this._pen.select(defaultAttributes);
    this._pen.write(`\x1b[${pivot + 1}G\x1b[${width}@`);
    this._writeRange(line, { from: pivot, to: pivot + width, shift: 0, isContinuation: false });
  }

  private _writeRange(line: EmulatorLine, { from, to, shift, isContinuation }: Range): void {
    let blanks = 0;
    let blankAttributes = defaultAttributes;
    for (let col = from; col < to; col++) {
      if (blanks === 0 || blankAttributes === defaultAttributes) {
        const blankEnd = this._reader.endOfPlainBlanks(line, col, to);
        blanks += blankEnd - col;
        blankAttributes = defaultAttributes;
        col = blankEnd;
        if (col >= to) {
          break;
        }
      }
      const runEnd = this._reader.endOfExtended(line, col, to);
      if (this._reader.isSimpleAt(line, col, runEnd) && (col > 0 || !isContinuation)) {
        this._writeBlanks(blanks, blankAttributes, false);
        blanks = 0;
        this._pen.select(this._reader.likelyAttributesAt(line, col, this._pen.attributes));
        col = this._pen.writeCells(line, col, runEnd) - 1;
        continue;
      }
      const kind = this._reader.kindAt(line, col);
      const attributes = this._reader.likelyAttributesAt(line, col, this._pen.attributes);
      const isPlain = kind === 'erased' || kind === 'orphan' || kind === 'cut' || kind === 'second-half';
      if (isPlain) {
        const erased = kind === 'erased' ? attributes : { ...defaultAttributes, bg: attributes.bg & cellBits.color };
        if (blanks > 0 && !areEqual(erased, blankAttributes)) {
          this._writeBlanks(blanks, blankAttributes, false);
          blanks = 0;
        }
        blanks++;
        blankAttributes = areEqual(erased, defaultAttributes) ? defaultAttributes : erased;
        continue;
      }
      this._writeBlanks(blanks, blankAttributes, false);
      blanks = 0;
      if (kind === 'attributed') {
        this._writeAttributedBlank(attributes, col + shift);
      } else {
        col += this._writePrinted(line, col, attributes, isContinuation) - 1;
      }
    }
    this._writeBlanks(blanks, blankAttributes, to + shift === this._cols);
  }

  /** @returns how many columns it takes. */
  private _writePrinted(line: EmulatorLine, col: number, attributes: Attributes, isContinuation: boolean): number {
    const text = this._reader.textAt(line, col);
    const width = this._reader.widthAt(line, col);
    // A mark that has a cell of its own came after some sequence; otherwise it would have joined its neighbour.
    this._pen.select(attributes, width === 0);
    this._pen.write(text);
    if (isContinuation && col === 0 && (attributes.bg & cellBits.color) !== 0 && width < this._cols) {
      // The line has come in with this background; it is drawn upon a blank one.
      this.selectBlank();
      this._pen.write(`\x1b[${this._cols}X`);
    }
    return Math.max(1, width);
  }

  /** Overwriting the second half of a wide character leaves a blank with the pen's attributes for the first half. */
  private _writeAttributedBlank(attributes: Attributes, col: number): void {
    this._pen.select(attributes);
    if (col + 1 >= this._cols) {
      // There is no such line but one that has nothing else in it: see `_findPivot`.
      this._pen.write(' ');
      return;
    }
    this._pen.write(`${wideBlank}\x1b[${col + 2}G \x1b[${col + 2}G`);
    this._pen.select(defaultAttributes);
    this._pen.write('\x1b[X');
  }

  /** Erased again where they have a background, else passed over. */
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
}
