import { RevenantError, isRevenantError, messageOf } from '../base/errors.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { RunId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import { frameLimits } from '../protocol/frame.ts';
import type { HostRestart, HostToKeeper } from '../protocol/keeperMessages.ts';
import { checkDirectory, lookUpCommand } from './commandLookup.ts';
import type { HostChannel } from './hostChannel.ts';
import type { HostRestarter } from './hostRestarter.ts';
import { KeptProcess } from './keptProcess.ts';
import type { OpenTerminals } from './openTerminals.ts';
import { PtyChild } from './ptyChild.ts';

type SpawnRequest = Extract<HostToKeeper, { type: 'spawn' }>;

/**
 * A terminal is read in pieces of 4 KiB; a frame for each costs more than the reading. Pieces that follow each other are
 * gathered for so long, or until they fill a frame.
 */
const gatherMs = 2;

/**
 * A process that has no more than this to deliver is quiet: an echo, a prompt, a line. It goes before the next piece of
 * one that floods. Low, because all that is quiet is sent at once, whatever room the socket has left.
 */
const quietBytes = 4 * 1024;

export interface KeeperOptions {
  /** Name of the runtime, as hosts look for it. */
  readonly version: string;
  readonly restarter: HostRestarter;
  readonly terminals: OpenTerminals;
  readonly log: Log;
}

/** The processes, and the one host that they are kept for at a time. */
export class Keeper {
  private readonly _options: KeeperOptions;
  private readonly _processes = new Map<number, KeptProcess>();
  /** Runs that are being started: the lookup of their program is under way. */
  private readonly _starting = new Set<RunId>();
  /** Processes that may have something to send, the next one first. */
  private readonly _ready = new Set<KeptProcess>();
  private readonly _onDidBecomeIdle = new Emitter<void>();
  private _host: HostChannel | undefined;
  private _restart: HostRestart | null = null;
  private _lastHandle = 0;
  private _isDeliveryPlanned = false;
  private _lastDeliveryMs = Number.NEGATIVE_INFINITY;

  /** There is neither a process nor a host. */
  readonly onDidBecomeIdle: Event<void> = this._onDidBecomeIdle.event;

  constructor(options: KeeperOptions) {
    this._options = options;
  }

  get isIdle(): boolean {
    return this._host === undefined && this._processes.size === 0 && this._starting.size === 0;
  }

  /** Takes a host that has shown the token; it replaces the one before. */
  connect(channel: HostChannel, restart: HostRestart | null): void {
    this._host?.supersede();
    this._stopDelivery();
    this._host = channel;
    this._restart = restart;
    this._options.restarter.handleHostConnected();
    const runs = [...this._processes.values()].map((kept) => kept.describe());
    channel.send({ type: 'hello', protocol: 1, version: this._options.version, pid: process.pid, runs });
    channel.start({
      handleMessage: (message) => this._handleMessage(channel, message),
      handleInput: (handle, bytes) => {
        if (this._processes.get(handle)?.child.write(bytes) === false) {
          channel.send({ type: 'input-dropped', handle, bytes: bytes.length });
        }
      },
      handleAck: (handle, offset) => this._processes.get(handle)?.acknowledge(offset),
      handleDrain: () => this._deliver(),
      handleClose: () => this._handleHostGone({ isWanted: false }),
    });
  }

  /** Closes the host's connection: after a failure in here, a new one starts from what is true. */
  disconnect(): void {
    this._host?.destroy();
  }

  private _handleHostGone({ isWanted }: { isWanted: boolean }): void {
    this._host = undefined;
    this._stopDelivery();
    if (this.isIdle) {
      this._onDidBecomeIdle.fire();
    } else if (!isWanted && this._restart !== null) {
      this._options.restarter.start(this._restart);
    }
  }

  /** A process that was forgotten meanwhile is no error: messages cross each other. */
  private _handleMessage(channel: HostChannel, message: HostToKeeper): void {
    switch (message.type) {
      case 'hello':
        throw new RevenantError('protocol', 'It said hello twice.');
      case 'spawn':
        this._spawn(message).catch((error: unknown) => this._options.log.error('A spawn failed unexpectedly', error));
        return;
      case 'resume':
        this._processes.get(message.handle)?.startDelivery(message.offset);
        return;
      case 'resize':
        this._processes.get(message.handle)?.child.resize(message.cols, message.rows);
        return;
      case 'signal':
        this._signal(message.handle, message.signal);
        return;
      case 'forget':
        this._forget(message.handle);
        return;
      case 'bye':
        channel.close();
        this._handleHostGone({ isWanted: true });
        return;
      default:
        return message satisfies never;
    }
  }

  /** Answers whichever host is connected when it is done. Asked again for the same run, it starts nothing twice. */
  private async _spawn(request: SpawnRequest): Promise<void> {
    const { run } = request;
    const present = [...this._processes.values()].find((kept) => kept.run === run);
    if (present !== undefined) {
      this._host?.send({ type: 'spawned', run, handle: present.handle, pid: present.child.pid });
      return;
    }
    if (this._starting.has(run)) {
      return;
    }
    this._starting.add(run);
    try {
      const child = await startChild(request, this._options.terminals);
      const kept = new KeptProcess(run, ++this._lastHandle, child);
      this._processes.set(kept.handle, kept);
      kept.onDidChange(() => this._planDelivery(kept));
      this._host?.send({ type: 'spawned', run, handle: kept.handle, pid: child.pid });
    } catch (error) {
      this._host?.send({ type: 'spawn-failed', run, code: spawnFailureCode(error), message: messageOf(error) });
    } finally {
      this._starting.delete(run);
      if (this.isIdle) {
        this._onDidBecomeIdle.fire();
      }
    }
  }

  private _signal(handle: number, signal: string): void {
    try {
      this._processes.get(handle)?.child.signal(signal);
    } catch (error) {
      if (!isRevenantError(error, 'invalid-argument')) {
        throw error;
      }
      this._options.log.warn(error.message);
    }
  }

  private _forget(handle: number): void {
    const kept = this._processes.get(handle);
    // One that still runs is never let go of: nobody could reach it again.
    if (kept !== undefined && kept.describe().exit !== null) {
      this._processes.delete(handle);
      this._ready.delete(kept);
    }
  }

  private _stopDelivery(): void {
    this._ready.clear();
    for (const kept of this._processes.values()) {
      kept.stopDelivery();
    }
  }

  /**
   * What comes after a pause goes out at the end of this turn of the loop, so that an echo does not wait. What follows
   * closely is gathered to one frame.
   */
  private _planDelivery(kept: KeptProcess): void {
    if (this._host === undefined) {
      return;
    }
    this._ready.add(kept);
    if (kept.undeliveredBytes >= frameLimits.chunkBytes) {
      this._deliver();
    } else if (!this._isDeliveryPlanned) {
      this._isDeliveryPlanned = true;
      const waitMs = this._lastDeliveryMs + gatherMs - performance.now();
      const deliver = (): void => {
        this._isDeliveryPlanned = false;
        this._deliver();
      };
      if (waitMs > 0) {
        setTimeout(deliver, waitMs);
      } else {
        setImmediate(deliver);
      }
    }
  }

  /**
   * Sends all that quiet processes have, and then what others have, while the socket has room; the rest waits for
   * `handleDrain`.
   */
  private _deliver(): void {
    const host = this._host;
    if (host?.hasRoom !== true) {
      return;
    }
    for (const kept of [...this._ready].filter(({ undeliveredBytes }) => undeliveredBytes <= quietBytes)) {
      while (this._deliverNext(host, kept)) {
        // An exit may follow the output.
      }
    }
    this._deliverInTurn(host);
  }

  /** Sends a piece of each; one at least, so that many quiet processes cannot hold up a flood. */
  private _deliverInTurn(host: HostChannel): void {
    for (const kept of this._ready) {
      // A set hands out what is added during its iteration, at its end: the others come first.
      if (this._deliverNext(host, kept) && !host.hasRoom) {
        return;
      }
    }
  }

  /** Sends one thing and puts the process behind the others; false when it has nothing to send. */
  private _deliverNext(host: HostChannel, kept: KeptProcess): boolean {
    this._ready.delete(kept);
    const delivery = kept.takeDelivery();
    switch (delivery?.kind) {
      case undefined:
        return false;
      case 'output':
        this._lastDeliveryMs = performance.now();
        host.sendOutput(kept.handle, delivery.offset, delivery.bytes);
        break;
      case 'exit':
        host.send({ type: 'exit', handle: kept.handle, end: delivery.end, ...delivery.exit });
        break;
    }
    this._ready.add(kept);
    return true;
  }
}

async function startChild(request: SpawnRequest, terminals: OpenTerminals): Promise<PtyChild> {
  await checkDirectory(request.cwd);
  const file = await lookUpCommand(request.file, request.cwd, request.env);
  try {
    return await PtyChild.start({ ...request, file }, terminals);
  } catch (error) {
    throw new RevenantError('spawn-failed', `${file} cannot be started: ${messageOf(error)}`, { cause: error });
  }
}

function spawnFailureCode(
  error: unknown,
): 'shell-not-found' | 'shell-not-executable' | 'directory-not-found' | 'spawn-failed' {
  const code = error instanceof RevenantError ? error.code : undefined;
  switch (code) {
    case 'shell-not-found':
    case 'shell-not-executable':
    case 'directory-not-found':
      return code;
    default:
      return 'spawn-failed';
  }
}
