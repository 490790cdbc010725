import { Emitter, type Event } from '../../base/event.ts';
import type { RunId } from '../../base/ids.ts';
import type { HostToKeeper } from '../../protocol/keeperMessages.ts';
import type { PtyExit, PtyOutput, PtyProcess } from '../../session/ptyFactory.ts';

export const ackLimits = {
  /** An acknowledgement is sent when so much more is on disk: a small part of what the keeper holds. */
  stepBytes: 64 * 1024,
  /** … or after this time, so that the keeper holds nothing of a process that is idle. */
  delayMs: 100,
} as const;

/** How a process reaches its keeper. */
export interface KeeperPort {
  send(message: HostToKeeper): void;
  /** False when the input cannot be taken. */
  sendInput(handle: number, bytes: Uint8Array): boolean;
  sendAck(handle: number, offset: number): void;
}

/** A process in a keeper. The `handle…` methods are the link's, the rest is for whoever owns the session. */
export class KeeperPtyProcess implements PtyProcess {
  readonly run: RunId;
  readonly handle: number;
  readonly pid: number;
  private readonly _port: KeeperPort;
  private readonly _onForget: () => void;
  private readonly _onDidOutput = new Emitter<PtyOutput>();
  private readonly _onDidExit = new Emitter<PtyExit>();
  private readonly _onDidLose = new Emitter<void>();
  private readonly _onDidDropInput = new Emitter<number>();
  /** Offset of the next byte to be handed out; undefined until `resume`. */
  private _next: number | undefined;
  private _state: 'live' | 'exited' | 'lost' = 'live';
  private _acknowledged = 0;
  private _sentAck = 0;
  private _ackTimer: NodeJS.Timeout | undefined;

  readonly onOutput: Event<PtyOutput> = this._onDidOutput.event;
  readonly onExit: Event<PtyExit> = this._onDidExit.event;
  readonly onLost: Event<void> = this._onDidLose.event;
  readonly onInputDropped: Event<number> = this._onDidDropInput.event;

  constructor(options: { run: RunId; handle: number; pid: number; port: KeeperPort; onForget: () => void }) {
    this.run = options.run;
    this.handle = options.handle;
    this.pid = options.pid;
    this._port = options.port;
    this._onForget = options.onForget;
  }

  /** Also acknowledges what is below `offset`: whoever goes on from there has it. */
  resume(offset: number): void {
    this._next = offset;
    if (this._state === 'lost') {
      queueMicrotask(() => this._onDidLose.fire());
      return;
    }
    this.acknowledge(offset);
    this.flushAck();
    this._port.send({ type: 'resume', handle: this.handle, offset });
  }

  write(bytes: Uint8Array): void {
    if (this._state === 'live' && bytes.length > 0 && !this._port.sendInput(this.handle, bytes)) {
      this._onDidDropInput.fire(bytes.length);
    }
  }

  resize(cols: number, rows: number): void {
    if (this._state === 'live') {
      this._port.send({ type: 'resize', handle: this.handle, cols, rows });
    }
  }

  signal(signal: string): void {
    if (this._state === 'live') {
      this._port.send({ type: 'signal', handle: this.handle, signal });
    }
  }

  acknowledge(offset: number): void {
    this._acknowledged = Math.max(this._acknowledged, offset);
    if (this._acknowledged - this._sentAck >= ackLimits.stepBytes) {
      this.flushAck();
    } else if (this._acknowledged > this._sentAck) {
      this._ackTimer ??= setTimeout(() => this.flushAck(), ackLimits.delayMs).unref();
    }
  }

  flushAck(): void {
    clearTimeout(this._ackTimer);
    this._ackTimer = undefined;
    if (this._acknowledged > this._sentAck && this._state !== 'lost') {
      this._sentAck = this._acknowledged;
      this._port.sendAck(this.handle, this._acknowledged);
    }
  }

  forget(): void {
    clearTimeout(this._ackTimer);
    this._port.send({ type: 'forget', handle: this.handle });
    this._onForget();
  }

  handleOutput(offset: number, bytes: Uint8Array): void {
    this._next = offset + bytes.length;
    this._onDidOutput.fire({ offset, bytes });
  }

  handleExit(exit: PtyExit): void {
    this._state = 'exited';
    this._onDidExit.fire(exit);
  }

  handleInputDropped(bytes: number): void {
    this._onDidDropInput.fire(bytes);
  }

  /** The connection was lost and is there again: output goes on after what was handed out. */
  handleReconnected(): void {
    this._sentAck = 0;
    this.flushAck();
    if (this._next !== undefined && this._state === 'live') {
      this._port.send({ type: 'resume', handle: this.handle, offset: this._next });
    }
  }

  /** The keeper is dead. Told at `resume` when that is still to come, as nobody may be listening yet. */
  handleLost(): void {
    if (this._state !== 'live') {
      return;
    }
    this._state = 'lost';
    clearTimeout(this._ackTimer);
    if (this._next !== undefined) {
      this._onDidLose.fire();
    }
  }
}
