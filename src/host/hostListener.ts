import { type FSWatcher, existsSync, watch } from 'node:fs';
import * as fs from 'node:fs/promises';
import { type Server, type Socket, createServer } from 'node:net';
import * as path from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { messageOf } from '../base/errors.ts';
import { Emitter } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { newSocketAddress } from '../platform/paths.ts';
import { ensurePrivateDirectory, privateMode, writeVolatileFile } from '../platform/privateFiles.ts';
import { ensureToken } from '../platform/token.ts';
import type { HostEndpoint } from '../protocol/hostEndpoint.ts';
import type { Build } from '../protocol/hostMessages.ts';
import { endpointFile, tryReadEndpoint } from './runningHost.ts';

const listenerLimits = {
  /** Changes in the run directory come in bursts; it is looked at once for each. */
  settleMs: 100,
  /** How often it is looked at where nobody tells of changes. Looking costs two file accesses. */
  checkIntervalMs: 10_000,
} as const;

export interface HostListenerOptions {
  readonly runDirectory: string;
  readonly token: string;
  readonly build: Build;
  readonly clock: Clock;
  readonly log: Log;
  readonly handleConnection: (socket: Socket) => void;
  /** The token that the token file holds after it was gone: a client may have made another one. */
  readonly handleToken: (token: string) => void;
}

/**
 * Listens, and says where in the endpoint file. Run directories get wiped (by cleaners of temporary files, or at a
 * logout while the host lives on): when the socket or the file is gone it listens and publishes again.
 */
export class HostListener implements Disposable {
  private readonly _options: HostListenerOptions;
  private readonly _onSuperseded = new Emitter<void>();
  private _server: Server | undefined;
  private _address = '';
  private _watcher: FSWatcher | undefined;
  private _timer: Disposable | undefined;
  private _isCheckDue = false;
  private _checking: Promise<void> | undefined;
  private _isClosed = false;

  /** The endpoint file names another host: this one is not to do anything any more. */
  readonly onSuperseded = this._onSuperseded.event;

  constructor(options: HostListenerOptions) {
    this._options = options;
  }

  /** Listens on a new address and publishes it. */
  async publish(): Promise<void> {
    const { runDirectory, build } = this._options;
    await ensurePrivateDirectory(runDirectory);
    const address = newSocketAddress(runDirectory, 'host');
    if (process.platform !== 'win32') {
      await ensurePrivateDirectory(path.dirname(address));
    }
    const server = await this._listen(address);
    const former = this._server;
    this._server = server;
    this._address = address;
    // Established connections go on; only the door that nobody can find any more is closed.
    former?.close();
    const endpoint: HostEndpoint = { pid: process.pid, version: build.version, builtAt: build.builtAt, address };
    await writeVolatileFile(endpointFile(runDirectory), JSON.stringify(endpoint));
    this._watch();
    this._scheduleCheck();
  }

  /** True as long as the endpoint file does not name another host. */
  async isInCharge(): Promise<boolean> {
    const endpoint = await tryReadEndpoint(this._options.runDirectory);
    if (endpoint === undefined || endpoint.pid === process.pid) {
      return true;
    }
    this._onSuperseded.fire();
    return false;
  }

  /** Takes no further connection. The endpoint file stays until `close`. */
  stopAccepting(): void {
    this._isClosed = true;
    this._server?.close();
    this.dispose();
  }

  /** Removes the endpoint file and the socket, if they still are this host's. */
  async close(): Promise<void> {
    this.stopAccepting();
    await this._checking;
    const { runDirectory } = this._options;
    if ((await tryReadEndpoint(runDirectory))?.pid === process.pid) {
      await fs.rm(endpointFile(runDirectory), { force: true });
    }
    if (process.platform !== 'win32' && this._address !== '') {
      await fs.rm(this._address, { force: true });
    }
  }

  dispose(): void {
    this._isClosed = true;
    this._watcher?.close();
    this._timer?.dispose();
  }

  private async _listen(address: string): Promise<Server> {
    const server = createServer((socket) => this._options.handleConnection(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => this._options.log.error('The host could not take a connection', error));
    if (process.platform !== 'win32') {
      // Its directory lets nobody else in, so it does not matter that the socket is there before its mode is.
      await fs.chmod(address, privateMode.file);
    }
    return server;
  }

  private _watch(): void {
    this._watcher?.close();
    this._watcher = undefined;
    try {
      this._watcher = watch(this._options.runDirectory, { persistent: false }, () => this._handleChange());
      this._watcher.on('error', (error) =>
        this._options.log.debug(`The run directory is not watched: ${error.message}`),
      );
    } catch (error) {
      // No watches left, or the directory is gone again: the timer looks.
      this._options.log.warn(`The run directory cannot be watched: ${messageOf(error)}`);
    }
  }

  private _handleChange(): void {
    if (!this._isCheckDue) {
      this._isCheckDue = true;
      this._scheduleCheck();
    }
  }

  private _scheduleCheck(): void {
    if (this._isClosed || this._checking !== undefined) {
      return;
    }
    this._timer?.dispose();
    const delayMs = this._isCheckDue ? listenerLimits.settleMs : listenerLimits.checkIntervalMs;
    this._timer = this._options.clock.schedule(delayMs, () => {
      this._isCheckDue = false;
      this._checking = this._check()
        .catch((error: unknown) => this._options.log.error('The run directory cannot be put in order', error))
        .finally(() => {
          this._checking = undefined;
          this._scheduleCheck();
        });
    });
  }

  private async _check(): Promise<void> {
    const { runDirectory, token, log, handleToken } = this._options;
    const endpoint = await tryReadEndpoint(runDirectory);
    if (endpoint !== undefined && endpoint.pid !== process.pid) {
      this._onSuperseded.fire();
      return;
    }
    const hasSocket = process.platform === 'win32' || existsSync(this._address);
    if (endpoint?.address === this._address && hasSocket) {
      return;
    }
    log.warn(`${runDirectory} was wiped; listening and publishing again.`);
    await ensurePrivateDirectory(runDirectory);
    handleToken(await ensureToken(runDirectory, token));
    await this.publish();
  }
}
