import type { Socket } from 'node:net';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { RevenantError, isRevenantError, messageOf } from '../base/errors.ts';
import { compareBuilds } from '../platform/build.ts';
import {
  type ClientHello,
  type HostEvent,
  type HostHello,
  type Request,
  type WireError,
  hostProtocol,
} from '../protocol/hostMessages.ts';
import { ClientConnection, type ClientHost } from './clientConnection.ts';
import type { HostServices } from './hostServices.ts';
import { answerRequest } from './requests/answerRequest.ts';
import { SessionStreams } from './sessionStreams.ts';
import { toSessionInfo } from './toSessionInfo.ts';

/** Changes of a session within this time reach clients as one event. */
const changeIntervalMs = 50;
/** Time that clients have to take what was sent to them when the host leaves. */
const closeLimitMs = 1000;

/** Notices that no window has heard yet, kept until one comes; beyond them the oldest are only in the log. */
const unheardNotices = 20;

/** Serves clients: greets them, answers their requests and tells all of them what happens to the sessions. */
export class HostServer implements ClientHost {
  readonly clock;
  readonly log;
  readonly streams: SessionStreams;
  private readonly _services: HostServices;
  private readonly _disposables = new DisposableStore();
  private readonly _connections = new Set<ClientConnection>();
  private readonly _clients = new Set<ClientConnection>();
  private readonly _windows = new Set<ClientConnection>();
  private _unheard: HostEvent[] = [];
  private _changeTimer: Disposable | undefined;
  private _isClosing = false;
  private _handleEmpty: () => void = () => undefined;

  constructor(services: HostServices) {
    this._services = services;
    this.clock = services.clock;
    this.log = services.log;
    const { manager } = services;
    this.streams = this._disposables.add(new SessionStreams(services));
    this._disposables.add(manager.on('session:created', ({ session }) => this._noteChange(session)));
    this._disposables.add(manager.on('session:changed', ({ session }) => this._noteChange(session)));
    this._disposables.add(
      manager.on('session:deleted', ({ id }) => this._clients.forEach((client) => client.noteRemoval(id))),
    );
    this._disposables.add(
      manager.on('notice', ({ severity, message, id }) =>
        this._tellPeople({ kind: 'notice', severity, message, session: id ?? null }),
      ),
    );
  }

  /** Takes a connection that a client made. */
  accept(socket: Socket): void {
    if (this._isClosing) {
      socket.destroy();
      return;
    }
    this._connections.add(new ClientConnection(socket, this));
  }

  greet(hello: ClientHello): HostHello | undefined {
    if (!this._services.isToken(hello.token)) {
      return undefined;
    }
    const common = Math.min(hello.newest, hostProtocol.newest);
    const isCommon = common >= hello.oldest && common >= hostProtocol.oldest;
    const { version, builtAt } = this._services.build;
    return { type: 'hello', protocol: isCommon ? common : 0, ...hostProtocol, version, builtAt, pid: process.pid };
  }

  handleClient(client: ClientConnection, hello: ClientHello): void {
    if (hello.intent === 'connect') {
      this._clients.add(client);
      if (hello.client === 'window') {
        this._windows.add(client);
        this._unheard.forEach((notice) => client.sendEvent(notice));
        this._unheard = [];
      }
      return;
    }
    // Only a newer build may send this one away; else two windows of different versions would do so for ever.
    if (compareBuilds(hello, this._services.build) > 0) {
      this.log.info(`Handing over to build ${hello.version} of ${hello.builtAt}.`);
      this._services.stop('update');
    }
    client.end();
  }

  async handleRequest(client: ClientConnection, request: Request): Promise<void> {
    const afterwards: (() => void)[] = [];
    try {
      if (this._isClosing) {
        throw new RevenantError('closed', 'This host is leaving; connect again.');
      }
      const result = await answerRequest(this._services, request, {
        client,
        sendBulk: (bytes) => client.sendBulk(request.id, bytes),
        afterAnswer: (callback) => afterwards.push(callback),
      });
      client.send({ type: 'result', id: request.id, result });
      afterwards.forEach((callback) => callback());
    } catch (error) {
      if (!client.isClosed) {
        client.send({ type: 'error', id: request.id, error: this._toWireError(request, error) });
      }
    }
  }

  handleClosed(client: ClientConnection): void {
    this._connections.delete(client);
    this._clients.delete(client);
    this._windows.delete(client);
    if (this._connections.size === 0) {
      this._handleEmpty();
    }
  }

  /** Tells clients that this host leaves; no further connection is taken. */
  announceEnd(reason: 'update' | 'stop'): void {
    this._isClosing = true;
    this._flushChanges();
    this._broadcast({ kind: 'retiring', reason });
  }

  /** Closes every connection; what was sent before still reaches clients that read within a second. */
  async close(): Promise<void> {
    this._isClosing = true;
    this._changeTimer?.dispose();
    this._disposables.dispose();
    for (const connection of [...this._connections]) {
      connection.end();
    }
    if (this._connections.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, closeLimitMs);
        this._handleEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    for (const connection of [...this._connections]) {
      connection.dispose();
    }
  }

  private _broadcast(event: HostEvent): void {
    this._clients.forEach((client) => client.sendEvent(event));
  }

  /** A command line shows no notices: they wait for a window, since most come while the host starts. */
  private _tellPeople(notice: HostEvent): void {
    this._broadcast(notice);
    if (this._windows.size === 0) {
      this._unheard = [...this._unheard, notice].slice(-unheardNotices);
    }
  }

  private _noteChange(session: Parameters<typeof toSessionInfo>[0]): void {
    const info = toSessionInfo(session);
    this._clients.forEach((client) => client.noteChange(info));
    this._changeTimer ??= this.clock.schedule(changeIntervalMs, () => this._flushChanges());
  }

  private _flushChanges(): void {
    this._changeTimer?.dispose();
    this._changeTimer = undefined;
    this._clients.forEach((client) => client.flushChanges());
  }

  private _toWireError(request: Request, error: unknown): WireError {
    if (isRevenantError(error)) {
      return { code: error.code, message: error.message };
    }
    this.log.error(`The request ${request.method} failed`, error);
    return { code: 'internal', message: messageOf(error) };
  }
}
