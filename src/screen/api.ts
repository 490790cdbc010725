import type { Disposable } from '../base/disposable.ts';
import type { TerminalColors } from '../base/terminalColors.ts';

export interface ScreenOptions {
  readonly cols: number;
  readonly rows: number;
  /** Lines kept above the screen. */
  readonly scrollback: number;
  /**
   * Gets the answers to queries (DA, DSR, CPR, DECRQM, …) in order. What it throws goes where errors of listeners go and
   * changes nothing for the screen. Without it the screen is mute: a replay.
   */
  readonly onReply?: (reply: Uint8Array) => void;
}

/** Text of a screen, as `capture --format json` prints it. Row and column count from 0, at the screen's upper left. */
export interface ScreenState {
  readonly cols: number;
  readonly rows: number;
  readonly cursor: { readonly row: number; readonly col: number; readonly visible: boolean };
  readonly buffer: 'normal' | 'alternate';
  readonly title: string;
  /** Lines of the screen, preceded by as many of the scrollback as were asked for. Trailing blanks are cut. */
  readonly lines: readonly string[];
  /** How many of `lines` are scrollback. */
  readonly scrollbackLines: number;
}

/** What plain output has to do until nothing is left of what a screen shows now. */
export interface Turnover {
  /** So many new rows, from wherever the cursor is. */
  readonly rows: number;
  /** Characters that a row takes before text goes on in the next one; undefined while wrapping is off. */
  readonly wrapCols: number | undefined;
}

/**
 * The emulated terminal of a session. Operations take effect in the order of the calls, whether or not what was
 * written before has been parsed yet.
 */
export interface Screen extends Disposable {
  readonly cols: number;
  readonly rows: number;
  /** Bytes written and not yet parsed. The caller bounds this: it stops writing, or awaits `settled`. */
  readonly pendingBytes: number;
  /**
   * For the buffer that shows and the lines above it. Undefined when plain output may leave something: in a scroll
   * region, in a hyperlink, or while BS goes back over wraps. Right only when the screen is settled.
   */
  readonly turnover: Turnover | undefined;
  /**
   * True when it makes no difference, but for the lines above the screen, whether these are there: in the normal
   * buffer, unless a saved cursor would move up with them. Right only when the screen is settled.
   */
  readonly isScrollIndependent: boolean;
  /**
   * True when no line is left that was above the screen at the last `noteLinesAbove`, and none was laid out anew by a
   * resize since. Right only when the screen is settled.
   */
  readonly hasNewLinesAbove: boolean;
  /** Remembers which lines are above the screen. Right only when it is settled. */
  noteLinesAbove(): void;
  /** Takes output as it came, cut anywhere. Keeps no reference to `bytes` after it is parsed; do not change them. */
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /**
   * Sets the colours that queries are answered with where no program has set others. Before the first call they are
   * VS Code's, dark.
   */
  setColors(colors: TerminalColors): void;
  /** Resolves when everything written before the call has been parsed. */
  settled(): Promise<void>;
  /**
   * VT bytes that, written to a freshly reset terminal of the same size, give the screen as it is after everything
   * that was written before the call. At most `scrollback` lines above the screen. When the stream is in the middle of
   * a sequence or character, its bytes come last, so that the stream goes on there as it does here.
   */
  snapshot(scrollback: number): Promise<Uint8Array>;
  /** Text at the same point. */
  state(scrollback: number): Promise<ScreenState>;
}

export type CreateScreen = (options: ScreenOptions) => Screen;

/** What the scanner found in the stream, besides text. Strings are freed of control characters and capped. */
export type ScannerEvent =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'cwd'; readonly cwd: string }
  | { readonly kind: 'bell' }
  /** OSC 9;4: `state` 0 none, 1 normal, 2 error, 3 indeterminate, 4 paused; percent 0 to 100. */
  | { readonly kind: 'progress'; readonly state: number; readonly percent: number }
  /** OSC 133/633 A, B, C, D, E, P: the letter and the rest of the parameters as they came. */
  | { readonly kind: 'mark'; readonly source: 133 | 633; readonly code: string; readonly data: string }
  | { readonly kind: 'alternate-buffer'; readonly active: boolean };

export interface ScanResult {
  /**
   * What clients get: the bytes without queries. Where a query has interrupted a string, or a broken character, that is
   * ended by ST or CAN in its place. A sequence that is cut by the end of the chunk is held back until
   * it is whole or known to be no query, so a query never reaches a client in two halves.
   */
  readonly forClients: Uint8Array;
  /** Bytes at the end of everything pushed so far that are held back: `forClients` ends that far before the end. */
  readonly heldBackBytes: number;
  /**
   * Bytes at the end of everything that is not held back, in which there is nothing but plain output: text, the
   * controls that move a printer's head (BS, HT, LF, VT, FF, CR), BEL, SGR and EL. See `skipScrolledAway`.
   */
  readonly plainBytes: number;
  /** True when the stream, up to the end of `forClients`, is in VT ground state and on a UTF-8 character border. */
  readonly isGround: boolean;
  readonly hasQueries: boolean;
  readonly events: readonly ScannerEvent[];
}

/** The streaming tokenizer that sees every output byte once without emulating. Cheap on plain text. */
export interface SequenceScanner {
  push(bytes: Uint8Array): ScanResult;
}
