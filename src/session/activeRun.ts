import type { Disposable } from '../base/disposable.ts';
import type { ProcessInspector } from './processInspector.ts';
import type { ProcessRun } from './processRun.ts';
import type { SessionStream } from './sessionStream.ts';

/** A process that is connected to its session, with everything that lives as long as the connection. */
export class ActiveRun implements Disposable {
  readonly process: ProcessRun;
  readonly stream: SessionStream;
  readonly inspector: ProcessInspector | undefined;
  /** Resolves when the end of the process is recorded. */
  readonly finished: Promise<void>;
  private _resolveFinished = (): void => undefined;

  constructor(process: ProcessRun, stream: SessionStream, inspector: ProcessInspector | undefined) {
    this.process = process;
    this.stream = stream;
    this.inspector = inspector;
    this.finished = new Promise((resolve) => (this._resolveFinished = resolve));
  }

  /** The end of the process is recorded. */
  finish(): void {
    this._resolveFinished();
  }

  /** Lets go of the process, which goes on if it still runs. */
  dispose(): void {
    this.inspector?.dispose();
    this.process.dispose();
  }
}
