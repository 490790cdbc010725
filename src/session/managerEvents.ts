import type { Disposable } from '../base/disposable.ts';
import { Emitter } from '../base/event.ts';
import type { ManagerEvents } from './api.ts';

type Emitters = { [K in keyof ManagerEvents]: Emitter<ManagerEvents[K]> };

/** The manager's events by name: parts fire them, the manager's users listen. */
export class ManagerEventHub implements Disposable {
  private readonly _emitters: Emitters = {
    'session:created': new Emitter(),
    'session:changed': new Emitter(),
    'session:deleted': new Emitter(),
    'session:output': new Emitter(),
    'session:resized': new Emitter(),
    'session:started': new Emitter(),
    'session:exit': new Emitter(),
    'session:scanned': new Emitter(),
    'connection:open': new Emitter(),
    'connection:close': new Emitter(),
    notice: new Emitter(),
  };

  on<K extends keyof ManagerEvents>(event: K, listener: (value: ManagerEvents[K]) => void): Disposable {
    return this._emitters[event].event(listener);
  }

  fire<K extends keyof ManagerEvents>(event: K, value: ManagerEvents[K]): void {
    this._emitters[event].fire(value);
  }

  dispose(): void {
    for (const emitter of Object.values(this._emitters)) {
      emitter.dispose();
    }
  }
}
