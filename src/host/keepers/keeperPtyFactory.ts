import { RevenantError, isRevenantError, messageOf, systemCodeOf } from '../../base/errors.ts';
import { Emitter, type Event } from '../../base/event.ts';
import type { RunId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import { runtimeName } from '../../platform/build.ts';
import type { Build } from '../../protocol/hostMessages.ts';
import type { HostRestart, KeeperEndpoint } from '../../protocol/keeperMessages.ts';
import type { PtyFactory, PtyProcess, PtySpawnOptions } from '../../session/ptyFactory.ts';
import { readKeeperEndpoint, readKeeperEndpoints, removeKeeperEndpoint } from './keeperEndpoints.ts';
import { KeeperLink } from './keeperLink.ts';
import { startKeeper, type KeeperCommand } from './startKeeper.ts';

export interface KeeperOptions {
  readonly runDirectory: string;
  readonly token: string;
  /** New processes go to a keeper of this build, which is started when there is none. */
  readonly build: Build;
  readonly keeperCommand: KeeperCommand;
  /** How keepers start the host again when this one dies; null: they do not. */
  readonly restart: HostRestart | null;
  readonly log: Log;
}

export interface KeeperSummary {
  readonly pid: number;
  readonly version: string;
  /** Processes that it holds, ended ones that nobody has told it to forget included. */
  readonly sessions: number;
}

/** Connects to every keeper that runs, of whatever version. One that does not answer is left alone and logged. */
export async function connectToKeepers(options: KeeperOptions): Promise<KeeperPtyFactory> {
  const factory = new KeeperPtyFactory(options);
  const endpoints = await readKeeperEndpoints(options.runDirectory, options.log);
  await Promise.all(endpoints.map((endpoint) => factory.tryConnect(endpoint)));
  return factory;
}

/** Processes that live in keepers. */
export class KeeperPtyFactory implements PtyFactory {
  private readonly _options: KeeperOptions;
  private readonly _version: string;
  private readonly _links = new Set<KeeperLink>();
  private readonly _onDidLoseKeeper = new Emitter<KeeperSummary>();
  private readonly _onDidSupersede = new Emitter<void>();
  /** The start of a keeper that is under way. */
  private _starting: Promise<KeeperLink> | undefined;
  private _isClosed = false;
  private _isSuperseded = false;

  /** A keeper died; `onLost` of each of its processes has fired. */
  readonly onDidLoseKeeper: Event<KeeperSummary> = this._onDidLoseKeeper.event;
  /** Fires once: another host has connected to the keepers, and this one gets nothing more from them. */
  readonly onSuperseded: Event<void> = this._onDidSupersede.event;

  constructor(options: KeeperOptions) {
    this._options = options;
    this._version = runtimeName(options.build);
  }

  async spawn(options: PtySpawnOptions): Promise<PtyProcess> {
    try {
      return await (await this._getOwnKeeper()).spawn(options);
    } catch (error) {
      if (!isRevenantError(error, 'closed') || this._isClosed || this._isSuperseded) {
        throw asSpawnFailure(error);
      }
    }
    // The keeper left, or died, in that very moment: with its process, if there was one already.
    try {
      return await (await this._getOwnKeeper()).spawn(options);
    } catch (error) {
      throw asSpawnFailure(error);
    }
  }

  findRun(run: RunId): PtyProcess | undefined {
    for (const link of this._links) {
      const found = link.processes.find((process) => process.run === run);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  listRuns(): readonly RunId[] {
    return [...this._links].flatMap((link) => link.processes.map((process) => process.run));
  }

  listKeepers(): readonly KeeperSummary[] {
    return [...this._links].map(summarize);
  }

  /** Says goodbye to every keeper, after the last acknowledgements. Processes go on, and nobody starts the host again. */
  async close(): Promise<void> {
    this._isClosed = true;
    // One that is being started gets its goodbye too, and leaves.
    await this._starting?.catch((error: unknown) => this._options.log.info(messageOf(error)));
    await Promise.all([...this._links].map((link) => link.close()));
    this._links.clear();
  }

  /** False, with the reason in the log, when the keeper does not take this host. */
  async tryConnect(endpoint: KeeperEndpoint): Promise<boolean> {
    try {
      await this._connect(endpoint);
      return true;
    } catch (error) {
      this._options.log.warn(`The keeper ${endpoint.pid} cannot be reached: ${messageOf(error)}`);
      if (systemCodeOf(error) === 'ECONNREFUSED') {
        // Nobody owns that socket any more: the process of this id is another one.
        await removeKeeperEndpoint(this._options.runDirectory, endpoint.pid, endpoint.address);
      }
      return false;
    }
  }

  private async _connect(endpoint: KeeperEndpoint): Promise<KeeperLink> {
    const { token, restart, log } = this._options;
    const link = new KeeperLink({ endpoint, token, restart, log });
    link.onDidClose((reason) => this._handleClosed(link, reason));
    await link.connect();
    this._links.add(link);
    link.onDidBecomeEmpty(() => this._leaveIfDone(link));
    this._leaveIfDone(link);
    return link;
  }

  /** A keeper of another version gets no new process: without a host it leaves when its last one is gone. */
  private _leaveIfDone(link: KeeperLink): void {
    if (link.version !== this._version && link.isEmpty) {
      this._links.delete(link);
      this._options.log.info(`The keeper ${link.pid} of version ${link.version} has no process left and may leave.`);
      void link.close();
    }
  }

  private _handleClosed(link: KeeperLink, reason: 'lost' | 'superseded'): void {
    const summary = summarize(link);
    this._links.delete(link);
    if (reason === 'lost') {
      this._onDidLoseKeeper.fire(summary);
    } else if (!this._isSuperseded) {
      this._isSuperseded = true;
      this._onDidSupersede.fire();
    }
  }

  private async _getOwnKeeper(): Promise<KeeperLink> {
    if (this._isClosed || this._isSuperseded) {
      throw new RevenantError('closed', 'This host has handed its keepers over.');
    }
    const present = [...this._links].find((link) => link.isOpen && link.version === this._version);
    if (present !== undefined) {
      return present;
    }
    this._starting ??= this._startKeeper().finally(() => {
      this._starting = undefined;
    });
    return this._starting;
  }

  private async _startKeeper(): Promise<KeeperLink> {
    const { keeperCommand: command, runDirectory, log } = this._options;
    const pid = await startKeeper({ command, runDirectory, version: this._version, log });
    const endpoint = await readKeeperEndpoint(runDirectory, pid);
    if (endpoint === undefined) {
      throw new RevenantError('spawn-failed', `The pty keeper ${pid} started but left no file in ${runDirectory}.`);
    }
    log.info(`Started keeper ${pid} of version ${this._version}.`);
    return this._connect(endpoint);
  }
}

function summarize(link: KeeperLink): KeeperSummary {
  return { pid: link.pid, version: link.version, sessions: link.processes.length };
}

/** What starting a process may reject with: the failures that `PtyFactory` names. */
function asSpawnFailure(error: unknown): RevenantError {
  return isRevenantError(error, 'shell-not-found', 'shell-not-executable', 'directory-not-found', 'spawn-failed')
    ? error
    : new RevenantError('spawn-failed', `The process was not started: ${messageOf(error)}`, { cause: error });
}
