import type { Socket } from 'node:net';
import { spawn, type IPty } from '@lydell/node-pty';
import { RevenantError, systemCodeOf } from '../base/errors.ts';
import { Emitter, type Event } from '../base/event.ts';
import { keeperLimits } from '../protocol/keeperMessages.ts';
import type { OpenTerminals } from './openTerminals.ts';
import { PtyInput } from './ptyInput.ts';
import { readBurst } from './readBurst.ts';
import { readToEnd } from './readToEnd.ts';

export interface PtyChildOptions {
  /** An absolute path; nothing is searched. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment; `PWD` is set to `cwd`, and `TERM` to `xterm-256color` when it is missing. */
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
}

export interface PtyChildExit {
  readonly exitCode: number;
  /** 0 when no signal ended it. */
  readonly signal: number;
}

/** What node-pty keeps to itself and this file needs; both its Unix and its Windows terminal have the socket. */
interface PtyInternals {
  readonly _socket: Socket;
  readonly _fd: number;
  readonly _agent?: { readonly inSocket: Socket };
  write(data: Uint8Array): void;
}

const isWindows = process.platform === 'win32';

/**
 * How node-pty's strings are made into bytes. A program may print what is not UTF-8; Latin-1 has a character for every
 * byte. On Windows ConPTY makes UTF-8 of everything.
 */
const outputEncoding = isWindows ? 'utf8' : 'latin1';

/** A process and its PTY. The only file that knows node-pty. */
export class PtyChild {
  private readonly _pty: IPty;
  private readonly _internals: PtyInternals;
  private readonly _input: Pick<PtyInput, 'write'>;
  private readonly _onDidOutput = new Emitter<Uint8Array>();
  private readonly _onDidExit = new Emitter<PtyChildExit>();
  /** The process has ended and its id may belong to another; its output may still be unread. */
  private _hasEnded = false;

  /** What was read just now; the bytes are valid during the call only. */
  readonly onDidOutput: Event<Uint8Array> = this._onDidOutput.event;
  /** Fires once, when the process has ended and everything that it printed has been read. */
  readonly onDidExit: Event<PtyChildExit> = this._onDidExit.event;

  /**
   * Starts it; the process runs and has its id when this is done, and nothing that it printed has been missed by who
   * listens then. Throws what node-pty throws when the system refuses.
   */
  static async start(options: PtyChildOptions, terminals: OpenTerminals): Promise<PtyChild> {
    const child = new PtyChild(options, terminals);
    if (isWindows) {
      await child._whenConnected();
    }
    return child;
  }

  private constructor(options: PtyChildOptions, terminals: OpenTerminals) {
    this._pty = terminals.withoutGaps(() => spawnPty(options));
    this._internals = this._pty as unknown as PtyInternals;
    const socket = this._internals._socket;
    if (!isWindows) {
      socket.setEncoding(outputEncoding);
      const master = terminals.add(this._internals._fd);
      socket.once('close', () => master.dispose());
    }
    readToEnd(socket, () => {
      this._hasEnded = true;
    });
    // node-pty throws an error of its socket, whatever it is, when nobody else listens; the exit follows in any case.
    socket.on('error', () => undefined);
    this._input = isWindows ? windowsInput(this._internals) : new PtyInput(this._internals._fd, () => socket.destroyed);
    this._pty.onData((data) => {
      const bytes = Buffer.from(data, outputEncoding);
      this._onDidOutput.fire(bytes);
      if (!isWindows) {
        this._readOn(bytes.length);
      }
    });
    this._pty.onExit(({ exitCode, signal }) => {
      this._hasEnded = true;
      this._onDidExit.fire({ exitCode, signal: signal ?? 0 });
    });
  }

  get pid(): number {
    return this._pty.pid;
  }

  /** False, and nothing is written, when `keeperLimits.pendingInputBytes` are waiting to be read by the program. */
  write(bytes: Uint8Array): boolean {
    return this._input.write(bytes);
  }

  /** Stops reading, so that the program waits when the system's buffer is full. A little more may still be read. */
  pause(): void {
    this._pty.pause();
  }

  resume(): void {
    this._pty.resume();
  }

  resize(cols: number, rows: number): void {
    // A closed descriptor's number may belong to another PTY by now.
    if (!this._hasEnded && !this._internals._socket.destroyed) {
      this._pty.resize(cols, rows);
    }
  }

  /**
   * Sends a signal to the process and its group, so that the children of a shell without job control get it too.
   * On Windows every signal ends all processes of the console. Throws `invalid-argument` for a signal that is none.
   */
  signal(signal: string): void {
    if (this._hasEnded) {
      return;
    }
    if (isWindows) {
      this._pty.kill();
      return;
    }
    // The group does not exist yet in the moment between fork and setsid.
    if (!trySignal(-this.pid, signal)) {
      trySignal(this.pid, signal);
    }
  }

  /** Takes what else there is, unless it is not its turn: `readToEnd` reads an ended process, a paused one waits. */
  private _readOn(lastReadBytes: number): void {
    const socket = this._internals._socket;
    // What the stream still holds comes before what the system holds. (Node's terminals hold one read at most today.)
    if (!this._hasEnded && !socket.destroyed && !socket.isPaused() && socket.readableLength === 0) {
      const bytes = readBurst(this._internals._fd, lastReadBytes);
      if (bytes.length > 0) {
        this._onDidOutput.fire(bytes);
      }
    }
  }

  /**
   * On Windows node-pty starts the process when the reader of its output is connected, and tells a failure by an exit;
   * `ready_datapipe`, an event of its own, comes with the id and before the first output is read.
   */
  private _whenConnected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this._internals._socket.once('ready_datapipe', resolve);
      this._pty.onExit(({ exitCode }) => reject(new Error(`the system refuses, with error ${exitCode}`)));
    });
  }
}

function spawnPty(options: PtyChildOptions): IPty {
  return spawn(options.file, [...options.args], {
    name: options.env['TERM'] || 'xterm-256color',
    cwd: options.cwd,
    env: { ...options.env },
    cols: options.cols,
    rows: options.rows,
    // UTF-8 by default, which also sets IUTF8: a backspace then erases a character of the line and not its last byte.
  });
}

/** False when there is no such process or group. */
function trySignal(target: number, signal: string): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    switch (systemCodeOf(error)) {
      case 'ESRCH':
        return false;
      case 'EPERM':
        // All of it belongs to another user (sudo, su); only the end of the terminal reaches it.
        return true;
      case 'ERR_UNKNOWN_SIGNAL':
        throw new RevenantError('invalid-argument', `${signal} is not a signal of this system.`, { cause: error });
      default:
        throw error;
    }
  }
}

function windowsInput(pty: PtyInternals): Pick<PtyInput, 'write'> {
  return {
    write(bytes) {
      if ((pty._agent?.inSocket.writableLength ?? 0) + bytes.length > keeperLimits.pendingInputBytes) {
        return false;
      }
      pty.write(bytes);
      return true;
    },
  };
}
