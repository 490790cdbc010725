import { RevenantError, messageOf } from '../../base/errors.ts';
import { Emitter, type Event } from '../../base/event.ts';
import type { RunId } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type {
  HostRestart,
  HostToKeeper,
  KeeperEndpoint,
  KeeperRun,
  KeeperToHost,
} from '../../protocol/keeperMessages.ts';
import type { PtySpawnOptions } from '../../session/ptyFactory.ts';
import { KeeperConnection, type KeeperMessageHandler } from './keeperConnection.ts';
import { KeeperOutbox } from './keeperOutbox.ts';
import { KeeperPtyProcess, type KeeperPort } from './keeperPtyProcess.ts';
import { PendingSpawns } from './pendingSpawns.ts';

const linkLimits = {
  /** From connecting to the keeper's hello. A keeper does little; one that takes longer is stopped or damaged. */
  helloTimeoutMs: 5_000,
  /** A connection that lived for less counts as one of `breaks`. */
  steadyMs: 5_000,
  /** So many in a row, and the keeper is given up: what is sent to it makes it close, and would do so for ever. */
  breaks: 3,
} as const;

export interface KeeperLinkOptions {
  readonly endpoint: KeeperEndpoint;
  readonly token: string;
  readonly restart: HostRestart | null;
  readonly log: Log;
}

/**
 * One keeper as this host sees it: its processes, and the connection, which is made anew when it breaks while the
 * keeper lives.
 */
export class KeeperLink implements KeeperMessageHandler, KeeperPort {
  readonly pid: number;
  readonly version: string;
  private readonly _options: KeeperLinkOptions;
  private readonly _processes = new Map<number, KeeperPtyProcess>();
  private readonly _spawns = new PendingSpawns();
  private readonly _onDidClose = new Emitter<'lost' | 'superseded'>();
  private readonly _onDidBecomeEmpty = new Emitter<void>();
  private readonly _outbox = new KeeperOutbox();
  private _connection: KeeperConnection | undefined;
  /** The keeper has answered on this connection; before that what is for it is held. */
  private _isReady = false;
  private _state: 'open' | 'lost' | 'superseded' | 'closed' = 'open';
  private _connectedAtMs = 0;
  private _breaks = 0;
  private _handleHello: ((runs: readonly KeeperRun[]) => void) | undefined;
  private _handleRefusal: ((error: Error) => void) | undefined;

  /** Fires once: the keeper died, and its processes are lost; or another host took over. Not after `close`. */
  readonly onDidClose: Event<'lost' | 'superseded'> = this._onDidClose.event;
  /** Its last process was forgotten. */
  readonly onDidBecomeEmpty: Event<void> = this._onDidBecomeEmpty.event;

  constructor(options: KeeperLinkOptions) {
    this._options = options;
    this.pid = options.endpoint.pid;
    this.version = options.endpoint.version;
  }

  get processes(): readonly KeeperPtyProcess[] {
    return [...this._processes.values()];
  }

  get isOpen(): boolean {
    return this._state === 'open';
  }

  /** It has no process, and none is being started. */
  get isEmpty(): boolean {
    return this._processes.size === 0 && this._spawns.isEmpty;
  }

  /** Throws a system error when nobody listens, `timeout` when no answer comes, `unauthorized` when it is refused. */
  async connect(): Promise<void> {
    const runs = await this._greet();
    this._isReady = true;
    for (const { run, handle, pid } of runs) {
      this._addProcess(run, handle, pid);
    }
  }

  /** Rejects with the codes of `PtyFactory.spawn`, and `closed` when the keeper died before it answered. */
  spawn(options: PtySpawnOptions): Promise<KeeperPtyProcess> {
    return this._state === 'open'
      ? this._spawns.start(options, (message) => this.send(message))
      : Promise.reject(keeperClosedError(this.pid));
  }

  /** Sends what is still to be acknowledged and says goodbye; processes go on. */
  async close(): Promise<void> {
    if (this._state !== 'open') {
      return;
    }
    this._state = 'closed';
    // The keeper may not have answered on a new connection, and hears it all the same after the hello.
    this._isReady = true;
    for (const process of this._processes.values()) {
      process.flushAck();
    }
    this._flushOutbox();
    this.send({ type: 'bye' });
    this._spawns.rejectAll(() => new RevenantError('closed', 'The host is closing.'));
    await this._connection?.close();
  }

  send(message: HostToKeeper): void {
    if (this._isReady) {
      this._connection?.send(message);
    } else if (this.isOpen && isToHold(message) && !this._outbox.holdMessage(message)) {
      this._options.log.warn(`Too much waits for keeper ${this.pid}; a ${message.type} is dropped.`);
    }
  }

  sendInput(handle: number, bytes: Uint8Array): boolean {
    return this._isReady
      ? (this._connection?.sendInput(handle, bytes) ?? false)
      : this.isOpen && this._outbox.holdInput(handle, bytes);
  }

  /** While the connection is made again it is dropped: each process acknowledges anew then. */
  sendAck(handle: number, offset: number): void {
    if (this._isReady) {
      this._connection?.sendAck(handle, offset);
    }
  }

  handleMessage(message: KeeperToHost): void {
    switch (message.type) {
      case 'hello':
        this._handleHello?.(message.runs);
        return;
      case 'spawned':
        this._handleSpawned(message.run, message.handle, message.pid);
        return;
      case 'spawn-failed':
        this._spawns.reject(message.run, new RevenantError(message.code, message.message));
        return;
      case 'exit':
        this._handleExit(message);
        return;
      case 'input-dropped':
        this._processes.get(message.handle)?.handleInputDropped(message.bytes);
        return;
      case 'superseded':
        this._finish('superseded');
        return;
      default:
        return message satisfies never;
    }
  }

  handleOutput(handle: number, offset: number, bytes: Uint8Array): void {
    this._processes.get(handle)?.handleOutput(offset, bytes);
  }

  handleClose(cause: Error | undefined): void {
    this._connection = undefined;
    this._isReady = false;
    if (this._handleRefusal !== undefined) {
      this._handleRefusal(cause ?? new RevenantError('unauthorized', `The keeper ${this.pid} refused this host.`));
      return;
    }
    this._options.log.warn(
      `The connection to keeper ${this.pid} ended${cause === undefined ? '' : `: ${messageOf(cause)}`}.`,
    );
    this._reconnect().catch((error: unknown) => this._options.log.error('Reconnecting failed unexpectedly', error));
  }

  private async _greet(): Promise<readonly KeeperRun[]> {
    const { endpoint, token, restart } = this._options;
    const connection = await KeeperConnection.open(endpoint.address, this);
    this._connection = connection;
    this._connectedAtMs = performance.now();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<readonly KeeperRun[]>((resolve, reject) => {
        this._handleHello = resolve;
        this._handleRefusal = reject;
        timer = setTimeout(() => {
          reject(new RevenantError('timeout', `The keeper ${this.pid} does not answer.`));
        }, linkLimits.helloTimeoutMs);
        connection.send({ type: 'hello', token, pid: process.pid, restart });
      });
    } catch (error) {
      this._connection = undefined;
      connection.destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      this._handleHello = undefined;
      this._handleRefusal = undefined;
    }
  }

  /** A dead keeper's socket refuses at once. A live one has closed because of what was sent, or the system failed. */
  private async _reconnect(): Promise<void> {
    if (this._state !== 'open') {
      return;
    }
    const lived = performance.now() - this._connectedAtMs;
    this._breaks = lived < linkLimits.steadyMs ? this._breaks + 1 : 1;
    if (this._breaks > linkLimits.breaks) {
      this._options.log.error(
        `The connection to keeper ${this.pid} breaks again and again; its sessions are given up.`,
      );
      this._finish('lost');
      return;
    }
    let runs: readonly KeeperRun[];
    try {
      runs = await this._greet();
    } catch (error) {
      this._options.log.warn(`Keeper ${this.pid} is gone: ${messageOf(error)}`);
      this._finish('lost');
      return;
    }
    if (!this.isOpen) {
      this._connection?.destroy();
      return;
    }
    this._isReady = true;
    const handles = new Set(runs.map((run) => run.handle));
    for (const process of this._processes.values()) {
      if (handles.has(process.handle)) {
        process.handleReconnected();
      } else {
        process.handleLost();
        this._processes.delete(process.handle);
      }
    }
    for (const { run, handle, pid } of runs) {
      if (!this._outbox.holdsForget(handle)) {
        this._handleSpawned(run, handle, pid);
      }
    }
    for (const message of this._spawns.messages) {
      this.send(message);
    }
    this._flushOutbox();
  }

  private _flushOutbox(): void {
    if (this._connection !== undefined) {
      this._outbox.flush(this._connection, (handle, bytes) => this._processes.get(handle)?.handleInputDropped(bytes));
    }
  }

  private _handleSpawned(run: RunId, handle: number, pid: number): void {
    const process = this._processes.get(handle) ?? this._addProcess(run, handle, pid);
    if (this._spawns.resolve(run, process)) {
      endAbandoned(process);
    }
  }

  private _handleExit({ handle, exitCode, signal, end }: Extract<KeeperToHost, { type: 'exit' }>): void {
    this._processes.get(handle)?.handleExit({ exitCode, signal, end });
  }

  private _addProcess(run: RunId, handle: number, pid: number): KeeperPtyProcess {
    const onForget = (): void => {
      this._processes.delete(handle);
      if (this.isEmpty) {
        this._onDidBecomeEmpty.fire();
      }
    };
    const process = new KeeperPtyProcess({ run, handle, pid, port: this, onForget });
    this._processes.set(handle, process);
    return process;
  }

  private _finish(state: 'lost' | 'superseded'): void {
    if (this._state !== 'open') {
      return;
    }
    this._state = state;
    this._isReady = false;
    this._outbox.clear();
    this._connection?.destroy();
    this._connection = undefined;
    this._spawns.rejectAll(() => keeperClosedError(this.pid));
    if (state === 'lost') {
      const processes = this.processes;
      this._processes.clear();
      for (const process of processes) {
        process.handleLost();
      }
    }
    this._onDidClose.fire(state);
  }
}

/** What a keeper is asked for when it answers again comes from elsewhere: spawns and resumes are repeated then. */
function isToHold(message: HostToKeeper): boolean {
  return message.type === 'resize' || message.type === 'signal' || message.type === 'forget';
}

function endAbandoned(process: KeeperPtyProcess): void {
  process.onOutput(({ offset, bytes }) => process.acknowledge(offset + bytes.length));
  process.onExit(() => process.forget());
  process.resume(0);
  process.signal('SIGKILL');
}

function keeperClosedError(pid: number): RevenantError {
  return new RevenantError('closed', `The keeper ${pid} has ended.`);
}
