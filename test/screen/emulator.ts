import xterm from '@xterm/headless';

/** The emulator as it comes, fed as VS Code feeds it: the judge of what screen and scanner do. */
export class Emulator {
  readonly terminal: xterm.Terminal;
  readonly replies: string[] = [];
  private readonly _decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(size: { readonly cols: number; readonly rows: number; readonly scrollback?: number }) {
    this.terminal = new xterm.Terminal({
      ...size,
      allowProposedApi: true,
      logLevel: 'off',
      windowOptions: { getWinSizeChars: true },
    });
    this.terminal.onData((reply) => this.replies.push(reply));
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(this._decoder.decode(bytes, { stream: true }), resolve));
  }

  /** Text, wrapping, cursor and modes. */
  describe(): unknown {
    const buffer = this.terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_unused, y) => {
      const line = buffer.getLine(y);
      return `${line?.isWrapped === true ? '>' : '|'}${line?.translateToString() ?? ''}`;
    });
    return { lines, type: buffer.type, x: buffer.cursorX, y: buffer.cursorY, modes: { ...this.terminal.modes } };
  }

  dispose(): void {
    this.terminal.dispose();
  }
}
