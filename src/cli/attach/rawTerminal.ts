import type { ReadStream, WriteStream } from 'node:tty';
import { type Disposable, toDisposable } from '../../base/disposable.ts';
import { RevenantError } from '../../base/errors.ts';

export interface RawTerminalHandlers {
  handleInput(bytes: Uint8Array): void;
  handleResize(): void;
  /** The terminal was closed or this process is asked to end. */
  handleHangup(): void;
}

/** The user's terminal while a session has it: every key comes through, nothing is echoed. */
export class RawTerminal {
  private readonly _stdin: ReadStream;
  private readonly _stdout: WriteStream;

  /** Throws `io` when one of the streams is no terminal. */
  constructor(stdin: ReadStream, stdout: WriteStream) {
    if (!stdin.isTTY || !stdout.isTTY) {
      const which = stdin.isTTY ? 'standard output' : 'standard input';
      throw new RevenantError('io', `attach needs a terminal, and ${which} is none; "capture" and "send" do without`);
    }
    this._stdin = stdin;
    this._stdout = stdout;
  }

  get cols(): number {
    return this._stdout.columns;
  }

  get rows(): number {
    return this._stdout.rows;
  }

  /** Takes the terminal until the result is disposed of. */
  enter(handlers: RawTerminalHandlers): Disposable {
    const handleData = (bytes: Uint8Array): void => handlers.handleInput(bytes);
    const handleResize = (): void => handlers.handleResize();
    const handleHangup = (): void => handlers.handleHangup();
    const hangupSignals = ['SIGHUP', 'SIGTERM', 'SIGINT'] as const;
    this._stdin.setRawMode(true);
    this._stdin.on('data', handleData);
    this._stdin.on('end', handleHangup);
    this._stdin.on('error', handleHangup);
    this._stdout.on('resize', handleResize);
    for (const signal of hangupSignals) {
      process.on(signal, handleHangup);
    }
    this._stdin.resume();
    return toDisposable(() => {
      for (const signal of hangupSignals) {
        process.off(signal, handleHangup);
      }
      this._stdout.off('resize', handleResize);
      this._stdin.off('data', handleData);
      this._stdin.pause();
      this._stdin.setRawMode(false);
    });
  }

  /** `taken` is called when the terminal has taken the bytes. */
  write(data: string | Uint8Array, taken?: () => void): void {
    this._stdout.write(data, taken);
  }
}
