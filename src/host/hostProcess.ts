import * as path from 'node:path';
import type { Clock } from '../base/clock.ts';
import { RevenantError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { JournalEvent, JournalStore } from '../journal/api.ts';
import { isSameToken } from '../platform/token.ts';
import type { Build, HostStatus } from '../protocol/hostMessages.ts';
import type { CreateScreen, SequenceScanner } from '../screen/api.ts';
import type { SessionManagerApi } from '../session/api.ts';
import type { PtyFactory } from '../session/ptyFactory.ts';
import type { Event } from '../base/event.ts';
import { HostListener } from './hostListener.ts';
import { HostServer } from './hostServer.ts';
import { isServedOrCleared } from './runningHost.ts';
import { acquireStartLock } from './startLock.ts';

/** Time for an orderly end. What is not on disk by then is still in the keepers, and the next host gets it from them. */
const stopLimitMs = 8000;

/** The processes of the sessions, as the host is connected to them. */
export interface KeeperLink extends PtyFactory {
  listKeepers(): readonly { readonly pid: number; readonly version: string; readonly sessions: number }[];
  /** Another host has taken the keepers over. */
  readonly onSuperseded: Event<void>;
  close(): Promise<void>;
}

export interface HostProcessOptions {
  readonly dataDirectory: string;
  readonly runDirectory: string;
  readonly logFile: string;
  readonly token: string;
  readonly build: Build;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: JournalStore;
  readonly createScreen: CreateScreen;
  readonly createScanner: () => SequenceScanner;
  readonly connectToKeepers: () => Promise<KeeperLink>;
  readonly createManager: (keepers: PtyFactory) => SessionManagerApi;
  /** Ends the process. */
  readonly exit: () => void;
}

/**
 * Starts the session host of a run directory, unless one serves it already: then resolves with undefined. Under the
 * start lock it clears what a former host left, takes up the sessions, and publishes where it listens.
 */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess | undefined> {
  const lock = await acquireStartLock(options);
  try {
    if (await isServedOrCleared(options)) {
      return undefined;
    }
    const keepers = await options.connectToKeepers();
    try {
      const manager = options.createManager(keepers);
      // Made first, so that people hear what the manager finds while it loads.
      const host = new HostProcess(options, keepers, manager);
      await manager.init();
      if (!(await lock.isHeld())) {
        throw new RevenantError('timeout', 'This host took so long to start that another one is started in its place.');
      }
      await host.publish();
      return host;
    } catch (error) {
      await keepers.close();
      throw error;
    }
  } finally {
    await lock.release();
  }
}

/** A host that serves. */
export class HostProcess {
  private readonly _options: HostProcessOptions;
  private readonly _keepers: KeeperLink;
  private readonly _manager: SessionManagerApi;
  private readonly _server: HostServer;
  private readonly _listener: HostListener;
  private readonly _tokens: Set<string>;
  private _isStopping = false;

  constructor(options: HostProcessOptions, keepers: KeeperLink, manager: SessionManagerApi) {
    const { clock } = options;
    this._options = options;
    this._keepers = keepers;
    this._manager = manager;
    this._tokens = new Set([options.token]);
    const startedAt = clock.now();
    this._server = new HostServer({
      ...options,
      manager,
      readHistory: (id) => this._readHistory(id),
      readStatus: () => this._readStatus(startedAt),
      isToken: (text) => [...this._tokens].some((token) => isSameToken(token, text)),
      checkInCharge: () => this._checkInCharge(),
      stop: (reason) => void this.stop(reason),
    });
    this._listener = new HostListener({
      ...options,
      handleConnection: (socket) => this._server.accept(socket),
      handleToken: (token) => this._tokens.add(token),
    });
    this._listener.onSuperseded(() => this._leaveAtOnce());
    keepers.onSuperseded(() => this._leaveAtOnce());
  }

  /** Begins to serve clients. */
  async publish(): Promise<void> {
    const { build, dataDirectory, log } = this._options;
    await this._listener.publish();
    log.info(`Host of build ${build.version} serves ${dataDirectory}.`);
  }

  /** Tells clients, writes everything, lets go of the keepers, in which sessions go on, and ends the process. */
  async stop(reason: 'update' | 'stop'): Promise<void> {
    if (this._isStopping) {
      return;
    }
    this._isStopping = true;
    const { log, exit } = this._options;
    log.info(`Host leaves (${reason}).`);
    setTimeout(() => {
      log.warn(`The host did not come to its end within ${stopLimitMs} ms.`);
      exit();
    }, stopLimitMs).unref();
    this._server.announceEnd(reason);
    this._listener.stopAccepting();
    // One step that fails must not keep the others from being done: the next host waits for the last of them.
    for (const step of [() => this._manager.destroy(), () => this._keepers.close(), () => this._listener.close()]) {
      try {
        await step();
      } catch (error) {
        log.error('A step of leaving failed', error);
      }
    }
    await this._server.close();
    exit();
  }

  /** Another host has the sessions now. Whatever this one still wrote to disk would come between. */
  private _leaveAtOnce(): void {
    if (!this._isStopping) {
      this._options.log.warn('Another host has taken over; this one ends at once.');
      this._options.exit();
    }
  }

  private async _checkInCharge(): Promise<void> {
    if (!(await this._listener.isInCharge())) {
      throw new RevenantError('host-unavailable', 'Another host has taken over; connect again.');
    }
  }

  private _readStatus(startedAt: number): Omit<HostStatus, 'sessions'> {
    const { build, dataDirectory, logFile } = this._options;
    const keepers = this._keepers.listKeepers().map(({ pid, version, sessions }) => ({ pid, version, sessions }));
    return { pid: process.pid, version: build.version, dataDir: dataDirectory, keepers, startedAt, logFile };
  }

  private async *_readHistory(id: SessionId): AsyncGenerator<JournalEvent> {
    const { journal, log } = this._options;
    // Asking for the files writes what waits, so that they hold everything that was printed until now.
    await this._manager.listJournalFiles(id);
    yield* journal.openReader(path.resolve(this._manager.getPaths(id).journal), log).readAll();
  }
}
