import { RevenantError } from '../../base/errors.ts';
import type { RunId } from '../../base/ids.ts';
import type { HostToKeeper } from '../../protocol/keeperMessages.ts';
import type { PtySpawnOptions } from '../../session/ptyFactory.ts';
import type { KeeperPtyProcess } from './keeperPtyProcess.ts';

/** A program may be on a slow network disk. */
const spawnTimeoutMs = 30_000;

interface PendingSpawn {
  readonly message: HostToKeeper;
  readonly resolve: (process: KeeperPtyProcess) => void;
  readonly reject: (error: RevenantError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Processes that a keeper was asked to start and has not answered for. */
export class PendingSpawns {
  private readonly _spawns = new Map<RunId, PendingSpawn>();
  /** Runs that came to nothing for whoever wanted them: if they start after all, they are ended. */
  private readonly _abandoned = new Set<RunId>();

  get isEmpty(): boolean {
    return this._spawns.size === 0;
  }

  /** What the keeper is asked for, to be asked again on a new connection: it starts no run twice. */
  get messages(): readonly HostToKeeper[] {
    return [...this._spawns.values()].map(({ message }) => message);
  }

  /** `send` gets the message. Rejects with `spawn-failed` when no answer comes in 30 s, or as `reject` says. */
  start(options: PtySpawnOptions, send: (message: HostToKeeper) => void): Promise<KeeperPtyProcess> {
    return new Promise((resolve, reject) => {
      const { run, file, args, cwd, env, cols, rows } = options;
      const message: HostToKeeper = { type: 'spawn', run, file, args: [...args], cwd, env: { ...env }, cols, rows };
      const timer = setTimeout(() => {
        this._spawns.delete(run);
        this._abandoned.add(run);
        reject(new RevenantError('spawn-failed', `${file} was not started within ${spawnTimeoutMs / 1000} s.`));
      }, spawnTimeoutMs);
      this._spawns.set(run, { message, resolve, reject, timer });
      send(message);
    });
  }

  /** True when nobody waits for the process any more: it is to be ended. */
  resolve(run: RunId, process: KeeperPtyProcess): boolean {
    this._take(run)?.resolve(process);
    return this._abandoned.delete(run);
  }

  reject(run: RunId, error: RevenantError): void {
    this._abandoned.delete(run);
    this._take(run)?.reject(error);
  }

  rejectAll(createError: () => RevenantError): void {
    for (const run of [...this._spawns.keys()]) {
      this._take(run)?.reject(createError());
    }
  }

  private _take(run: RunId): PendingSpawn | undefined {
    const spawn = this._spawns.get(run);
    clearTimeout(spawn?.timer);
    this._spawns.delete(run);
    return spawn;
  }
}
