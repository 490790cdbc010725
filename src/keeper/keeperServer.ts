import * as fs from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import * as path from 'node:path';
import { messageOf, systemCodeOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { newSocketAddress } from '../platform/paths.ts';
import { ensurePrivateDirectory, privateMode, writeVolatileFile } from '../platform/privateFiles.ts';
import { ensureToken, isSameToken } from '../platform/token.ts';
import { FrameDecoder } from '../protocol/frame.ts';
import { decodeJson } from '../protocol/json.ts';
import {
  hostToKeeperSchema,
  keeperFrameKind,
  keeperLimits,
  type HostRestart,
  type KeeperEndpoint,
} from '../protocol/keeperMessages.ts';
import { HostChannel } from './hostChannel.ts';

/** How long somebody who connected may take to show the token. */
const helloTimeoutMs = 5_000;

/** Connections that have not shown the token yet; beyond them the oldest is closed. */
const strangersLimit = 16;

/**
 * How often it is checked that hosts can still find the keeper. A run directory is wiped when its user logs out of the
 * last session, and nothing tells of it: a directory that is gone cannot be watched for its return.
 */
const checkIntervalMs = 3_000;

const isWindows = process.platform === 'win32';

export interface KeeperServerOptions {
  readonly runDirectory: string;
  readonly version: string;
  readonly log: Log;
  /** A host has shown the token. */
  readonly handleHost: (channel: HostChannel, restart: HostRestart | null) => void;
}

/** Where hosts find the keeper: a socket, and an endpoint file that names it. */
export class KeeperServer {
  private readonly _options: KeeperServerOptions;
  private readonly _endpointFile: string;
  private readonly _strangers = new Set<Socket>();
  private _server: Server | undefined;
  private _address = '';
  private _token: string | undefined;
  private _checkTimer: NodeJS.Timeout | undefined;
  private _check: Promise<void> = Promise.resolve();
  private _isLost = false;
  private _isClosing = false;

  constructor(options: KeeperServerOptions) {
    this._options = options;
    this._endpointFile = path.join(options.runDirectory, 'keepers', `${process.pid}.json`);
  }

  /** Listens and says so on disk. Throws `data-dir-unusable`, `unauthorized` or a system error. */
  async start(): Promise<void> {
    await this._listen();
    this._checkTimer = setInterval(() => {
      this._check = this._check.then(() => this._listenAgainIfLost());
    }, checkIntervalMs);
  }

  /** Takes nobody in any more and removes the files. Connected hosts stay connected. */
  async close(): Promise<void> {
    this._isClosing = true;
    clearInterval(this._checkTimer);
    await this._check;
    await fs.rm(this._endpointFile, { force: true });
    for (const stranger of this._strangers) {
      stranger.destroy();
    }
    this._closeServer();
  }

  private async _listen(): Promise<void> {
    const { runDirectory, version } = this._options;
    await ensurePrivateDirectory(runDirectory);
    await ensurePrivateDirectory(path.dirname(this._endpointFile));
    this._token = await ensureToken(runDirectory, this._token);
    const address = newSocketAddress(runDirectory, 'keeper');
    if (!isWindows) {
      await ensurePrivateDirectory(path.dirname(address));
    }
    const server = createServer((socket) => this._welcome(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.off('error', reject);
        server.on('error', (error) => this._options.log.error('The socket fails', error));
        resolve();
      });
    });
    this._closeServer();
    this._server = server;
    this._address = address;
    if (!isWindows) {
      await fs.chmod(address, privateMode.file);
    }
    const endpoint: KeeperEndpoint = { protocol: 1, version, pid: process.pid, address };
    await writeVolatileFile(this._endpointFile, JSON.stringify(endpoint));
  }

  private async _listenAgainIfLost(): Promise<void> {
    try {
      if ((await exists(this._endpointFile)) && (isWindows || (await exists(this._address)))) {
        return;
      }
      await this._listen();
      this._isLost = false;
      this._options.log.warn('The endpoint was removed; it is there again.');
    } catch (error) {
      // The run directory's parent may be missing until the user logs in again; the next check tries again.
      if (!this._isLost) {
        this._isLost = true;
        this._options.log.warn(`The endpoint was removed and cannot be written yet: ${messageOf(error)}`);
      }
    }
  }

  /** Also removes the socket's file. */
  private _closeServer(): void {
    this._server?.close();
    this._server = undefined;
  }

  /** Reads the first frame. Says nothing before the token is right; whoever gets it wrong is closed without a word. */
  private _welcome(socket: Socket): void {
    const decoder = new FrameDecoder();
    let receivedBytes = 0;
    const dismiss = (): void => void socket.destroy();
    const timer = setTimeout(dismiss, helloTimeoutMs);
    const leave = (): void => {
      clearTimeout(timer);
      this._strangers.delete(socket);
    };
    const handleData = (chunk: Uint8Array): void => {
      receivedBytes += chunk.length;
      decoder.push(chunk);
      const hello = this._tryReadHello(decoder);
      if (hello === 'refused' || (hello === undefined && receivedBytes > keeperLimits.helloBytes)) {
        dismiss();
      } else if (hello !== undefined) {
        socket.off('data', handleData);
        leave();
        this._options.handleHost(new HostChannel(socket, decoder, this._options.log), hello.restart);
      }
    };
    // A connection that fails is closed; what that means is said by `close`.
    socket.on('error', dismiss);
    socket.once('close', leave);
    socket.on('data', handleData);
    this._strangers.add(socket);
    if (this._strangers.size > strangersLimit) {
      for (const oldest of this._strangers) {
        oldest.destroy();
        break;
      }
    }
  }

  private _tryReadHello(decoder: FrameDecoder): { restart: HostRestart | null } | 'refused' | undefined {
    try {
      const frame = decoder.tryRead();
      if (frame === undefined) {
        return undefined;
      }
      if (this._isClosing || frame.kind !== keeperFrameKind.json || frame.payload.length > keeperLimits.helloBytes) {
        return 'refused';
      }
      const message = decodeJson(hostToKeeperSchema, frame.payload);
      return message.type === 'hello' && this._token !== undefined && isSameToken(this._token, message.token)
        ? message
        : 'refused';
    } catch (error) {
      this._options.log.warn(`A connection is refused: ${messageOf(error)}`);
      return 'refused';
    }
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await fs.lstat(file);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
