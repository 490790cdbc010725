import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { sessionLimits } from './sessionLimits.ts';

export interface InspectedProcess {
  readonly cwd?: string;
  readonly program?: string;
}

export interface ProcessInspectorOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly inspect: () => Promise<InspectedProcess>;
  readonly handle: (found: InspectedProcess) => void;
}

/**
 * Asks the system about a process some time after it printed something: what it does changes with its output, and a
 * look at it costs too much for every chunk. Output that never rests is looked at once in a while all the same.
 */
export class ProcessInspector implements Disposable {
  private readonly _options: ProcessInspectorOptions;
  private _lastMs = Number.NEGATIVE_INFINITY;
  private _state: 'idle' | 'scheduled' | 'inspecting' = 'idle';
  private _isDueAgain = false;
  private _timer: Disposable | undefined;
  private _isDisposed = false;

  constructor(options: ProcessInspectorOptions) {
    this._options = options;
  }

  /** The process printed something. Cheap: called for every chunk. */
  poke(): void {
    if (this._isDisposed) {
      return;
    }
    if (this._state !== 'idle') {
      // What it printed just before the look may be ahead of what the look finds: look once more.
      this._isDueAgain = true;
      return;
    }
    this._state = 'scheduled';
    const { clock } = this._options;
    const untilAllowedMs = this._lastMs + sessionLimits.inspectIntervalMs - clock.monotonicMs();
    this._isDueAgain = false;
    this._timer = clock.schedule(Math.max(sessionLimits.inspectDelayMs, untilAllowedMs), () => void this._inspect());
  }

  dispose(): void {
    this._isDisposed = true;
    this._timer?.dispose();
  }

  private async _inspect(): Promise<void> {
    const { clock, log, inspect, handle } = this._options;
    this._state = 'inspecting';
    this._lastMs = clock.monotonicMs();
    try {
      const found = await inspect();
      if (!this._isDisposed) {
        handle(found);
      }
    } catch (error) {
      // It may have ended meanwhile; what is shown stays as it was.
      log.debug(`A process could not be inspected: ${messageOf(error)}`);
    }
    this._state = 'idle';
    if (this._isDueAgain) {
      this.poke();
    }
  }
}
