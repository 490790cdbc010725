import { attributesOfCell, attributesOfPen, type Attributes } from '../../src/screen/attributes.ts';
import { designatorOf } from '../../src/screen/charsets.ts';
import { repairEmulator } from '../../src/screen/emulatorRepairs.ts';
import { useVsCodeWidths } from '../../src/screen/unicodeWidths.ts';
import { Terminal } from '../../src/screen/xterm.ts';
import { cellBits, type EmulatorBuffer, internalsOf, newCell } from '../../src/screen/xtermInternals.ts';

/** The emulator as it comes, fed as VS Code feeds it: the judge of what screen and scanner do. */
export class Emulator {
  readonly terminal: Terminal;
  readonly replies: string[] = [];
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(size: { readonly cols: number; readonly rows: number; readonly scrollback?: number }) {
    this.terminal = new Terminal({
      ...size,
      allowProposedApi: true,
      logLevel: 'off',
      windowOptions: { getWinSizeChars: true },
    });
    useVsCodeWidths(this.terminal);
    repairEmulator(this.terminal);
    this.terminal.onData((reply) => this.replies.push(reply));
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(this._decoder.decode(bytes, { stream: true }), resolve));
  }

  resize(cols: number, rows: number): Promise<void> {
    return new Promise((resolve) => {
      this.terminal.write('', () => {
        this.terminal.resize(cols, rows);
        resolve();
      });
    });
  }

  /** Everything that a snapshot restores and the emulator knows, with at most `scrollback` lines above the screen. */
  describe(scrollback = Infinity): Record<string, unknown> {
    const { terminal } = this;
    const core = internalsOf(terminal);
    const { normal, alt, active } = core.buffers;
    const {
      cursorStyle,
      cursorBlink,
      synchronizedOutput: _unused,
      ...modes
    } = core.coreService.decPrivateModes as typeof core.coreService.decPrivateModes & { synchronizedOutput?: boolean };
    const charsets = core._charsetService;
    return {
      size: [terminal.cols, terminal.rows],
      active: active === alt ? 'alternate' : 'normal',
      cursor: [Math.min(active.x, terminal.cols), active.y],
      normal: this._describeBuffer(normal, Math.max(0, normal.ybase - scrollback)),
      alternate: active === alt ? this._describeBuffer(alt, alt.ybase) : undefined,
      modes: { ...modes, cursorStyle, blinks: cursorStyle !== undefined && cursorBlink },
      insert: core.coreService.modes.insertMode,
      isCursorHidden: core.coreService.isCursorHidden,
      options: [core.optionsService.rawOptions.convertEol, core.optionsService.rawOptions.cursorBlink],
      mouse: [core.coreMouseService.activeProtocol, core.coreMouseService.activeEncoding],
      charsets: [
        charsets.glevel,
        designatorOf(charsets.charset),
        [0, 1, 2, 3].map((g) => designatorOf(charsets._charsets[g])),
      ],
      pen: this._describeAttributes(attributesOfPen(core._inputHandler._curAttrData)),
    };
  }

  /**
   * The states that a snapshot restores differently. In the alternate buffer, a pending wrap over a blank: nothing but
   * printing gets the cursor there, so a space is there then. And a first line that continues one which is gone.
   */
  isBeyondSnapshots(scrollback: number): boolean {
    const { active, alt, normal } = internalsOf(this.terminal).buffers;
    const { cols } = this.terminal;
    const line = active.lines.get(active.ybase + active.y);
    const isBlank = line?.loadCell(cols - 1, newCell(this.terminal)).content === 1 << cellBits.widthShift;
    const isFirstWrapped = [normal.lines.get(Math.max(0, normal.ybase - scrollback)), alt.lines.get(alt.ybase)].some(
      (first) => first?.isWrapped === true,
    );
    return isFirstWrapped || (active === alt && active.x >= cols && isBlank);
  }

  dispose(): void {
    this.terminal.dispose();
  }

  private _describeBuffer(buffer: EmulatorBuffer, from: number): unknown {
    const { cols, rows } = this.terminal;
    const cell = newCell(this.terminal);
    const lines: string[] = [];
    for (let y = from; y < buffer.ybase + rows; y++) {
      const line = buffer.lines.get(y);
      // The first line has nothing before it that it could continue.
      let text = line?.isWrapped === true && y > from ? '>' : '|';
      let last = '';
      let isAfterWide = false;
      for (let x = 0; x < cols && line !== undefined; x++) {
        line.loadCell(x, cell);
        const width = cell.content >> cellBits.widthShift;
        const codePoint = cell.content & cellBits.codePoint;
        const isCombined = (cell.content & cellBits.isCombined) !== 0;
        // What a resize has cut in half is not restored.
        const isCut = x + width > cols;
        const chars = isCut
          ? ''
          : isCombined
            ? cell.combinedData
            : codePoint === 0
              ? ''
              : String.fromCodePoint(codePoint);
        if (chars === '' && isAfterWide) {
          // Its second half, or, where autowrap was off, a blank that the emulator put there and nobody sees.
          isAfterWide = false;
          continue;
        }
        isAfterWide = width === 2;
        const attributes = this._describeAttributes(attributesOfCell(cell), chars === '');
        text += attributes === last ? '' : `{${attributes}}`;
        last = attributes;
        const isSpace =
          chars === ' ' && attributes !== '' && this._describeAttributes(attributesOfCell(cell), true) === attributes;
        text += isSpace ? '·' : chars === '' ? '·' : width === 0 ? `<${chars}>` : chars;
      }
      lines.push(text);
    }
    return {
      lines,
      region: [buffer.scrollTop, buffer.scrollBottom],
      tabs: Object.keys(buffer.tabs)
        .map(Number)
        .filter((col) => col < cols && buffer.tabs[col] === true),
      saved: [
        Math.min(buffer.savedX, cols - 1),
        Math.max(0, Math.min(buffer.savedY - buffer.ybase, rows - 1)),
        designatorOf(buffer.savedCharset),
        this._describeAttributes({ ...attributesOfPen(buffer.savedCurAttrData), link: 0, underline: 0 }),
      ],
    };
  }

  /** What is seen of attributes; of a blank cell less than of a printed one. */
  private _describeAttributes(attributes: Attributes, isBlank = false): string {
    const { fg, bg } = attributes;
    const isUnderlined = (fg & cellBits.fg.underline) !== 0;
    const link =
      attributes.link === 0 ? '' : (internalsOf(this.terminal)._oscLinkService.getLinkData(attributes.link)?.uri ?? '');
    const isVisible =
      (fg & (cellBits.fg.inverse | cellBits.fg.underline | cellBits.fg.strikethrough)) !== 0 ||
      (bg & cellBits.bg.overline) !== 0;
    if (isBlank && !isVisible) {
      return bg & cellBits.color ? (bg & cellBits.color).toString(16) : '';
    }
    const style = (attributes.underline >>> cellBits.underlineStyleShift) & 7;
    const underline = isUnderlined
      ? `${Math.max(1, style)}:${(attributes.underline & cellBits.color).toString(16)}`
      : '';
    const shown = [(fg >>> 0).toString(16), (bg >>> 0).toString(16), underline, link];
    return shown.join(',') === '0,0,,' ? '' : shown.join(',').replace(/,+$/, '');
  }
}
