import {
  areEqual,
  type Attributes,
  attributesOfCell,
  attributesOfPen,
  changeRendition,
  countsExtended,
  isInStep,
} from './attributes.ts';
import type { CellReader } from './cellReader.ts';
import { designatorOf } from './charsets.ts';
import type { Pen } from './pen.ts';
import { loneMark, SavedCursorWriter } from './savedCursor.ts';
import { cellBits, type EmulatorAttributes, type EmulatorBuffer, type EmulatorInternals, type EmulatorLine } from './xtermInternals.ts'; // prettier-ignore

/** What the emulator keeps of a character in two cells for one that may join it. */
const wideJoinState = 4;

interface Printed {
  readonly line: EmulatorLine;
  readonly col: number;
  readonly text: string;
  readonly width: number;
}

/** Writes what comes last, since it acts upon printing: position, pen, charsets, origin and insert mode. */
export class CursorWriter {
  private readonly _core: EmulatorInternals;
  private readonly _pen: Pen;
  private readonly _reader: CellReader;
  private readonly _saved: SavedCursorWriter;
  private readonly _cols: number;

  constructor(core: EmulatorInternals, pen: Pen, reader: CellReader, cols: number) {
    this._core = core;
    this._pen = pen;
    this._reader = reader;
    this._saved = new SavedCursorWriter(pen);
    this._cols = cols;
  }

  /** What a restored cursor has brought along and nothing else can: before the modes, which that may change. */
  resume(buffer: EmulatorBuffer): void {
    const pen = this._core._inputHandler._curAttrData;
    const { charset, glevel, _charsets: designated } = this._core._charsetService;
    const isCharsetInStep = charset === designated[glevel];
    if (isCharsetInStep && isInStep(pen)) {
      return;
    }
    if (!isCharsetInStep) {
      this._writeDesignations();
    }
    const attributes = attributesOfPen(pen);
    this._pen.select(attributes, true);
    const { normal, alt } = this._core.buffers;
    const isElsewhere = buffer === normal && !isFrom(buffer, this._core) && isFrom(alt, this._core);
    this._pen.write(isElsewhere ? '\x1b[?47h\x1b8\x1b[?47l' : '\x1b8');
    if (isInStep(pen)) {
      this._pen.select(attributes, true);
      return;
    }
    if (countsExtended(pen)) {
      // Beginning or ending a link makes the emulator look again at what it has.
      this._pen.writeLink(attributes.link);
    }
    this._pen.write(changeRendition(attributes));
    this._pen.noteForeign(attributes);
  }

  /** Nothing may come after it but text. */
  write(buffer: EmulatorBuffer): void {
    const { coreService, _inputHandler: inputHandler, _charsetService: charsets } = this._core;
    const pen = inputHandler._curAttrData;
    const attributes = attributesOfPen(pen);
    const isWrapPending = buffer.x >= this._cols;
    const isNormal = buffer === this._core.buffers.normal;
    const printed = this._lastPrinted(buffer);
    const last = printed !== undefined && this._canPrintAgain(printed, pen) ? printed : undefined;
    this._writeOrigin(buffer, last?.col ?? Math.min(buffer.x, this._cols - 1));
    if (last === undefined && isWrapPending) {
      if (isNormal) {
        this._saved.passLine(buffer.x, this._cols);
      } else {
        this._printUpToEnd(buffer, printed, pen);
      }
    }
    if (charsets.charset === charsets._charsets[charsets.glevel]) {
      this._writeDesignations();
    }
    if (coreService.modes.insertMode) {
      this._pen.write('\x1b[4h');
    }
    if (isInStep(pen)) {
      this._pen.select(attributes);
    }
    if (last !== undefined) {
      // A mark that comes next joins the character before it only if that has just been printed.
      const isInserted = coreService.modes.insertMode && !isWrapPending;
      this._pen.write((isInserted ? `\x1b[${last.width}P` : '') + this._typed(last.text));
    } else if (this._hasSkippedWide(buffer)) {
      this._pen.write('\u3000');
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

  private _writeOrigin(buffer: EmulatorBuffer, col: number): void {
    const { origin } = this._core.coreService.decPrivateModes;
    const isWithin = buffer.y >= buffer.scrollTop && buffer.y <= buffer.scrollBottom;
    const move = (row: number): string => `\x1b[${row + 1};${col + 1}H`;
    if (!origin) {
      this._pen.write(move(buffer.y));
    } else if (isWithin) {
      this._pen.write(`\x1b[?6h${move(buffer.y - buffer.scrollTop)}`);
    } else {
      // Outside of the scroll region, where the alternate buffer has left it.
      this._pen.write(`\x1b[?6h\x1b[?47h${move(buffer.y)}\x1b[?47l`);
    }
  }

  /** Only printing gets the cursor of the alternate buffer beyond the last column. */
  private _printUpToEnd(buffer: EmulatorBuffer, printed: Printed | undefined, pen: EmulatorAttributes): void {
    if (printed !== undefined) {
      this._writeOrigin(buffer, printed.col);
      const attributes = this._reader.attributesAt(printed.line, printed.col);
      if (!areEqual(attributes, shownBy(pen))) {
        this._pen.select(attributes);
      } else if (isInStep(pen)) {
        this._pen.select(attributesOfPen(pen));
      }
    }
    // A mark that comes next joins none: NUL ends what was printed and does nothing else.
    this._pen.write(`${printed?.text ?? ' '}${loneMark.repeat(buffer.x - this._cols)}\0`);
  }

  /** Printed with this pen, and nothing has come after it but what joins it. */
  private _canPrintAgain({ line, col, text, width }: Printed, pen: EmulatorAttributes): boolean {
    const { precedingJoinState } = this._core._inputHandler._parser;
    return (
      precedingJoinState !== 0 &&
      precedingJoinState >> 1 === width &&
      areEqual(this._reader.attributesAt(line, col), shownBy(pen)) &&
      this._typed(text) !== ''
    );
  }

  /** The characters to be sent so that these are printed, with the charset in use; '' when there are none. */
  private _typed(text: string): string {
    const { charset } = this._core._charsetService;
    const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
    if (charset === undefined || !(first in charset)) {
      return text;
    }
    const key = Object.keys(charset).find((candidate) => charset[candidate] === first);
    return key === undefined ? '' : key + text.slice(first.length);
  }

  /** The character that ends right before the cursor. */
  private _lastPrinted(buffer: EmulatorBuffer): Printed | undefined {
    const line = buffer.lines.get(buffer.ybase + buffer.y);
    // A mark without a character moves the emulator's cursor even beyond its place for a pending wrap.
    const x = Math.min(buffer.x, this._cols);
    if (line === undefined || x === 0) {
      return undefined;
    }
    const col = x - (x > 1 && this._reader.kindAt(line, x - 1) === 'second-half' ? 2 : 1);
    const text = this._reader.textAt(line, col);
    const width = this._reader.widthAt(line, col);
    return text !== '' && col + Math.max(1, width) === x ? { line, col, text, width } : undefined;
  }

  /** A wide character that does not fit is left out where autowrap is off; a mark may join what stands there. */
  private _hasSkippedWide(buffer: EmulatorBuffer): boolean {
    const isOff = !this._core.coreService.decPrivateModes.wraparound;
    const line = buffer.lines.get(buffer.ybase + buffer.y);
    // It would cut the one in half that the cursor stands in.
    const isWithinWide = line !== undefined && this._reader.widthAt(line, buffer.x - 1) === 2;
    const isWide = this._core._inputHandler._parser.precedingJoinState === wideJoinState;
    return isOff && isWide && buffer.x === this._cols - 1 && !isWithinWide;
  }
}

/** What a character gets that is printed with this pen. */
function shownBy({ fg, bg, extended: { _ext, urlId } }: EmulatorAttributes): Attributes {
  return attributesOfCell({ fg, bg, extended: { _ext, urlId } });
}

/** Whether restoring the cursor of this buffer gives the charset in use, and what the pen has of underline and link. */
function isFrom(buffer: EmulatorBuffer, core: EmulatorInternals): boolean {
  const pen = core._inputHandler._curAttrData;
  const saved = buffer.savedCurAttrData;
  const isSame = (a: number, b: number, mask: number): boolean => ((a ^ b) & mask) === 0;
  const { charset, glevel, _charsets: designated } = core._charsetService;
  const hasPen =
    isInStep(pen) ||
    (isSame(pen.fg, saved.fg, cellBits.fg.underline) &&
      (countsExtended(pen) || isSame(pen.bg, saved.bg, cellBits.bg.hasExtended)));
  return hasPen && (charset === designated[glevel] || designatorOf(charset) === designatorOf(buffer.savedCharset));
}
