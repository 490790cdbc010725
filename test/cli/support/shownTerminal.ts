import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import type { TestContext } from 'node:test';
import { waitFor } from '../../support/waitFor.ts';
import { type CommandLine, program } from './commandLine.ts';

/** A terminal window in which somebody runs the command line: a real PTY and what its emulator shows. */
export class ShownTerminal {
  readonly terminal = new headless.Terminal({ cols: 80, rows: 24, scrollback: 2_000, allowProposedApi: true });
  readonly exitCode: Promise<number>;
  /** What the emulator answers by itself goes back like what is typed. */
  handleAnswer = (answer: string): void => this.type(answer);
  private readonly _pty: IPty;
  private _hasEnded = false;

  constructor(t: TestContext, commandLine: CommandLine, args: readonly string[], env: Record<string, string> = {}) {
    this._pty = spawn(process.execPath, [program, ...args], {
      cols: 80,
      rows: 24,
      cwd: commandLine.home,
      env: { ...commandLine.env, TERM: 'xterm-256color', ...env },
    });
    this._pty.onData((data) => this.terminal.write(data));
    this.terminal.onData((answer) => this.handleAnswer(answer));
    this.exitCode = new Promise((resolve) => {
      this._pty.onExit(({ exitCode }) => {
        this._hasEnded = true;
        resolve(exitCode);
      });
    });
    t.after(() => {
      if (!this._hasEnded) {
        this._pty.kill('SIGKILL');
      }
      this.terminal.dispose();
    });
  }

  type(keys: string): void {
    this._pty.write(keys);
  }

  resize(cols: number, rows: number): void {
    this.terminal.resize(cols, rows);
    this._pty.resize(cols, rows);
  }

  /** Everything from the first line of the scrollback on, without blanks at line ends. */
  text(): string {
    const { active } = this.terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  }

  async shows(pattern: RegExp): Promise<string> {
    try {
      await waitFor(`the terminal to show ${String(pattern)}`, () => pattern.test(this.text()));
    } catch (error) {
      throw new Error(`${String(error)} It shows:\n${this.text()}`, { cause: error });
    }
    return this.text();
  }
}
