import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/disposable.ts';
import { RevenantError, systemCodeOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { schema as s } from '../base/schema.ts';
import { privateMode, tryReadText } from '../platform/privateFiles.ts';
import { isProcessAlive } from '../platform/isProcessAlive.ts';

export const startLockLimits = {
  /** A start takes a second or two. A lock that is older was left behind, or its holder hangs: it is taken over. */
  staleMs: 30_000,
  /** Longest wait for somebody else's start: enough for one holder that hangs and one that starts after it. */
  waitMs: 60_000,
  /** How often a waiter looks when the file system tells of no change. */
  retryMs: 250,
} as const;

const lockName = 'start.lock';

const holderSchema = s.object({ pid: s.number(), startedAt: s.number(), nonce: s.string() });

/** The right to start a host in a run directory. Held only while starting. */
export interface StartLock {
  /** False when somebody took it over, thinking that this process hangs. To be asked before what the lock guards is done. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export interface StartLockOptions {
  readonly runDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Waits for the start lock and takes it. A lock whose holder is dead, or that is older than 30 s, is taken over.
 * Throws `timeout`, naming the holder, when it is not to be had within a minute.
 */
export async function acquireStartLock(options: StartLockOptions): Promise<StartLock> {
  const { runDirectory, clock, log } = options;
  const file = path.join(runDirectory, lockName);
  const own = JSON.stringify({ pid: process.pid, startedAt: clock.now(), nonce: randomBytes(8).toString('hex') });
  const deadlineMs = clock.monotonicMs() + startLockLimits.waitMs;
  for (;;) {
    // Watching begins before looking, so that no release in between is missed.
    const change = watchForChange(runDirectory);
    try {
      const present = await tryReadText(file);
      if (present === undefined) {
        if (await tryCreate(file, own)) {
          return lockOf(file, own);
        }
      } else if (isStale(present, clock.now())) {
        log.warn(`The start lock was left behind and is removed: ${present}`);
        await removeExactly(file, present);
      } else if (clock.monotonicMs() > deadlineMs) {
        throw new RevenantError('timeout', `Another host has been starting for too long: ${file} says ${present}`);
      } else {
        await change.happened;
      }
    } finally {
      change.dispose();
    }
  }
}

function lockOf(file: string, own: string): StartLock {
  const isHeld = async (): Promise<boolean> => (await tryReadText(file)) === own;
  return {
    isHeld,
    release: async () => {
      if (await isHeld()) {
        await fs.rm(file, { force: true });
      }
    },
  };
}

/** Creates the file with its content in one step, so that nobody ever reads half of it. False when it exists. */
async function tryCreate(file: string, content: string): Promise<boolean> {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await fs.writeFile(temporary, content, { flag: 'wx', mode: privateMode.file });
  try {
    await fs.link(temporary, file);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

function isStale(content: string, nowMs: number): boolean {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // It was created in one step by whoever wrote it, so what is no JSON is damage.
    return true;
  }
  const holder = s.safeParse(holderSchema, value);
  if (!holder.success) {
    return true;
  }
  const ageMs = nowMs - holder.output.startedAt;
  return !isProcessAlive(holder.output.pid) || ageMs > startLockLimits.staleMs || ageMs < -startLockLimits.staleMs;
}

/**
 * Removes the lock if it still is the one that was read. Between reading and removing, another waiter may have taken it
 * over and made its own: so it is moved aside first, and put back if it turns out to be another one.
 */
async function removeExactly(file: string, content: string): Promise<void> {
  const aside = `${file}.stale.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await fs.rename(file, aside);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return;
    }
    throw error;
  }
  try {
    if ((await tryReadText(aside)) !== content) {
      await fs.link(aside, file);
    }
  } catch (error) {
    // A third one holds the lock now. The one whose lock this was finds out by `isHeld`.
    if (systemCodeOf(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    await fs.rm(aside, { force: true });
  }
}

/** `happened` resolves when the lock comes, goes or changes, at the latest after `retryMs`. */
function watchForChange(directory: string): Disposable & { readonly happened: Promise<void> } {
  let resolve = (): void => undefined;
  const happened = new Promise<void>((settle) => (resolve = settle));
  const timer = setTimeout(() => resolve(), startLockLimits.retryMs);
  const watcher = watch(directory, (_event, name) => {
    // Other waiters' temporary files come and go here too.
    if (name === lockName || name === null) {
      resolve();
    }
  });
  // Without notification (a network file system, no watches left) looking again after a while is enough.
  watcher.on('error', () => undefined);
  return {
    happened,
    dispose: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}
