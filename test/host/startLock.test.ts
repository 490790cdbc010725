import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { acquireStartLock } from '../../src/host/startLock.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';

const acquire = (runDirectory: string) => acquireStartLock({ runDirectory, clock: systemClock, log: nullLog });

test('one of many holds the lock at a time, and all get it in the end', async (t) => {
  const directory = makeTempDirectory(t);
  let holders = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const lock = await acquire(directory);
      most = Math.max(most, ++holders);
      assert.equal(await lock.isHeld(), true);
      holders--;
      await lock.release();
    }),
  );
  assert.equal(most, 1);
  assert.deepEqual(fs.readdirSync(directory), []);
});

const { pid: deadPid } = spawnSync(process.execPath, ['--version']);
const leftBehind: Record<string, string> = {
  'of a process that is dead': JSON.stringify({ pid: deadPid, startedAt: Date.now(), nonce: 'a' }),
  'that is older than any start takes': JSON.stringify({
    pid: process.pid,
    startedAt: Date.now() - 31_000,
    nonce: 'a',
  }),
  'that is damaged': '{"pi',
};
for (const [what, content] of Object.entries(leftBehind)) {
  test(`a lock ${what} is taken over, by one`, async (t) => {
    const directory = makeTempDirectory(t);
    const file = path.join(directory, 'start.lock');
    fs.writeFileSync(file, content);
    let holders = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const lock = await acquire(directory);
        assert.deepEqual([++holders, await lock.isHeld()], [1, true]);
        holders--;
        await lock.release();
      }),
    );
    assert.deepEqual(fs.readdirSync(directory), []);
  });
}

test('a holder finds out that its lock was taken over, and does not remove the new one', async (t) => {
  const directory = makeTempDirectory(t);
  const file = path.join(directory, 'start.lock');
  const lock = await acquire(directory);
  fs.writeFileSync(file, 'another one');
  assert.equal(await lock.isHeld(), false);
  await lock.release();
  assert.equal(fs.readFileSync(file, 'utf8'), 'another one');
});

test('the lock is private', { skip: process.platform === 'win32' }, async (t) => {
  const directory = makeTempDirectory(t);
  const lock = await acquire(directory);
  assert.equal(fs.statSync(path.join(directory, 'start.lock')).mode & 0o777, 0o600);
  await lock.release();
});
