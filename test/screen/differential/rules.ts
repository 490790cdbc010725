import { designatorOf } from '../../../src/screen/charsets.ts';
import { useVsCodeWidths } from '../../../src/screen/unicodeWidths.ts';
import { Terminal } from '../../../src/screen/xterm.ts';
import {
  cellBits,
  type EmulatorAttributes,
  type EmulatorBuffer,
  type EmulatorCell,
  type EmulatorInternals,
  type EmulatorLine,
  internalsOf,
  newCell,
} from '../../../src/screen/xtermInternals.ts';

/**
 * States that no VT bytes give a terminal: a cut there is not judged. Each says why. Those that only the history of a
 * terminal brings about are sought by what they leave behind, so that a rule excuses nothing else.
 */
const rules = {
  /**
   * In the alternate buffer only printing gets the cursor beyond the last column, and what was printed there has been
   * erased since. (The normal buffer takes such a cursor over from the alternate one.)
   */
  'wrap pending over a blank of the alternate buffer': ({ active, core, cols, reader }) =>
    active === core.buffers.alt && active.x >= cols && reader.endsAt(lineOfCursor(active), cols) === undefined,
  /**
   * A mark that comes next joins what was printed last, and REP repeats it. To print it again takes the same character
   * before the cursor with the attributes of the pen; after a resize, another one may stand there.
   */
  'last printed character is gone': ({ core, active, cols, reader }) => {
    const state = core._inputHandler._parser.precedingJoinState;
    const last = reader.endsAt(lineOfCursor(active), Math.min(active.x, cols));
    const isSame = last !== undefined && last.width === state >> 1 && reader.hasPen(last.col, lineOfCursor(active));
    const isSkipped = !core.coreService.decPrivateModes.wraparound && active.x === cols - 1 && state === 4;
    const isWithinWide = lineOfCursor(active)?.getWidth(active.x - 1) === 2;
    return state !== 0 && !isSame && !(isSkipped && !isWithinWide);
  },
  /** Half of a wide character, or a mark in a cell of its own that was made for a character: only shifting leaves it. */
  'broken wide character': ({ lines, reader, cols }) =>
    lines.some((line) => Array.from({ length: cols }, (_, col) => col).some((col) => reader.isBroken(line, col))),
  /** The last column gets a blank with attributes only by being shifted, for which another character is needed. */
  'line of nothing but blanks that have attributes': ({ lines, reader, cols }) =>
    lines.some((line) => Array.from({ length: cols }, (_, col) => col).every((col) => reader.isAttributed(line, col))),
  /**
   * Restoring a cursor leaves charset and pen out of step with what is designated and selected; nothing else does, and
   * it takes that cursor, which has been saved again since.
   */
  'restored cursor has been saved over': ({ core, active }) => {
    const sources = active === core.buffers.normal ? [active, core.buffers.alt] : [active];
    return !sources.some((buffer) => couldHaveRestored(core, buffer));
  },
  /** What a pending wrap takes in the alternate buffer, and what such a pen takes: printing after the pen, and before. */
  'wrap pending in the alternate buffer with a restored pen': ({ core, active, cols, reader }) => {
    const last = reader.endsAt(lineOfCursor(active), cols);
    const isRestored = !isPenInStep(core._inputHandler._curAttrData);
    const isPending = active === core.buffers.alt && active.x >= cols;
    return isPending && isRestored && !(last !== undefined && reader.hasPen(last.col, lineOfCursor(active)));
  },
  /** The emulator forgets where a link leads when the lines that it was used in are erased, though it is still open. */
  'open link is forgotten': ({ core }) => {
    const { urlId } = core._inputHandler._curAttrData.extended;
    return urlId !== 0 && core._oscLinkService.getLinkData(urlId) === undefined;
  },
} satisfies Record<string, (terminal: Subject) => boolean>;

export type RuleName = keyof typeof rules;

interface Subject {
  readonly core: EmulatorInternals;
  readonly active: EmulatorBuffer;
  readonly cols: number;
  readonly lines: readonly EmulatorLine[];
  readonly reader: Reader;
}

/** The rule by which this terminal cannot be restored exactly; undefined when it can, which is nearly always. */
export function excuseFor(terminal: Terminal): RuleName | undefined {
  const core = internalsOf(terminal);
  const { active, normal, alt } = core.buffers;
  const lines = [normal, alt].flatMap(({ lines: { length }, lines: all }) =>
    Array.from({ length }, (_, index) => all.get(index)).filter((line) => line !== undefined),
  );
  const subject: Subject = { core, active, cols: terminal.cols, lines, reader: new Reader(terminal) };
  return (Object.keys(rules) as RuleName[]).find((name) => rules[name](subject));
}

function lineOfCursor(buffer: EmulatorBuffer): EmulatorLine | undefined {
  return buffer.lines.get(buffer.ybase + buffer.y);
}

class Reader {
  private readonly _terminal: Terminal;
  private readonly _cell: EmulatorCell;

  constructor(terminal: Terminal) {
    this._terminal = terminal;
    this._cell = newCell(terminal);
  }

  /** The character that ends before this column. */
  endsAt(line: EmulatorLine | undefined, end: number): { readonly col: number; readonly width: number } | undefined {
    for (let col = end - 1; line !== undefined && col >= Math.max(0, end - 2); col--) {
      const width = line.getWidth(col);
      if (this._text(line, col) !== '') {
        return col + Math.max(1, width) === end ? { col, width } : undefined;
      }
      if (width !== 0) {
        return undefined;
      }
    }
    return undefined;
  }

  /** Whether the pen prints with what this cell has. */
  hasPen(col: number, line: EmulatorLine | undefined): boolean {
    const pen = internalsOf(this._terminal)._inputHandler._curAttrData;
    line?.loadCell(col, this._cell);
    const { hasExtended } = cellBits.bg;
    const isPlain = (pen.bg & hasExtended) === 0 && (this._cell.bg & hasExtended) === 0;
    const { extended } = this._cell;
    return (
      (pen.fg | 0) === (this._cell.fg | 0) &&
      (pen.bg | 0) === (this._cell.bg | 0) &&
      (isPlain || (pen.extended.urlId === extended.urlId && pen.extended._ext === extended._ext))
    );
  }

  isBroken(line: EmulatorLine, col: number): boolean {
    const text = this._text(line, col);
    const width = line.getWidth(col);
    if (text === '') {
      return width === 0 && (col === 0 || line.getWidth(col - 1) !== 2);
    }
    const isWhole = width !== 2 || (line.getWidth(col + 1) === 0 && this._text(line, col + 1) === '');
    return !isWhole || (width !== 0 && width !== widthOf(text));
  }

  isAttributed(line: EmulatorLine, col: number): boolean {
    const isBlank = this._text(line, col) === '' && line.getWidth(col) === 1;
    const { fg, bg } = line.loadCell(col, this._cell);
    return isBlank && (fg !== 0 || (bg & ~cellBits.color) !== 0);
  }

  private _text(line: EmulatorLine, col: number): string {
    const { content, combinedData } = line.loadCell(col, this._cell);
    const codePoint = content & cellBits.codePoint;
    return (content & cellBits.isCombined) !== 0
      ? combinedData
      : codePoint === 0
        ? ''
        : String.fromCodePoint(codePoint);
  }
}

function isPenInStep(pen: EmulatorAttributes): boolean {
  const hasStyle = ((pen.extended._ext >>> cellBits.underlineStyleShift) & 7) !== 0;
  const hasExtended = hasStyle || pen.extended.urlId !== 0;
  return (
    ((pen.fg & cellBits.fg.underline) !== 0) === hasStyle && ((pen.bg & cellBits.bg.hasExtended) !== 0) === hasExtended
  );
}

function couldHaveRestored(
  core: EmulatorInternals,
  { savedCurAttrData: saved, savedCharset }: EmulatorBuffer,
): boolean {
  const { charset, glevel, _charsets: designated } = core._charsetService;
  const pen = core._inputHandler._curAttrData;
  const isSame = (a: number, b: number, mask: number): boolean => ((a ^ b) & mask) === 0;
  const hasStyle = ((pen.extended._ext >>> cellBits.underlineStyleShift) & 7) !== 0;
  const hasExtended = hasStyle || pen.extended.urlId !== 0;
  const isExtendedInStep = ((pen.bg & cellBits.bg.hasExtended) !== 0) === hasExtended;
  const isPenSame = isSame(pen.fg, saved.fg, cellBits.fg.underline);
  const isExtendedSame = isSame(pen.bg, saved.bg, cellBits.bg.hasExtended);
  const isPenRight = isPenInStep(pen) || (isPenSame && (isExtendedInStep || isExtendedSame));
  return isPenRight && (charset === designated[glevel] || designatorOf(charset) === designatorOf(savedCharset));
}

let ruler: Terminal | undefined;
const widths = new Map<string, number>();

/** How many columns the emulator gives characters that it puts into one cell, or into two. */
function widthOf(text: string): number {
  let width = widths.get(text);
  if (width === undefined) {
    if (ruler === undefined) {
      ruler = new Terminal({ cols: 2, rows: 1, allowProposedApi: true });
      useVsCodeWidths(ruler);
    }
    const { unicodeService: unicode } = internalsOf(ruler) as unknown as {
      readonly unicodeService: { getStringCellWidth(text: string): number };
    };
    width = unicode.getStringCellWidth(text);
    widths.set(text, width);
  }
  return width;
}
