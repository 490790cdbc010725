import * as fs from 'node:fs';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { type Disposable, toDisposable } from '../../src/base/disposable.ts';
import type { SessionId } from '../../src/base/ids.ts';
import { type Log, nullLog } from '../../src/base/log.ts';
import { decodeUtf8 } from '../../src/base/utf8.ts';
import type { JournalStore, Recorder } from '../../src/journal/api.ts';
import { journalStore } from '../../src/journal/journalStore.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import type { ManagerEvents, SessionManagerOptions } from '../../src/session/api.ts';
import { SessionManager } from '../../src/session/sessionManager.ts';
import { BarePtyFactory } from '../support/barePtyFactory.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';

/** A host's life: its manager, and a way to end it as SIGKILL does. */
export interface Host {
  readonly manager: SessionManager;
  readonly notices: ManagerEvents['notice'][];
  /**
   * From here on nothing of this host reaches disk or processes. What its recorders had not written is lost, as if it
   * had been killed at this moment.
   */
  kill(): Promise<void>;
}

export interface HostOptions extends Partial<SessionManagerOptions> {
  /** The files take so many bytes of output, counted over all sessions; what comes after them is never written. */
  readonly dieAfterBytes?: number;
}

/** Where a test's hosts live, one after the other: one directory, one set of processes. */
export class ManagerBox {
  readonly directory: string;
  readonly ptys = new BarePtyFactory();
  private readonly _hosts: Host[] = [];

  constructor(t: TestContext) {
    // Registered before the directory's own removal, which comes after it.
    t.after(async () => {
      await Promise.all(this._hosts.map((host) => host.kill()));
      this.ptys.dispose();
    });
    this.directory = path.join(makeTempDirectory(t), 'sessions');
  }

  get damagedDirectory(): string {
    return path.join(path.dirname(this.directory), 'damaged');
  }

  /** A host that is not initialized. */
  newHost(options: HostOptions = {}): Host {
    const life = new HostLife(options.dieAfterBytes ?? Number.POSITIVE_INFINITY);
    const manager = new SessionManager({
      directory: this.directory,
      ptyFactory: this.ptys,
      journal: life.journal(options.journal ?? journalStore),
      createScreen,
      clock: life.clock(options.clock ?? systemClock),
      log: nullLog,
      ...withoutParts(options),
    });
    const notices: ManagerEvents['notice'][] = [];
    manager.on('notice', (notice) => notices.push(notice));
    const kill = async (): Promise<void> => {
      this.ptys.disconnectHost();
      await life.end();
      await endMetadataWrites(manager);
    };
    const host = { manager, notices, kill };
    this._hosts.push(host);
    return host;
  }

  async startHost(options: HostOptions = {}): Promise<Host> {
    const host = this.newHost(options);
    await host.manager.init();
    return host;
  }

  /** Waits until the session's shell has ended and that is recorded. */
  async untilEnded(manager: SessionManager, id: SessionId): Promise<void> {
    await waitFor(`the end of ${id}`, () => !manager.getSession(id).isRunning);
  }

  /** Every file below the sessions directory, relative to it. */
  files(): string[] {
    return fs
      .readdirSync(this.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(this.directory, path.join(entry.parentPath, entry.name)));
  }
}

/** A write under way would go on after what is only a make-believe death, and land on top of the next host's. */
async function endMetadataWrites(manager: SessionManager): Promise<void> {
  await Promise.all([...manager['_sessions'].values()].map((session) => session['_record'].close()));
}

/** The options that go to the manager as they are. */
function withoutParts(options: HostOptions): Partial<SessionManagerOptions> {
  const rest: { -readonly [K in keyof HostOptions]: HostOptions[K] } = { ...options };
  delete rest.journal;
  delete rest.clock;
  delete rest.dieAfterBytes;
  return rest;
}

/** Makes the disk and the clock of a host stop at its death, which in one process no signal can do. */
class HostLife {
  private readonly _recorders: Recorder[] = [];
  private _bytesLeft: number;
  private _isDead = false;

  constructor(dieAfterBytes: number) {
    this._bytesLeft = dieAfterBytes;
  }

  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      schedule: (delayMs, callback): Disposable =>
        this._isDead ? toDisposable(() => undefined) : clock.schedule(delayMs, () => this._isDead || callback()),
    };
  }

  journal(store: JournalStore): JournalStore {
    return {
      openReader: (directory, log) => store.openReader(directory, log),
      openRecorder: async (options) => {
        const recorder = await store.openRecorder({ ...options, clock: systemClock });
        this._recorders.push(recorder);
        return this._mortal(recorder);
      },
    };
  }

  async end(): Promise<void> {
    this._isDead = true;
    await Promise.all(this._recorders.map((recorder) => recorder.close().catch(() => undefined)));
  }

  private _mortal(recorder: Recorder): Recorder {
    const append = (bytes: Uint8Array): void => {
      const taken = this._isDead ? 0 : Math.min(bytes.length, this._bytesLeft);
      this._bytesLeft -= taken;
      if (taken > 0) {
        recorder.append(bytes.subarray(0, taken));
      }
    };
    const unlessDead = (call: () => void): void => {
      if (!this._isDead && this._bytesLeft > 0) {
        call();
      }
    };
    return new Proxy(recorder, {
      get: (target, name) => {
        switch (name) {
          case 'append':
            return append;
          case 'resize':
            return (cols: number, rows: number) => unlessDead(() => target.resize(cols, rows));
          case 'mark':
            return (label: string) => unlessDead(() => target.mark(label));
          case 'exit':
            return (exitCode: number) => unlessDead(() => target.exit(exitCode));
          default: {
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          }
        }
      },
    });
  }
}

/** The whole raw history of a session. */
export function readHistory(manager: SessionManager, id: SessionId): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    const replay = manager.createHistoryReplay(id);
    replay.onData((bytes) => pieces.push(bytes));
    replay.onComplete(() => resolve(Buffer.concat(pieces)));
    replay.onError(reject);
    replay.start();
  });
}

/** Collects what a session sends to clients from now on. */
export class OutputTap {
  private readonly _pieces: Uint8Array[] = [];
  readonly ends: number[] = [];

  constructor(manager: SessionManager, id?: SessionId) {
    manager.on('session:output', ({ id: source, chunk }) => {
      if (id === undefined || source === id) {
        this._pieces.push(chunk.bytes);
        this.ends.push(chunk.end);
      }
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this._pieces);
  }

  get text(): string {
    return decodeUtf8(this.bytes);
  }

  async until(text: string): Promise<void> {
    await waitFor(`output ${JSON.stringify(text)}; got ${JSON.stringify(this.text.slice(-500))}`, () =>
      this.text.includes(text),
    );
  }
}

/** A log that tests read. */
export function collectingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const add = (message: string): void => void lines.push(message);
  return { lines, debug: add, info: add, warn: add, error: add };
}

/** A shell without start files, with a prompt that tests can wait for. */
export const plainShell = { shell: '/bin/sh', args: ['-i'], env: { PATH: process.env['PATH'] ?? '', PS1: '$ ' } };

/** Runs a script and ends. */
export function script(text: string): { shell: string; args: string[] } {
  return { shell: '/bin/sh', args: ['-c', text] };
}
