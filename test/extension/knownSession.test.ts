import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { toDisposable } from '../../src/base/disposable.ts';
import { Emitter } from '../../src/base/event.ts';
import type { SessionId } from '../../src/base/ids.ts';
import { whenSessionIsKnown } from '../../src/extension/knownSession.ts';
import { newSessionId } from './support/sessions.ts';

interface Scene {
  readonly known: Set<SessionId>;
  readonly changes: Emitter<void>;
  /** Waits that stand, to be ended by the test. */
  readonly timers: Set<() => void>;
  wait(id: SessionId): Promise<void>;
}

function makeScene(): Scene {
  const known = new Set<SessionId>();
  const changes = new Emitter<void>();
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    monotonicMs: () => 0,
    schedule: (_delayMs, callback) => {
      timers.add(callback);
      return toDisposable(() => timers.delete(callback));
    },
  };
  const source = {
    onDidChangeSessions: changes.event,
    findSession: (id: SessionId) => (known.has(id) ? id : undefined),
  };
  return { known, changes, timers, wait: (id) => whenSessionIsKnown(source, id, clock) };
}

test('a session that is known already is not waited for', async () => {
  const scene = makeScene();
  const id = newSessionId();
  scene.known.add(id);
  await scene.wait(id);
  assert.equal(scene.timers.size, 0);
});

test('waits past changes of other sessions until it is there, and leaves nothing behind', async () => {
  const scene = makeScene();
  const id = newSessionId();
  let isDone = false;
  const waiting = scene.wait(id).then(() => (isDone = true));
  scene.changes.fire();
  await Promise.resolve();
  assert.equal(isDone, false);
  scene.known.add(id);
  scene.changes.fire();
  await waiting;
  assert.equal(scene.timers.size, 0);
  assert.equal(scene.changes.hasListeners, false);
});

test('goes on without it when the time is over', async () => {
  const scene = makeScene();
  const waiting = scene.wait(newSessionId());
  for (const end of scene.timers) {
    end();
  }
  await waiting;
  assert.equal(scene.changes.hasListeners, false);
});
