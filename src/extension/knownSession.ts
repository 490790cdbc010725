import type { Clock } from '../base/clock.ts';
import { DisposableStore } from '../base/disposable.ts';
import type { Event } from '../base/event.ts';
import type { SessionId } from '../base/ids.ts';

/** The host tells of a new session within 50 ms; beyond this whoever waits goes on without the name and the row. */
const limitMs = 1_000;

export interface SessionSource {
  readonly onDidChangeSessions: Event<void>;
  findSession(id: SessionId): unknown;
}

/**
 * Resolves when the window's list has a session that was just made: the answer to a request may come before the event
 * that puts it there. Resolves after a second at the latest; never rejects.
 */
export function whenSessionIsKnown(source: SessionSource, id: SessionId, clock: Clock): Promise<void> {
  if (source.findSession(id) !== undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const store = new DisposableStore();
    const finish = (): void => {
      store.dispose();
      resolve();
    };
    store.add(clock.schedule(limitMs, finish));
    store.add(
      source.onDidChangeSessions(() => {
        if (source.findSession(id) !== undefined) {
          finish();
        }
      }),
    );
  });
}
