import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Clock } from '../../src/base/clock.ts';
import { toDisposable } from '../../src/base/disposable.ts';
import { nullLog } from '../../src/base/log.ts';
import type { HostRestart } from '../../src/protocol/keeperMessages.ts';
import { HostRestarter, restartLimits } from '../../src/keeper/hostRestarter.ts';
import { OpenTerminals } from '../../src/keeper/openTerminals.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { KeeperBox, testEnv } from './support/keeperBox.ts';

/** A host that writes down that it was started, and ends. */
function noteStart(t: TestContext, execPath = '/bin/sh'): { restart: HostRestart; count: () => number } {
  const file = path.join(makeTempDirectory(t), 'starts');
  const args =
    execPath === '/bin/sh'
      ? ['-c', `echo "$NOTE" >> ${file}`]
      : ['-e', `require("fs").appendFileSync(${JSON.stringify(file)}, process.env.NOTE + "\\n")`];
  return {
    restart: { execPath, args, env: { ...testEnv, NOTE: 'started' } },
    count: () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0),
  };
}

test('starts the host again when it dies without a goodbye while a process runs', async (t) => {
  const keeper = await KeeperBox.start(t);
  const { restart, count } = noteStart(t);
  const host = await keeper.connect(restart);
  await host.run('sleep 100');
  assert.equal(count(), 0);
  host.drop();
  await waitFor('the host to be started, again and again', () => count() >= 3);
  await keeper.connect(null);
  const started = count();
  await assertStays(count, started, restartLimits.shortestDelayMs * 10);
});

test('does not start a host that said goodbye, or that another one replaced', async (t) => {
  const keeper = await KeeperBox.start(t);
  const { restart, count } = noteStart(t);
  const first = await keeper.connect(restart);
  await first.run('sleep 100');
  const second = await keeper.connect(restart);
  await waitFor('the first to be closed', () => first.isClosed);
  second.send({ type: 'bye' });
  await waitFor('the second to be closed', () => second.isClosed);
  await assertStays(count, 0, restartLimits.shortestDelayMs * 5);
});

test('runs its own program when the host’s is gone', async (t) => {
  const keeper = await KeeperBox.start(t);
  const { restart, count } = noteStart(t, '/gone/with/the/update');
  const host = await keeper.connect(restart);
  await host.run('sleep 100');
  host.drop();
  await waitFor('the host to be started', () => count() > 0);
});

test('doubles the delay while hosts die young, and starts over after one that lived', (t) => {
  const clock = new StepClock();
  const { restart } = noteStart(t);
  const restarter = new HostRestarter(clock, nullLog, new OpenTerminals());
  t.after(() => restarter.dispose());
  const delays: number[] = [];
  for (let i = 0; i < 10; i++) {
    restarter.handleHostConnected();
    restarter.start(restart);
    delays.push(clock.lastDelayMs);
  }
  assert.deepEqual(delays, [200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  restarter.handleHostConnected();
  clock.nowMs += restartLimits.steadyMs + 1;
  restarter.start(restart);
  assert.equal(clock.lastDelayMs, restartLimits.shortestDelayMs);
});

async function assertStays(read: () => number, expected: number, forMs: number): Promise<void> {
  const start = performance.now();
  await waitFor('the time to pass', () => {
    assert.equal(read(), expected);
    return performance.now() - start > forMs;
  });
}

/** Remembers the delay that was asked for; time stands still otherwise. */
class StepClock implements Clock {
  nowMs = 0;
  lastDelayMs = 0;

  now(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  schedule(delayMs: number): { dispose(): void } {
    this.lastDelayMs = delayMs;
    return toDisposable(() => undefined);
  }
}
