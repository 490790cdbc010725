import { RevenantError } from '../base/errors.ts';
import { reportListenerError } from '../base/event.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { CreateScreen, Screen, ScreenOptions, ScreenState, Turnover } from './api.ts';
import { repairEmulator, resizeEmulator } from './emulatorRepairs.ts';
import { KeptModes } from './keptModes.ts';
import { registerReplies } from './replies.ts';
import { serializeTerminal } from './snapshot.ts';
import { UnfinishedStream } from './unfinishedStream.ts';
import { useVsCodeWidths } from './unicodeWidths.ts';
import { concatBytes } from './utf8Border.ts';
import { Terminal } from './xterm.ts';
import { groundState, internalsOf } from './xtermInternals.ts';

const limits = {
  /** The emulator's own least size is 2 x 1. Sizes beyond are a client's mistake and would only take memory. */
  cols: { min: 2, max: 2000 },
  rows: { min: 1, max: 2000 },
  /** The emulator parses a piece to its end before anything else in the process has its turn. */
  pieceBytes: 32 * 1024,
} as const;

/** Makes a screen: the emulator that VS Code draws with, without the drawing. Sizes are brought into its range. */
export const createScreen: CreateScreen = (options) => new XtermScreen(options);

class XtermScreen implements Screen {
  private readonly _terminal: Terminal;
  private readonly _kept: KeptModes;
  private readonly _reply: ((reply: Uint8Array) => void) | undefined;
  private readonly _unfinished = new UnfinishedStream();
  /**
   * The emulator's own decoder loses characters that are cut between two chunks, and bytes that are no UTF-8, which a
   * terminal in VS Code shows as U+FFFD. So it gets text, as it does there.
   */
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly _waiting = new Set<(error: RevenantError) => void>();
  /** The lowest line that was above the screen when it was noted; disposed of when it scrolls out or is erased. */
  private _lastLineAbove: { readonly isDisposed: boolean; dispose(): void } | undefined;
  private _cols: number;
  private _rows: number;
  private _pendingBytes = 0;
  private _isDisposed = false;

  constructor(options: ScreenOptions) {
    this._cols = clamp(options.cols, limits.cols);
    this._rows = clamp(options.rows, limits.rows);
    this._reply = options.onReply;
    this._terminal = new Terminal({
      cols: this._cols,
      rows: this._rows,
      scrollback: options.scrollback,
      allowProposedApi: true,
      logLevel: 'off',
      windowOptions: { getWinSizeChars: true },
    });
    useVsCodeWidths(this._terminal);
    repairEmulator(this._terminal);
    const reply = (answer: string): void => this._answer(answer);
    this._kept = new KeptModes(this._terminal, reply);
    if (this._reply !== undefined) {
      registerReplies(this._terminal, this._kept, reply);
      this._terminal.onData(reply);
    }
  }

  get cols(): number {
    return this._cols;
  }

  get rows(): number {
    return this._rows;
  }

  get pendingBytes(): number {
    return this._pendingBytes;
  }

  get turnover(): Turnover | undefined {
    const { buffers, coreService, _inputHandler: inputHandler } = internalsOf(this._terminal);
    const { wraparound, reverseWraparound } = coreService.decPrivateModes;
    const { scrollTop, scrollBottom } = buffers.active;
    const { rows, cols } = this._terminal;
    const isWhole = scrollTop === 0 && scrollBottom === rows - 1;
    // A link is forgotten with the last line that has it: each line that is printed in it counts.
    if (!isWhole || reverseWraparound || inputHandler._curAttrData.extended.urlId !== 0) {
      return undefined;
    }
    // First the cursor moves down to the last row, then every row has to go.
    const above = buffers.active === buffers.normal ? (this._terminal.options.scrollback ?? 0) : 0;
    return { rows: 2 * rows + above, wrapCols: wraparound ? cols : undefined };
  }

  get isScrollIndependent(): boolean {
    const { normal, active } = internalsOf(this._terminal).buffers;
    // While the lines above become more, a saved cursor moves up as far as the first row.
    return active === normal && normal.savedY <= normal.ybase;
  }

  get hasNewLinesAbove(): boolean {
    return this._lastLineAbove?.isDisposed === true;
  }

  noteLinesAbove(): void {
    const { normal, active } = internalsOf(this._terminal).buffers;
    this._lastLineAbove?.dispose();
    if (active !== normal) {
      this._lastLineAbove = undefined;
    } else if (normal.ybase === 0) {
      this._lastLineAbove = { isDisposed: true, dispose: () => undefined };
    } else {
      this._lastLineAbove = this._terminal.registerMarker(-normal.y - 1);
    }
  }

  write(bytes: Uint8Array): void {
    if (this._isDisposed) {
      return;
    }
    const { _inputHandler } = internalsOf(this._terminal);
    for (let at = 0; at < bytes.length; at += limits.pieceBytes) {
      const piece = bytes.subarray(at, at + limits.pieceBytes);
      this._pendingBytes += piece.length;
      this._terminal.write(this._decoder.decode(piece, { stream: true }), () => {
        this._unfinished.note(piece, _inputHandler._parser.currentState === groundState);
        this._pendingBytes -= piece.length;
      });
    }
  }

  resize(cols: number, rows: number): void {
    if (this._isDisposed) {
      return;
    }
    this._cols = clamp(cols, limits.cols);
    this._rows = clamp(rows, limits.rows);
    const [newCols, newRows] = [this._cols, this._rows];
    this._terminal.write('', () => {
      if (!this._isDisposed) {
        this._lastLineAbove?.dispose();
        this._lastLineAbove = undefined;
        resizeEmulator(this._terminal, newCols, newRows);
      }
    });
  }

  setColors(colors: TerminalColors): void {
    if (this._isDisposed) {
      return;
    }
    this._terminal.write('', () => this._kept.setColors(colors));
  }

  settled(): Promise<void> {
    return this._whenParsed(() => undefined);
  }

  snapshot(scrollback: number): Promise<Uint8Array> {
    return this._whenParsed(() =>
      concatBytes([serializeTerminal(this._terminal, this._kept, scrollback), this._unfinished.bytes()]),
    );
  }

  state(scrollback: number): Promise<ScreenState> {
    return this._whenParsed(() => this._describe(scrollback));
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._terminal.dispose();
    const error = new RevenantError('closed', 'The screen was closed before it had read everything.');
    for (const reject of [...this._waiting]) {
      reject(error);
    }
    this._waiting.clear();
  }

  private _answer(answer: string): void {
    try {
      this._reply?.(encodeUtf8(answer));
    } catch (error) {
      // Thrown on, it would cost the screen what comes after the query.
      reportListenerError(error);
    }
  }

  /** Runs `action` when everything written before has been parsed, and nothing written after. */
  private _whenParsed<T>(action: () => T): Promise<T> {
    if (this._isDisposed) {
      return Promise.reject(new RevenantError('closed', 'The screen is closed.'));
    }
    return new Promise((resolve, reject) => {
      this._waiting.add(reject);
      this._terminal.write('', () => {
        if (!this._waiting.delete(reject)) {
          return;
        }
        try {
          resolve(action());
        } catch (error) {
          // Thrown on, it would stop the emulator's parsing for good.
          reject(new RevenantError('internal', 'The screen could not be read.', { cause: error }));
        }
      });
    });
  }

  private _describe(scrollback: number): ScreenState {
    const core = internalsOf(this._terminal);
    const buffer = core.buffers.active;
    const from = Math.max(0, buffer.ybase - Math.max(0, scrollback));
    const lines: string[] = [];
    for (let index = from; index < buffer.ybase + this._terminal.rows; index++) {
      lines.push(buffer.lines.get(index)?.translateToString(true).trimEnd() ?? '');
    }
    return {
      cols: this._terminal.cols,
      rows: this._terminal.rows,
      cursor: {
        row: buffer.y,
        col: Math.min(buffer.x, this._terminal.cols - 1),
        visible: !core.coreService.isCursorHidden,
      },
      buffer: buffer === core.buffers.alt ? 'alternate' : 'normal',
      title: this._kept.title,
      lines,
      scrollbackLines: buffer.ybase - from,
    };
  }
}

function clamp(value: number, range: { readonly min: number; readonly max: number }): number {
  return Number.isFinite(value) ? Math.min(range.max, Math.max(range.min, Math.trunc(value))) : range.min;
}
