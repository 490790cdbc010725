import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isAlive } from '../support/isAlive.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { KeeperBox, testEnv, type RawHost } from './support/keeperBox.ts';

// 1. The system ends what runs in a terminal when the last descriptor of its master is closed. 2. The keeper had them
// without FD_CLOEXEC, and every program that it started later got a copy. 3. The keeper was killed: shells lived on,
// held by later shells or by the host that the keeper had started, where nobody could reach them.

/** A shell that ignores nothing, with a child that must go with it. */
const shellWithChild = 'sleep 1000 & echo "child $!."; wait';

interface Shell {
  readonly handle: number;
  readonly pid: number;
  readonly childPid: number;
}

async function runShell(t: TestContext, host: RawHost): Promise<Shell> {
  const { handle, pid } = await host.run(shellWithChild);
  const childPid = await waitFor('the child', () => Number(/child (\d+)\./.exec(host.text(handle))?.[1]));
  t.after(() => {
    for (const leftOver of [pid, childPid].filter(isAlive)) {
      process.kill(leftOver, 'SIGKILL');
    }
  });
  return { handle, pid, childPid };
}

/** Masters of terminals that a process has open. */
function openMasters(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).filter((fd) => isMaster(readlinkSync(path.join(directory, fd))));
}

function isMaster(file: string): boolean {
  return /^\/dev\/(pts\/)?ptmx$/.test(file);
}

async function endKeeper(keeper: KeeperBox, shells: readonly Shell[]): Promise<void> {
  keeper.child.kill('SIGKILL');
  const pids = shells.flatMap(({ pid, childPid }) => [pid, childPid]);
  await waitFor('all shells and their children to end', () => !pids.some(isAlive));
}

const isLinux = process.platform === 'linux';

test('the death of the keeper ends every shell and its children', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const shells = [await runShell(t, host), await runShell(t, host)];
  if (isLinux) {
    assert.deepEqual(
      shells.map(({ pid }) => openMasters(pid)),
      [[], []],
    );
  }
  await endKeeper(keeper, shells);
});

test('no shell holds the terminal of another, whichever ended before it was started', async (t) => {
  // node-pty closes what is open from descriptor 3 to the first number that is free, and that is where an earlier
  // session's terminal was.
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const shells: Shell[] = [];
  for (let count = 0; count < 12; count++) {
    shells.push(await runShell(t, host));
  }
  for (const { handle } of shells.splice(4, 4)) {
    host.send({ type: 'signal', handle, signal: 'SIGKILL' });
    await host.next('exit');
  }
  shells.push(await runShell(t, host), await runShell(t, host));
  if (isLinux) {
    assert.deepEqual(
      shells.flatMap(({ pid }) => openMasters(pid)),
      [],
    );
  }
  await endKeeper(keeper, shells);
});

test('a host that the keeper starts again holds no terminal', { skip: !isLinux }, async (t) => {
  const keeper = await KeeperBox.start(t);
  const file = path.join(makeTempDirectory(t), 'open');
  // Writes down what it has open; the links are looked at by a child of it, which has the same.
  const args = ['-c', `ls -l /proc/self/fd > ${file}.part; mv ${file}.part ${file}`];
  const host = await keeper.connect({ execPath: '/bin/sh', args, env: testEnv });
  const shells = [await runShell(t, host), await runShell(t, host), await runShell(t, host)];
  host.drop();
  const open = await waitFor('the host to be started', () => readIfThere(file));
  assert.deepEqual(
    open.split('\n').filter((line) => isMaster(line.split(' -> ')[1] ?? '')),
    [],
  );
  await endKeeper(keeper, shells);
});

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
