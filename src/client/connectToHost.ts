import * as path from 'node:path';
import { RevenantError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { compareBuilds } from '../platform/build.ts';
import type { RevenantPaths } from '../platform/paths.ts';
import type { HostEndpoint } from '../protocol/hostEndpoint.ts';
import { type Build, type ClientHello, type HostHello, hostProtocol } from '../protocol/hostMessages.ts';
import { delay, throwIfAborted } from './delay.ts';
import { HostConnection } from './hostConnection.ts';
import { prepareDirectories } from './prepareDirectories.ts';
import { hostLogFile, tryReadHostEndpoint, waitUntilHostIsGone } from './hostEndpointFile.ts';
import { isProcessAlive } from '../platform/isProcessAlive.ts';
import { discard, type GreetedSocket, reachHost, type ReachResult } from './reachHost.ts';
import { stageRuntime } from './stageRuntime.ts';
import { startHost } from './startHost.ts';

export interface ConnectOptions {
  readonly paths: RevenantPaths;
  readonly build: Build;
  readonly client: 'window' | 'cli';
  /** The directory that holds host.js, keeper.js, cli.js and node_modules of this build, or `src` of the sources. */
  readonly runtimeSource: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** false: rejects with `host-unavailable` when no host runs, and makes nothing. Default true. */
  readonly startIfNeeded?: boolean;
}

const connectLimits = {
  /** A host answers a hello at once; one that is busy for longer is taken for hung. */
  helloMs: 5_000,
  /** A host that makes room writes everything to disk first. */
  retireMs: 10_000,
  /** How often everything is tried again: hosts may come and go while this client starts its own. */
  attempts: 8,
  /** Between attempts, but for the one after a start, whose host listens already; grows with their number. */
  pauseMs: 50,
} as const;

/**
 * Connects to the session host: finds the one that runs, starts one when none does, and makes an older one give way
 * to this build's (its sessions go on in their keepers). Rejects with `data-dir-unusable`, `unauthorized`,
 * `incompatible-version` (a newer host that shares no protocol), `host-unavailable`, `host-unresponsive`, `aborted`,
 * `io`, or the error with which the host failed to start.
 */
export async function connectToHost(options: ConnectOptions): Promise<HostConnection> {
  return new HostSearch(options).run();
}

/** No connection yet, but something has changed, or may have after a pause: look again. */
type NextAttempt = 'now' | 'later';

/** One search for a host, with what it has found out so far. */
class HostSearch {
  private readonly _options: ConnectOptions;
  private readonly _mayStart: boolean;
  private _token = '';
  private _hasStarted = false;
  private _lastResult: ReachResult['kind'] | undefined;

  constructor(options: ConnectOptions) {
    this._options = options;
    this._mayStart = options.startIfNeeded ?? true;
  }

  async run(): Promise<HostConnection> {
    const { paths, signal } = this._options;
    if (!this._mayStart && (await this._readEndpoint()) === undefined) {
      throw this._unavailable();
    }
    this._token = await prepareDirectories(paths);
    let next: NextAttempt = 'now';
    for (let attempt = 0; attempt < connectLimits.attempts; attempt++) {
      throwIfAborted(signal);
      if (next === 'later') {
        await delay(connectLimits.pauseMs * attempt, signal);
      }
      const outcome: HostConnection | NextAttempt = await this._attempt();
      if (typeof outcome === 'object') {
        return outcome;
      }
      next = outcome;
    }
    throw await this._explainFailure();
  }

  private async _attempt(): Promise<HostConnection | NextAttempt> {
    const endpoint = await this._readEndpoint();
    const result = endpoint === undefined ? undefined : await this._reach(endpoint, 'connect');
    this._lastResult = result?.kind;
    if (endpoint !== undefined && result?.kind === 'greeted') {
      return this._accept(endpoint, result.greeted);
    }
    if (result?.kind === 'refused') {
      // Either a host that leaves, whose place is free in a moment, or one with another token.
      return 'later';
    }
    if (!this._mayStart) {
      throw result?.kind === 'silent' ? await this._explainFailure() : this._unavailable();
    }
    if (result?.kind === 'silent' && this._hasStarted) {
      throw await this._explainFailure();
    }
    return this._start();
  }

  private async _accept(endpoint: HostEndpoint, greeted: GreetedSocket): Promise<HostConnection | NextAttempt> {
    const { build, log } = this._options;
    const { hello } = greeted;
    const isOlder = compareBuilds(hello, build) < 0;
    if (!isOlder || !this._mayStart) {
      if (hello.protocol < hostProtocol.oldest || hello.protocol > hostProtocol.newest) {
        discard(greeted.socket);
        throw this._incompatible(hello, isOlder);
      }
      return new HostConnection(greeted, log);
    }
    discard(greeted.socket);
    log.info(`The session host ${hello.version} (pid ${hello.pid}) makes room for ${build.version}.`);
    await this._retire(endpoint);
    return this._start();
  }

  private async _retire(endpoint: HostEndpoint): Promise<void> {
    const { paths, log, signal } = this._options;
    const result = await this._reach(endpoint, 'retire');
    if (result.kind === 'greeted') {
      // Nothing more is expected from it; the socket is kept until the host has left, as a sign of interest.
      result.greeted.socket.on('error', () => undefined);
      result.greeted.socket.resume();
    }
    const isGone = await waitUntilHostIsGone(paths.run, endpoint, { limitMs: connectLimits.retireMs, log, signal });
    if (result.kind === 'greeted') {
      discard(result.greeted.socket);
    }
    if (!isGone) {
      const message =
        `The session host of the older version ${endpoint.version} (pid ${endpoint.pid}) does not make room. ` +
        `End that process and try again; sessions go on. Its log: ${hostLogFile(paths.data)}`;
      throw new RevenantError('host-unresponsive', message);
    }
  }

  private async _start(): Promise<NextAttempt> {
    const { signal, log, paths } = this._options;
    const program = await stageRuntime(this._options);
    const isFirst = !this._hasStarted;
    this._hasStarted = true;
    const outcome = await startHost({ paths, program, log, signal });
    log.debug(`The session host that was started said: ${outcome}`);
    // A host that serves listens already; one that was gone again at once may need the pause.
    return isFirst ? 'now' : 'later';
  }

  private _reach(endpoint: HostEndpoint, intent: ClientHello['intent']): Promise<ReachResult> {
    const { build, client, signal } = this._options;
    const hello: ClientHello = {
      type: 'hello',
      token: this._token,
      newest: hostProtocol.newest,
      oldest: hostProtocol.oldest,
      version: build.version,
      builtAt: build.builtAt,
      client,
      intent,
    };
    return reachHost(endpoint, hello, { limitMs: connectLimits.helloMs, signal });
  }

  /** The endpoint of a host whose process lives. */
  private async _readEndpoint(): Promise<HostEndpoint | undefined> {
    const endpoint = await tryReadHostEndpoint(this._options.paths.run, this._options.log);
    return endpoint !== undefined && isProcessAlive(endpoint.pid) ? endpoint : undefined;
  }

  private async _explainFailure(): Promise<RevenantError> {
    const { paths } = this._options;
    const endpoint = await this._readEndpoint();
    const logFile = hostLogFile(paths.data);
    if (endpoint === undefined) {
      return new RevenantError(
        'host-unavailable',
        `The session host was started and is gone again. Its log: ${logFile}`,
      );
    }
    if (this._lastResult === 'refused') {
      const tokenFile = path.join(paths.run, 'token');
      const message =
        `The session host (pid ${endpoint.pid}) does not accept the token in ${tokenFile}. ` +
        `End that process and try again; sessions go on. Its log: ${logFile}`;
      return new RevenantError('unauthorized', message);
    }
    const message =
      `The session host (pid ${endpoint.pid}) does not answer. ` +
      `End that process and try again; sessions go on. Its log: ${logFile}`;
    return new RevenantError('host-unresponsive', message);
  }

  private _unavailable(): RevenantError {
    return new RevenantError('host-unavailable', `No session host runs for ${this._options.paths.data}.`);
  }

  private _incompatible(hello: HostHello, isOlder: boolean): RevenantError {
    const { build, client } = this._options;
    const what = `The session host that runs is Revenant ${hello.version}; this is ${build.version}, and they do not understand each other.`;
    if (isOlder) {
      return new RevenantError('incompatible-version', `${what} Run "revenant list" to let the newer one take over.`);
    }
    const remedy =
      client === 'window'
        ? `Reload the window to use Revenant ${hello.version}.`
        : `Use the "revenant" command of Revenant ${hello.version}.`;
    return new RevenantError('incompatible-version', `${what} ${remedy}`);
  }
}
