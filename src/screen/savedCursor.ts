import { type Attributes, attributesOfPen, changeRendition, defaultAttributes } from './attributes.ts';
import { designatorOf } from './charsets.ts';
import type { Pen } from './pen.ts';
import { cellBits, type EmulatorAttributes, type EmulatorBuffer } from './xtermInternals.ts';

/**
 * A mark takes no cell. After a control code (NUL does nothing else) it joins none either, and the emulator moves its
 * cursor all the same.
 */
export const loneMark = '\0\u0301';

/** Where a saved cursor stands, as a terminal of the same size would have it. */
export interface SavedPlace {
  /** Counts from the first line that the snapshot has. */
  readonly line: number;
  /** Greater than the last column's number when a wrap was pending. */
  readonly col: number;
}

/** True when nothing was saved, or nothing but what a reset terminal has. */
export function isNothingSaved(buffer: EmulatorBuffer, place: SavedPlace): boolean {
  const { fg, bg } = buffer.savedCurAttrData;
  return place.line === 0 && place.col === 0 && fg === 0 && bg === 0 && designatorOf(buffer.savedCharset) === 'B';
}

/** Writes the sequences that save a cursor (DECSC) where the cursor stands. */
export class SavedCursorWriter {
  private readonly _pen: Pen;

  constructor(pen: Pen) {
    this._pen = pen;
  }

  /**
   * Saves the cursor of a buffer in a line that is blank, and leaves that blank.
   * @param row counts from the upper border of the screen.
   */
  saveOnBlank(buffer: EmulatorBuffer, row: number, col: number, cols: number): void {
    this._save(buffer, row, Math.min(col, cols - 1), () => {
      if (col >= cols) {
        this._pen.write(' ' + loneMark.repeat(col - cols));
      }
    });
    this._pen.select(defaultAttributes, true);
    this._pen.write(col >= cols ? `\x1b[${cols}G\x1b[X` : '');
  }

  /** Saves the cursor of the normal buffer; where a wrap is pending, the alternate one lends it. */
  saveByAlternate(buffer: EmulatorBuffer, row: number, col: number, cols: number): void {
    this._save(buffer, row, Math.min(col, cols - 1), () => this.passLine(col, cols));
    this._pen.select(defaultAttributes, true);
  }

  /** Gets the cursor of the normal buffer beyond the last column without touching a cell. */
  passLine(col: number, cols: number): void {
    if (col >= cols) {
      this._pen.write(`\x1b[?47h\x1b[${cols}G ${loneMark.repeat(col - cols)}\x1b[?47l`);
    }
  }

  private _save(buffer: EmulatorBuffer, row: number, col: number, passLine: () => void): void {
    const designator = designatorOf(buffer.savedCharset);
    const pen = buffer.savedCurAttrData;
    const moveTo = `\x1b[${row + 1};${col + 1}H`;
    this._pen.write(moveTo);
    passLine();
    this._selectSaved(pen, moveTo, passLine);
    this._pen.write(designator === 'B' ? '\x1b7' : `\x1b(${designator}\x1b7\x1b(B`);
  }

  /** The emulator saves that something is underlined or has a link, but neither style nor link: see `isInStep`. */
  private _selectSaved(pen: EmulatorAttributes, moveTo: string, passLine: () => void): void {
    const attributes: Attributes = { ...attributesOfPen({ ...pen, extended: noExtended }), underline: 0, link: 0 };
    const isUnderlined = (pen.fg & cellBits.fg.underline) !== 0;
    const hasExtended = (pen.bg & cellBits.bg.hasExtended) !== 0;
    const single = 1 << cellBits.underlineStyleShift;
    if (isUnderlined && hasExtended) {
      this._pen.select({ ...attributes, underline: single }, true);
    } else if (isUnderlined) {
      // Restored, it is underlined without a style; then the end of a link makes the emulator count what it has.
      this._pen.select({ ...attributes, underline: single }, true);
      this._pen.write(`\x1b7\x1b[m\x1b8\x1b]8;;\x1b\\${moveTo}`);
      passLine();
      this._pen.write(changeRendition(attributes));
    } else if (hasExtended) {
      this._pen.select(attributes, true);
      this._pen.write('\x1b]8;id=revenant-none;about:blank\x1b\\');
      this._pen.noteForeign({ ...attributes, link: -1 });
    } else {
      this._pen.select(attributes);
    }
  }
}

const noExtended = { _ext: 0, urlId: 0 } as const;
