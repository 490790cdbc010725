import type { Terminal } from './xterm.ts';

/**
 * What snapshots need of @xterm/headless 6.0 and its public interface does not give. This is the one file that reaches
 * into the emulator; `test/screen/xtermInternals.test.ts` fails, naming the member, when an update moves one.
 */
export interface EmulatorInternals {
  readonly coreService: {
    readonly isCursorHidden: boolean;
    readonly modes: { readonly insertMode: boolean };
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean;
      readonly applicationKeypad: boolean;
      readonly bracketedPasteMode: boolean;
      readonly cursorBlink: boolean | undefined;
      readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined;
      readonly origin: boolean;
      readonly reverseWraparound: boolean;
      readonly sendFocus: boolean;
      readonly wraparound: boolean;
    };
  };
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string };
  readonly optionsService: { readonly rawOptions: { readonly convertEol: boolean; readonly cursorBlink: boolean } };
  readonly buffers: { readonly normal: EmulatorBuffer; readonly alt: EmulatorBuffer; readonly active: EmulatorBuffer };
  readonly _charsetService: {
    readonly glevel: number;
    readonly charset: Charset | undefined;
    readonly _charsets: readonly (Charset | undefined)[];
  };
  readonly _oscLinkService: {
    getLinkData(id: number): { readonly id?: string; readonly uri: string } | undefined;
    /** By id and address, with `;;` between them. */
    readonly _entriesWithId: ReadonlyMap<string, unknown>;
  };
  /** `_action` parses; it gives a promise where a handler does. */
  readonly _writeBuffer: {
    _action: (data: string | Uint8Array, promiseResult?: boolean) => Promise<boolean> | undefined;
  };
  readonly _inputHandler: {
    readonly _curAttrData: EmulatorAttributes;
    readonly _parser: { readonly currentState: number; readonly precedingJoinState: number; reset(): void };
    eraseInDisplay(parameters: { readonly params: readonly number[] }, respectsProtection: boolean): boolean;
    /** Designates a charset, given slot and final byte of SCS. */
    selectCharset(slotAndFinal: string): boolean;
    /** Colours that are set, restored or asked for. */
    onColor(listener: (requests: readonly ColorRequest[]) => void): { dispose(): void };
  };
}

/** Characters that replace ASCII ones. The emulator has one object a set, the same in all terminals. */
export type Charset = Readonly<Record<string, string>>;

export interface EmulatorBuffer {
  /** Of the cursor; `x` is the number of columns while a wrap is pending. */
  readonly x: number;
  y: number;
  /** Index of the screen's first line in `lines`. */
  ybase: number;
  readonly lines: EmulatorLines;
  readonly scrollTop: number;
  readonly scrollBottom: number;
  readonly tabs: Record<number, boolean | undefined>;
  savedX: number;
  /** Counts from the first line in `lines`. */
  savedY: number;
  readonly savedCurAttrData: EmulatorAttributes;
  readonly savedCharset: Charset | undefined;
  getBlankLine(attributes: EmulatorAttributes): EmulatorLine;
}

/** A ring: what it holds need not begin at the beginning of its array. */
export interface EmulatorLines {
  readonly length: number;
  /** Setting another one puts the lines to the beginning of the array. */
  maxLength: number;
  push(line: EmulatorLine): void;
  get(index: number): EmulatorLine | undefined;
}

export interface EmulatorLine {
  readonly length: number;
  readonly isWrapped: boolean;
  /** The cells: see `cellWords`. */
  readonly _data: Uint32Array;
  /** By column, for cells whose background has the flag; the same object where the program changed nothing between. */
  readonly _extendedAttrs: Record<number, ExtendedAttributes | undefined>;
  /** By column, for cells of several characters, and what has been left of such. */
  readonly _combined: Record<number, string>;
  /** 0 for a cell of one character at most. */
  isCombined(index: number): number;
  getWidth(index: number): number;
  loadCell(index: number, cell: EmulatorCell): EmulatorCell;
  setCell(index: number, cell: EmulatorCell): void;
  /** Cuts the line, or fills it up with this cell. */
  resize(cols: number, fill: EmulatorCell): boolean;
  translateToString(trimRight?: boolean, startCol?: number, endCol?: number): string;
}

export interface EmulatorAttributes {
  /** Foreground colour and, in the upper bits, flags. Signed. */
  readonly fg: number;
  readonly bg: number;
  readonly extended: ExtendedAttributes;
}

export interface EmulatorCell extends EmulatorAttributes {
  content: number;
  readonly combinedData: string;
}

export interface ExtendedAttributes {
  /** Underline style in bits 26 to 28, below it the underline's colour. */
  readonly _ext: number;
  /** 0 without a hyperlink. */
  readonly urlId: number;
}

export interface ColorRequest {
  /** Report, set, restore. */
  readonly type: 0 | 1 | 2;
  /** 0 to 255, then foreground, background, cursor; undefined restores the whole palette. */
  readonly index?: number;
  readonly color?: readonly [number, number, number];
}

export function internalsOf(terminal: Terminal): EmulatorInternals {
  return (terminal as unknown as { readonly _core: EmulatorInternals })._core;
}

/** A cell to load others into. */
export function newCell(terminal: Terminal): EmulatorCell {
  return terminal.buffer.active.getNullCell() as unknown as EmulatorCell;
}

/** A cell that nothing has been written to; the public interface's own takes no column. */
export function newBlank(terminal: Terminal): EmulatorCell {
  const cell = newCell(terminal);
  cell.content = 1 << cellBits.widthShift;
  return cell;
}

/** The parser's `currentState` between sequences: `common/parser/Constants.ts` of xterm.js. */
export const groundState = 0;

/** Words of a cell in a line's array: how many, and the place of each. */
export const cellWords = { count: 3, content: 0, fg: 1, bg: 2 } as const;

/** Layout of the emulator's numbers: `common/buffer/Constants.ts` of xterm.js. */
export const cellBits = {
  codePoint: 0x1fffff,
  isCombined: 0x200000,
  hasContent: 0x3fffff,
  widthShift: 22,
  color: 0x3ffffff,
  colorMode: 0x3000000,
  colorModes: { default: 0, palette16: 0x1000000, palette256: 0x2000000, rgb: 0x3000000 },
  fg: {
    inverse: 0x4000000,
    bold: 0x8000000,
    underline: 0x10000000,
    blink: 0x20000000,
    invisible: 0x40000000,
    strikethrough: 0x80000000,
  },
  bg: { italic: 0x4000000, dim: 0x8000000, hasExtended: 0x10000000, isProtected: 0x20000000, overline: 0x40000000 },
  underlineStyleShift: 26,
} as const;
