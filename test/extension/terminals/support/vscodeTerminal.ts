import type { TestContext } from 'node:test';
import headless from '@xterm/headless';

/** The emulator that VS Code draws with, wired as VS Code wires it: each answer comes back as one input. */
export class VscodeTerminal {
  readonly xterm: headless.Terminal;
  readonly inputs: string[] = [];
  /** What was written, as one text. */
  stream = '';
  handleInput: ((input: string) => void) | undefined;

  constructor(t: TestContext, cols = 80, rows = 24) {
    this.xterm = new headless.Terminal({ cols, rows, allowProposedApi: true, logLevel: 'off', scrollback: 1000 });
    t.after(() => this.xterm.dispose());
    this.xterm.onData((input) => {
      this.inputs.push(input);
      this.handleInput?.(input);
    });
  }

  readonly write = (text: string): void => {
    this.stream += text;
    this.xterm.write(text);
  };

  /** Resolves when everything written so far is parsed. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.xterm.write('', resolve));
  }

  /** Every line of scrollback and screen, trailing blanks cut; the empty ones at the end are left out. */
  lines(): string[] {
    const buffer = this.xterm.buffer.active;
    const lines: string[] = [];
    for (let index = 0; index < buffer.length; index++) {
      lines.push((buffer.getLine(index)?.translateToString(true) ?? '').trimEnd());
    }
    while (lines.at(-1) === '') {
      lines.pop();
    }
    return lines;
  }
}
