import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { RevenantError, messageOf } from '../../src/base/errors.ts';
import { Emitter } from '../../src/base/event.ts';
import type { RunId } from '../../src/base/ids.ts';
import type { PtyExit, PtyFactory, PtyOutput, PtyProcess, PtySpawnOptions } from '../../src/session/ptyFactory.ts';

/** A process as a keeper holds it: with all output that was not acknowledged, and with its end. */
class KeptRun {
  readonly run: RunId;
  readonly pty: IPty;
  readonly chunks: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  /** Offset after the newest byte. */
  end = 0;
  acknowledged = 0;
  exit: PtyExit | undefined;
  view: BarePty | undefined;

  constructor(run: RunId, pty: IPty) {
    this.run = run;
    this.pty = pty;
    // Without an encoding node-pty gives Buffers, whatever its types say.
    pty.onData((data: unknown) => {
      const bytes = data as Uint8Array;
      this.chunks.push({ offset: this.end, bytes });
      this.end += bytes.length;
      this.view?.pump();
    });
    pty.onExit(({ exitCode, signal }) => {
      this.exit = { exitCode, signal: signal ?? 0, end: this.end };
      this.view?.pump();
    });
  }

  acknowledge(offset: number): void {
    this.acknowledged = Math.max(this.acknowledged, offset);
    while (this.chunks[0] !== undefined && this.chunks[0].offset + this.chunks[0].bytes.length <= offset) {
      this.chunks.shift();
    }
  }
}

/** One host's view of a kept process. Inert once the host is gone. */
class BarePty implements PtyProcess {
  readonly run: RunId;
  readonly pid: number;
  private readonly _kept: KeptRun;
  private readonly _forget: () => void;
  private readonly _onOutput = new Emitter<PtyOutput>();
  private readonly _onExit = new Emitter<PtyExit>();
  private readonly _onLost = new Emitter<void>();
  private readonly _onInputDropped = new Emitter<number>();
  readonly onOutput = this._onOutput.event;
  readonly onExit = this._onExit.event;
  readonly onLost = this._onLost.event;
  readonly onInputDropped = this._onInputDropped.event;
  private _cursor: number | undefined;
  private _isExitSent = false;
  private _isConnected = true;

  constructor(kept: KeptRun, forget: () => void) {
    this.run = kept.run;
    this.pid = kept.pty.pid;
    this._kept = kept;
    this._forget = forget;
  }

  resume(offset: number): void {
    this._cursor = offset;
    setImmediate(() => this.pump());
  }

  write(bytes: Uint8Array): void {
    if (this._isConnected && this._kept.exit === undefined) {
      // node-pty takes Buffers too; its types do not say so in every version.
      this._kept.pty.write(Buffer.from(bytes));
    }
  }

  resize(cols: number, rows: number): void {
    if (this._isConnected && this._kept.exit === undefined) {
      try {
        this._kept.pty.resize(cols, rows);
      } catch (error) {
        // Its PTY is closed already; its exit is about to be told.
        if (!messageOf(error).includes('EBADF')) {
          throw error;
        }
      }
    }
  }

  signal(signal: string): void {
    if (this._isConnected && this._kept.exit === undefined) {
      this._kept.pty.kill(signal);
    }
  }

  acknowledge(offset: number): void {
    if (this._isConnected) {
      this._kept.acknowledge(offset);
    }
  }

  forget(): void {
    if (this._isConnected) {
      this._forget();
    }
  }

  /** Sends what there is to send, in order, the exit last. */
  pump(): void {
    if (!this._isConnected || this._cursor === undefined) {
      return;
    }
    for (const { offset, bytes } of [...this._kept.chunks]) {
      const skipped = Math.max(0, this._cursor - offset);
      if (skipped < bytes.length) {
        this._cursor = offset + bytes.length;
        this._onOutput.fire({ offset: offset + skipped, bytes: bytes.subarray(skipped) });
      }
    }
    if (this._kept.exit !== undefined && !this._isExitSent) {
      this._isExitSent = true;
      this._onExit.fire(this._kept.exit);
    }
  }

  lose(): void {
    this._onLost.fire();
  }

  disconnect(): void {
    this._isConnected = false;
  }
}

/**
 * PTYs of this process with the semantics of a keeper: offsets, output kept until it is acknowledged, processes that
 * outlive the host. Unlike a keeper it never pauses a process.
 */
export class BarePtyFactory implements PtyFactory {
  private readonly _runs = new Map<RunId, KeptRun>();
  /** Runs that may be forgotten are kept, as if their host had been killed before it said so. */
  forgetsNothing = false;

  spawn(options: PtySpawnOptions): Promise<PtyProcess> {
    return new Promise((resolve) => {
      const file = findProgram(options.file, options.env['PATH'] ?? '');
      checkDirectory(options.cwd);
      const { cols, rows, cwd, env } = options;
      const pty = spawn(file, [...options.args], { name: 'xterm-256color', cols, rows, cwd, env, encoding: null });
      const kept = new KeptRun(options.run, pty);
      this._runs.set(options.run, kept);
      resolve(this._view(kept));
    });
  }

  findRun(run: RunId): PtyProcess | undefined {
    const kept = this._runs.get(run);
    return kept === undefined ? undefined : this._view(kept);
  }

  listRuns(): readonly RunId[] {
    return [...this._runs.keys()];
  }

  /** The host is gone, as after SIGKILL: nothing reaches it, and nothing comes from it any more. */
  disconnectHost(): void {
    for (const kept of this._runs.values()) {
      kept.view?.disconnect();
      kept.view = undefined;
    }
  }

  /** The keeper dies and takes its processes with it. */
  loseAll(): void {
    for (const kept of this._runs.values()) {
      const view = kept.view;
      kept.view = undefined;
      view?.disconnect();
      view?.lose();
      killPty(kept);
    }
    this._runs.clear();
  }

  /** Bytes of a run that the host did not acknowledge. */
  unacknowledgedBytes(run: RunId): number {
    const kept = this._runs.get(run);
    return kept === undefined ? 0 : kept.end - kept.acknowledged;
  }

  dispose(): void {
    for (const kept of this._runs.values()) {
      kept.view?.disconnect();
      killPty(kept);
    }
    this._runs.clear();
  }

  private _view(kept: KeptRun): BarePty {
    kept.view?.disconnect();
    kept.view = new BarePty(kept, () => {
      if (this.forgetsNothing) {
        return;
      }
      if (kept.exit === undefined) {
        killPty(kept);
      }
      this._runs.delete(kept.run);
    });
    return kept.view;
  }
}

function killPty(kept: KeptRun): void {
  if (kept.exit === undefined) {
    kept.pty.kill('SIGKILL');
  }
}

function checkDirectory(directory: string): void {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RevenantError('directory-not-found', `There is no directory ${directory}.`);
  }
}

function findProgram(file: string, searchPath: string): string {
  const candidates = file.includes('/') ? [file] : searchPath.split(':').map((part) => path.join(part, file));
  const found = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  if (found === undefined) {
    throw new RevenantError('shell-not-found', `There is no program ${file}.`);
  }
  try {
    accessSync(found, constants.X_OK);
  } catch (error) {
    throw new RevenantError('shell-not-executable', `${found} cannot be executed.`, { cause: error });
  }
  return found;
}
