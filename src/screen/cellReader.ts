import { areEqual, type Attributes, attributesOfCell, defaultAttributes, isErased } from './attributes.ts';
import { cellBits, cellWords, type EmulatorCell, type EmulatorLine } from './xtermInternals.ts';

/** What is in a cell, by how it can be written again. */
export type CellKind =
  /** A character, or a mark that has a cell of its own. */
  | 'printed'
  /** Blank, as erasing leaves it: with a background at most. */
  | 'erased'
  /** Blank, with attributes that only printing brings along. */
  | 'attributed'
  /** The second half of the wide character before it. */
  | 'second-half'
  /** A second half whose character has been pushed away. */
  | 'orphan'
  /** A wide character whose second half a resize has cut off: nothing that is printed gets there. */
  | 'cut';

const plainBlank = 1 << cellBits.widthShift;

// Not looked up for each cell: most people meet this code before it is compiled.
const { count: wordsPerCell, fg: fgWord, bg: bgWord } = cellWords;
const { hasContent, codePoint: lastCodePoint, widthShift } = cellBits;

/** Reads cells of lines. */
export class CellReader {
  private readonly _cell: EmulatorCell;
  private readonly _cols: number;

  constructor(cell: EmulatorCell, cols: number) {
    this._cell = cell;
    this._cols = cols;
  }

  kindAt(line: EmulatorLine, col: number): CellKind {
    const text = this.textAt(line, col);
    const width = this._cell.content >> cellBits.widthShift;
    if (text !== '') {
      return col + width > this._cols ? 'cut' : 'printed';
    }
    if (width === 0) {
      return col > 0 && this.widthAt(line, col - 1) === 2 ? 'second-half' : 'orphan';
    }
    return isErased(attributesOfCell(this._cell)) ? 'erased' : 'attributed';
  }

  /** The column after the blanks without anything from `from` on; `from` when there are none, `to` at most. */
  endOfPlainBlanks({ _data: words }: EmulatorLine, from: number, to: number): number {
    const end = to * wordsPerCell;
    let word = from * wordsPerCell;
    while (word < end && words[word] === plainBlank && words[word + fgWord] === 0 && words[word + bgWord] === 0) {
      word += wordsPerCell;
    }
    return word / wordsPerCell;
  }

  /** True when what is in this cell is one character in one or two columns before `to`, as most are. */
  isSimpleAt({ _data: words }: EmulatorLine, col: number, to: number): boolean {
    const content = words[col * wordsPerCell] ?? 0;
    const character = content & hasContent;
    const width = content >>> widthShift;
    return character > 0 && character <= lastCodePoint && width > 0 && col + width <= to;
  }

  /**
   * The column as far as which cells, from this one on, have the same of what is kept beside the line (underline style and
   * colour, link), if they have the same colours and flags; `to` at most.
   */
  endOfExtended({ _data: words, _extendedAttrs: extended }: EmulatorLine, from: number, to: number): number {
    if (((words[from * wordsPerCell + bgWord] ?? 0) & cellBits.bg.hasExtended) === 0) {
      return to;
    }
    let col = from + 1;
    while (col < to && extended[col] === extended[from]) {
      col++;
    }
    return col;
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

  /** @param current what these attributes most likely are: given back when they are, which saves an object. */
  likelyAttributesAt(line: EmulatorLine, col: number, current: Attributes): Attributes {
    const { fg, bg } = line.loadCell(col, this._cell);
    const isPlain = (bg & cellBits.bg.hasExtended) === 0 && (fg & cellBits.fg.underline) === 0;
    const isCurrent =
      isPlain && fg === current.fg && bg === current.bg && current.underline === 0 && current.link === 0;
    return isCurrent ? current : attributesOfCell(this._cell);
  }

  widthAt(line: EmulatorLine, col: number): number {
    return line.loadCell(col, this._cell).content >> cellBits.widthShift;
  }

  /** How many columns come before the blanks at the end of the line. */
  filledCols(line: EmulatorLine): number {
    for (let col = this._cols; col > 0; col--) {
      const kind = this.kindAt(line, col - 1);
      if (kind === 'printed' || kind === 'second-half') {
        return col;
      }
    }
    return 0;
  }

  /** True for a line that no program has written to. */
  isUntouched(line: EmulatorLine): boolean {
    if (line.isWrapped) {
      return false;
    }
    for (let col = this.endOfPlainBlanks(line, 0, this._cols); col < this._cols; col++) {
      if (this.kindAt(line, col) !== 'erased' || !areEqual(this.attributesAt(line, col), defaultAttributes)) {
        return false;
      }
    }
    return true;
  }
}
