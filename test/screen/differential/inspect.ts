import { designatorOf } from '../../../src/screen/charsets.ts';
import type { KeptModes } from '../../../src/screen/keptModes.ts';
import type { Terminal } from '../../../src/screen/xterm.ts';
import {
  cellBits,
  type EmulatorAttributes,
  type EmulatorBuffer,
  type EmulatorCell,
  type EmulatorInternals,
  internalsOf,
  newCell,
} from '../../../src/screen/xtermInternals.ts';

/** Everything that there is to know of a terminal, as plain values that can be compared. */
export interface Inspection {
  readonly [part: string]: unknown;
  readonly normal: BufferInspection;
  readonly alternate: BufferInspection;
}

export interface BufferInspection {
  /** From the oldest line on; `>` before a line that continues the one before it. */
  readonly lines: readonly string[];
  readonly cursor: readonly number[] | undefined;
  readonly saved: string;
  readonly region: readonly number[] | undefined;
  readonly tabs: readonly number[] | undefined;
}

/**
 * Reads a terminal, with at most `depth` lines above the screen. What is left out is what no later byte can make
 * visible: parts of a true colour beside the palette colour that has replaced it, underline colours of cells that do not
 * count them, what the buffer that does not show has had besides its saved cursor.
 */
export function inspect(
  terminal: Terminal,
  kept: KeptModes | undefined,
  { depth = Infinity, hasLinks = true }: { readonly depth?: number; readonly hasLinks?: boolean } = {},
): Inspection {
  const core = internalsOf(terminal);
  const { normal, alt, active } = core.buffers;
  const reader = new Reader(terminal, core, hasLinks);
  const { synchronizedOutput: _unused, ...modes } = core.coreService.decPrivateModes as unknown as Record<
    string,
    unknown
  >;
  const charsets = core._charsetService;
  const { activeProtocol, activeEncoding } = core.coreMouseService;
  const { convertEol, cursorBlink } = core.optionsService.rawOptions;
  return {
    size: [terminal.cols, terminal.rows],
    active: active === alt ? 'alternate' : 'normal',
    normal: reader.buffer(normal, Math.max(0, normal.ybase - depth), active === normal),
    alternate: reader.buffer(alt, alt.ybase, active === alt),
    modes: { ...modes, ...core.coreService.modes, isCursorHidden: core.coreService.isCursorHidden },
    options: { convertEol, cursorBlink },
    mouse: [activeProtocol, activeEncoding],
    charsets: [charsets.glevel, designatorOf(charsets.charset), ...[0, 1, 2, 3].map((slot) => designatorOf(charsets._charsets[slot]))],
    pen: reader.pen(core._inputHandler._curAttrData),
    // The width of what was printed last; whether that has joined something itself, nothing asks.
    joins: core._inputHandler._parser.precedingJoinState >> 1,
    kept: kept === undefined ? undefined : { title: kept.title, directory: kept.directory.path, keyboard: kept.keyboard, palette: kept.palette.serialize(), later: kept.serializeLaterModes() },
  }; // prettier-ignore
}

class Reader {
  private readonly _terminal: Terminal;
  private readonly _core: EmulatorInternals;
  private readonly _cell: EmulatorCell;
  private readonly _hasLinks: boolean;
  private readonly _links = new Map<number, number>();

  constructor(terminal: Terminal, core: EmulatorInternals, hasLinks: boolean) {
    this._terminal = terminal;
    this._core = core;
    this._hasLinks = hasLinks;
    this._cell = newCell(terminal);
  }

  buffer(buffer: EmulatorBuffer, from: number, isActive: boolean): BufferInspection {
    const lines: string[] = [];
    const isFilled = buffer.lines.length > 0;
    for (let index = from; isFilled && index < buffer.ybase + this._terminal.rows; index++) {
      lines.push(this._line(buffer, index));
    }
    const pen = { fg: buffer.savedCurAttrData.fg, bg: buffer.savedCurAttrData.bg };
    const saved = [
      buffer.savedX,
      Math.max(0, buffer.savedY - from),
      designatorOf(buffer.savedCharset),
      hex(withoutResidue(pen.fg)),
      hex(withoutResidue(pen.bg)),
    ];
    const { cols } = this._terminal;
    return {
      lines,
      saved: saved.join(' '),
      // The normal buffer's counts while it does not show: a resize keeps what is above it.
      cursor: isActive || buffer === this._core.buffers.normal ? [buffer.x, buffer.y] : undefined,
      region: isFilled ? [buffer.scrollTop, buffer.scrollBottom] : undefined,
      tabs: isFilled ? Array.from({ length: cols }, (_, col) => col).filter((col) => buffer.tabs[col] === true) : undefined,
    }; // prettier-ignore
  }

  pen(pen: EmulatorAttributes): string {
    const { _ext, urlId } = pen.extended;
    return [hex(withoutResidue(pen.fg)), hex(withoutResidue(pen.bg)), hex(withoutResidue(_ext)), this._link(urlId)].join(' '); // prettier-ignore
  }

  private _line(buffer: EmulatorBuffer, index: number): string {
    const line = buffer.lines.get(index);
    if (line === undefined) {
      return 'missing';
    }
    let text = line.isWrapped ? '>' : '|';
    let last = '';
    for (let col = 0; col < line.length; col++) {
      const { content, combinedData } = line.loadCell(col, this._cell);
      const attributes = this._cellAttributes();
      text += attributes === last ? '' : `{${attributes}}`;
      last = attributes;
      const width = content >> cellBits.widthShift;
      const codePoint = content & cellBits.codePoint;
      const characters =
        (content & cellBits.isCombined) !== 0 ? combinedData : codePoint === 0 ? '' : String.fromCodePoint(codePoint);
      // The second half of a wide character, a blank, something in two cells, in none, in one.
      text +=
        characters === ''
          ? (['‹', '·', '«'][width] ?? '?')
          : width === 2
            ? `${characters}/`
            : width === 0
              ? `<${characters}>`
              : characters;
    }
    return text;
  }

  private _cellAttributes(): string {
    const { fg, bg, extended } = this._cell;
    const { underline } = cellBits.fg;
    const counts = (bg & cellBits.bg.hasExtended) !== 0;
    const style = counts ? (extended._ext >>> cellBits.underlineStyleShift) & 7 : 0;
    // Without links, how a forgotten one is drawn goes as well.
    const isUnderlined = (style !== 0 || (fg & underline) !== 0) && (this._hasLinks || style !== 5);
    const hasLink = counts && extended.urlId !== 0 && this._hasLinks;
    const link = hasLink ? this._link(extended.urlId) : '';
    // A link of which the emulator has forgotten where it leads is drawn as one, and is none.
    const isGone = hasLink && link === '';
    const color = counts && (isUnderlined || hasLink) ? withoutResidue(extended._ext & cellBits.color) : 0;
    const parts = [
      hex(withoutResidue(fg) & ~underline),
      hex(withoutResidue(bg) & ~cellBits.bg.hasExtended),
      // The emulator draws an underline without a style as a single one.
      isGone ? '5' : isUnderlined ? `${Math.max(1, style)}` : '',
      color === 0 ? '' : hex(color),
      link,
    ];
    const all = parts.join(',');
    return all === '0,0,,,' ? '' : all.replace(/,+$/, '');
  }

  /** Numbered in the order of their cells: whether two cells have the same link matters, not its number. */
  private _link(id: number): string {
    if (id === 0 || !this._hasLinks) {
      return '';
    }
    const data = this._core._oscLinkService.getLinkData(id);
    if (data === undefined) {
      return '';
    }
    const number = this._links.get(id) ?? this._links.size + 1;
    this._links.set(id, number);
    const name = data.id === undefined || data.id.startsWith('revenant-') ? '' : data.id;
    return `${number}=${name}=${data.uri}`;
  }
}

/** Whether a cell or the pen has a link of which the emulator has forgotten where it leads. */
export function hasForgottenLink(terminal: Terminal): boolean {
  const { buffers, _oscLinkService: links, _inputHandler: inputHandler } = internalsOf(terminal);
  const cell = newCell(terminal);
  const isForgotten = (id: number): boolean => id !== 0 && links.getLinkData(id) === undefined;
  return (
    isForgotten(inputHandler._curAttrData.extended.urlId) ||
    [buffers.normal, buffers.alt].some(({ lines }) =>
      Array.from({ length: lines.length }, (_, index) => lines.get(index)).some((line) =>
        Array.from({ length: line?.length ?? 0 }, (_, col) => col).some((col) => {
          line?.loadCell(col, cell);
          return (cell.bg & cellBits.bg.hasExtended) !== 0 && isForgotten(cell.extended.urlId);
        }),
      ),
    )
  );
}

/** The emulator leaves parts of a true colour beside the palette colour that replaces it. They mean nothing. */
function withoutResidue(bits: number): number {
  const mode = bits & cellBits.colorMode;
  return mode === cellBits.colorModes.palette16 || mode === cellBits.colorModes.palette256 ? bits & ~0xffff00 : bits;
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16);
}

/** Where two values differ first, in words; undefined when they do not. */
export function firstDifference(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    const keys = new Set([...Object.keys(actual), ...Object.keys(expected)]);
    for (const key of keys) {
      const difference = firstDifference(
        (actual as Record<string, unknown>)[key],
        (expected as Record<string, unknown>)[key],
        path === '' ? key : `${path}.${key}`,
      );
      if (difference !== undefined) {
        return difference;
      }
    }
    return undefined;
  }
  return Object.is(actual, expected)
    ? undefined
    : `${path}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
}
