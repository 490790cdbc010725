import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/event.ts';
import type { PtyExit, PtyProcess } from './ptyFactory.ts';
import { sessionLimits } from './sessionLimits.ts';
import type { SessionStream } from './sessionStream.ts';

export type ProcessEnd = { readonly kind: 'ended'; readonly exit: PtyExit } | { readonly kind: 'lost' };

/**
 * One process of a session, connected: output comes in order, each byte once; what the journal holds is acknowledged;
 * answers of the screen go in as input.
 */
export class ProcessRun implements Disposable {
  private readonly _pty: PtyProcess;
  private readonly _stream: SessionStream;
  private readonly _clock: Clock;
  private readonly _store = new DisposableStore();
  private readonly _onDidPrint = this._store.add(new Emitter<Uint8Array>());
  private readonly _onDidEnd = this._store.add(new Emitter<ProcessEnd>());
  private readonly _onDidDropInput = this._store.add(new Emitter<number>());
  private _offset = 0;
  private _acknowledgedOffset = 0;
  private _isWaitingForScreen = false;

  readonly onDidPrint = this._onDidPrint.event;
  /** Fires once. */
  readonly onDidEnd = this._onDidEnd.event;
  readonly onDidDropInput = this._onDidDropInput.event;

  constructor(pty: PtyProcess, stream: SessionStream, clock: Clock) {
    this._pty = pty;
    this._stream = stream;
    this._clock = clock;
  }

  get pid(): number {
    return this._pty.pid;
  }

  /** Starts the flow, in both directions, at the process's byte `offset`. Called once, with listeners in place. */
  start(offset: number): void {
    this._offset = offset;
    this._acknowledgedOffset = offset;
    this._store.add(this._stream.live.onDidReply((reply) => this._pty.write(reply)));
    this._store.add(this._stream.recording.onDidAdvance(() => this._acknowledge()));
    this._store.add(this._pty.onInputDropped((bytes) => this._onDidDropInput.fire(bytes)));
    this._store.add(this._pty.onOutput((output) => this._handleOutput(output.offset, output.bytes)));
    this._store.add(this._pty.onExit((exit) => this._onDidEnd.fire({ kind: 'ended', exit })));
    this._store.add(this._pty.onLost(() => this._onDidEnd.fire({ kind: 'lost' })));
    this._pty.resume(offset);
  }

  write(bytes: Uint8Array): void {
    this._pty.write(bytes);
  }

  resize(cols: number, rows: number): void {
    this._pty.resize(cols, rows);
  }

  /** SIGHUP, as when a terminal goes away; SIGKILL when that did not help. */
  kill(): void {
    this._pty.signal('SIGHUP');
    this._store.add(this._clock.schedule(sessionLimits.killGraceMs, () => this._pty.signal('SIGKILL')));
  }

  /** The end of the process is on disk. */
  forget(): void {
    this._pty.forget();
  }

  /** Lets go of the process, which goes on. */
  dispose(): void {
    this._store.dispose();
  }

  private _handleOutput(offset: number, bytes: Uint8Array): void {
    if (offset > this._offset) {
      this._stream.recording.skip(offset - this._offset);
      this._offset = offset;
    }
    const known = this._offset - offset;
    if (known >= bytes.length) {
      return;
    }
    this._offset = offset + bytes.length;
    this._onDidPrint.fire(known === 0 ? bytes : bytes.subarray(known));
  }

  private _acknowledge(): void {
    if (this._isWaitingForScreen || this._store.isDisposed) {
      return;
    }
    const { live, recording } = this._stream;
    if (live.isBehind) {
      this._isWaitingForScreen = true;
      const goOn = (): void => {
        this._isWaitingForScreen = false;
        this._acknowledge();
      };
      void live.relieved().then(goOn);
      return;
    }
    const offset = Math.min(recording.acknowledgeableOffset, this._offset);
    if (offset > this._acknowledgedOffset) {
      this._acknowledgedOffset = offset;
      this._pty.acknowledge(offset);
    }
  }
}
