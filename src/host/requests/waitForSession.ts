import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { RevenantError, isRevenantError } from '../../base/errors.ts';
import type { SessionId } from '../../base/ids.ts';
import type { RequestParams, RequestResult } from '../../protocol/hostMessages.ts';
import type { SessionManagerApi } from '../../session/api.ts';
import { compilePattern, matchesText } from './matchesText.ts';

type Outcome = RequestResult<'wait'>['outcome'];

interface WaitServices {
  readonly manager: SessionManagerApi;
  readonly clock: Clock;
}

/** Time between two searches of a session's text, and how many times the length of the last search it is at least. */
const searchInterval = { ms: 50, factor: 4 } as const;

/**
 * Waits until a session's process has ended, its text has a match or it was quiet for a time. `ended`: that cannot
 * happen any more. Throws `session-not-found`, `invalid-argument` for a bad pattern, `closed` when the signal aborts.
 */
export async function waitForSession(
  services: WaitServices,
  params: RequestParams<'wait'>,
  signal: AbortSignal,
): Promise<Outcome> {
  const { manager, clock } = services;
  const { session, until, timeoutMs } = params;
  const isRunning = manager.getSession(session).isRunning;
  if (until.kind === 'exit' && !isRunning) {
    return 'met';
  }
  if (until.kind === 'idle' && !isRunning) {
    return 'ended';
  }
  const disposables = new DisposableStore();
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      const abort = (): void => reject(new RevenantError('closed', 'The client is gone.'));
      signal.addEventListener('abort', abort, { once: true });
      disposables.add({ dispose: () => signal.removeEventListener('abort', abort) });
      if (timeoutMs !== null) {
        disposables.add(scheduleLong(clock, timeoutMs, () => resolve('timeout')));
      }
      disposables.add(
        manager.on('session:deleted', ({ id }) => {
          if (id === session) {
            resolve('ended');
          }
        }),
      );
      switch (until.kind) {
        case 'exit':
          disposables.add(
            manager.on('session:exit', ({ id }) => {
              if (id === session) {
                resolve('met');
              }
            }),
          );
          return;
        case 'idle':
          watchQuiet({ ...services, session, disposables, resolve, reject }, until.ms);
          return;
        case 'text':
          watchText({ ...services, session, disposables, resolve, reject }, compilePattern(until.pattern));
          return;
      }
    });
  } finally {
    disposables.dispose();
  }
}

/** A wait that is under way. */
interface Wait extends WaitServices {
  readonly session: SessionId;
  /** What is to be released when it ends. */
  readonly disposables: DisposableStore;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

function watchQuiet({ manager, clock, session, disposables, resolve }: Wait, quietMs: number): void {
  let quietSince = clock.monotonicMs();
  let timer: Disposable | undefined;
  const check = (): void => {
    const leftMs = quietMs - (clock.monotonicMs() - quietSince);
    if (leftMs <= 0) {
      resolve('met');
    } else {
      timer = scheduleLong(clock, leftMs, check);
    }
  };
  disposables.add({ dispose: () => timer?.dispose() });
  disposables.add(
    manager.on('session:output', ({ id }) => {
      if (id === session) {
        quietSince = clock.monotonicMs();
      }
    }),
  );
  disposables.add(
    manager.on('session:exit', ({ id }) => {
      if (id === session) {
        resolve('ended');
      }
    }),
  );
  check();
}

function watchText({ manager, clock, session, disposables, resolve, reject }: Wait, pattern: RegExp): void {
  let timer: Disposable | undefined;
  let isSearching = false;
  let isStale = false;
  let hasEnded = !manager.getSession(session).isRunning;

  const search = async (): Promise<void> => {
    isSearching = true;
    const isFinal = hasEnded;
    const startedMs = clock.monotonicMs();
    isStale = false;
    if (matchesText(pattern, await manager.getScrollback(session))) {
      resolve('met');
      return;
    }
    if (isFinal) {
      resolve('ended');
      return;
    }
    const tookMs = clock.monotonicMs() - startedMs;
    timer = clock.schedule(Math.max(searchInterval.ms, searchInterval.factor * tookMs), () => {
      isSearching = false;
      if (isStale) {
        start();
      }
    });
    if (disposables.isDisposed) {
      timer.dispose();
    }
  };
  const start = (): void => {
    isStale = true;
    if (!isSearching && !disposables.isDisposed) {
      search().catch((error: unknown) => {
        // Deleted while it was being read: the event says so too.
        if (isRevenantError(error, 'session-not-found')) {
          resolve('ended');
        } else {
          reject(error);
        }
      });
    }
  };
  disposables.add({ dispose: () => timer?.dispose() });
  disposables.add(
    manager.on('session:output', ({ id }) => {
      if (id === session) {
        start();
      }
    }),
  );
  disposables.add(
    manager.on('session:exit', ({ id }) => {
      if (id === session) {
        hasEnded = true;
        start();
      }
    }),
  );
  start();
}

/** Timers take at most 2^31-1 ms and fire at once beyond it. */
const longestTimerMs = 2 ** 31 - 1;

function scheduleLong(clock: Clock, delayMs: number, callback: () => void): Disposable {
  return clock.schedule(Math.min(delayMs, longestTimerMs), callback);
}
