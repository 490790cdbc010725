import { spawn } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';
import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { HostRestart } from '../protocol/keeperMessages.ts';
import type { OpenTerminals } from './openTerminals.ts';

export const restartLimits = {
  /** Before the first attempt: an update's new host is on its way and usually connects sooner. */
  shortestDelayMs: 200,
  /** The delay doubles up to this: a host that cannot start (full disk) is tried for ever, but costs next to nothing. */
  longestDelayMs: 30_000,
  /** A host that runs but has not connected after this time is not waited for any longer; its own lock keeps two apart. */
  patienceMs: 30_000,
  /** A host that lived for less counts as a failed attempt, so that one that crashes at once does not run in circles. */
  steadyMs: 10_000,
} as const;

/** Starts the host again, again and again, until one connects. */
export class HostRestarter implements Disposable {
  private readonly _clock: Clock;
  private readonly _log: Log;
  private readonly _terminals: OpenTerminals;
  private _delayMs: number = restartLimits.shortestDelayMs;
  private _connectedAtMs = Number.NEGATIVE_INFINITY;
  private _timer: Disposable | undefined;
  /** Counts starts and stops: what belongs to an earlier one is out of date. */
  private _round = 0;

  /** @param terminals what the host is not to get. */
  constructor(clock: Clock, log: Log, terminals: OpenTerminals) {
    this._clock = clock;
    this._log = log;
    this._terminals = terminals;
  }

  start(restart: HostRestart): void {
    if (this._clock.monotonicMs() - this._connectedAtMs > restartLimits.steadyMs) {
      this._delayMs = restartLimits.shortestDelayMs;
    }
    this._planAttempt(restart, ++this._round);
  }

  /** No more attempts until the next `start`. */
  handleHostConnected(): void {
    this._connectedAtMs = this._clock.monotonicMs();
    this.dispose();
  }

  dispose(): void {
    this._round++;
    this._timer?.dispose();
  }

  private _planAttempt(restart: HostRestart, round: number): void {
    const delayMs = this._delayMs;
    this._delayMs = Math.min(delayMs * 2, restartLimits.longestDelayMs);
    this._timer?.dispose();
    this._timer = this._clock.schedule(delayMs, () => {
      this._attempt(restart, round).catch((error: unknown) => this._log.error('The host cannot be started', error));
    });
  }

  private async _attempt(restart: HostRestart, round: number): Promise<void> {
    const execPath = await findExecutable(restart.execPath);
    if (round !== this._round) {
      return;
    }
    const planNext = (reason: string): void => {
      if (round === this._round) {
        this._log.warn(`The host does not come back (${reason}); it is started again.`);
        round = ++this._round;
        this._planAttempt(restart, round);
      }
    };
    // The directory is one that stays: the keeper's own may be gone.
    const options = { cwd: homedir(), env: restart.env, detached: true };
    const child = this._terminals.withCovers((stdio) => spawn(execPath, restart.args, { ...options, stdio }));
    child.once('error', (error) => planNext(messageOf(error)));
    child.once('exit', (code, signal) => planNext(`it ended with ${signal ?? code}`));
    child.unref();
    this._timer = this._clock.schedule(restartLimits.patienceMs, () => planNext('it does not connect'));
  }
}

/**
 * The host's program, or when it is gone (an update of VS Code removes it) the one that this process runs: on Linux by
 * its link in /proc, which works as long as the process lives even when the file has no name any more.
 */
async function findExecutable(execPath: string): Promise<string> {
  try {
    await fs.access(execPath, fs.constants.X_OK);
    return execPath;
  } catch {
    // Whatever the reason is, this file cannot be run.
    return process.platform === 'linux' ? '/proc/self/exe' : process.execPath;
  }
}
