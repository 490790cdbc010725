import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRevenantError } from '../../../src/base/errors.ts';
import type { RunId } from '../../../src/base/ids.ts';
import { nullLog } from '../../../src/base/log.ts';
import {
  connectToKeepers,
  type KeeperOptions,
  type KeeperPtyFactory,
} from '../../../src/host/keepers/keeperPtyFactory.ts';
import { ensurePrivateDirectory } from '../../../src/platform/privateFiles.ts';
import { ensureToken } from '../../../src/platform/token.ts';
import type { PtyProcess, PtySpawnOptions } from '../../../src/session/ptyFactory.ts';
import { keeperScript, testEnv } from '../../keeper/support/keeperBox.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';
import { nextEvent, waitFor } from '../../support/waitFor.ts';

/** A run directory whose keepers end with the test. */
async function makeRunDirectory(t: TestContext): Promise<string> {
  let runDirectory = '';
  // Before the directory is removed: hooks run in the order in which they are added, and keepers are found by it.
  t.after(async () => {
    const pids = keeperPids(runDirectory);
    for (const pid of pids) {
      kill(pid);
    }
    await waitFor('the keepers to end', () => pids.every((pid) => !isRunning(pid)));
  });
  runDirectory = path.join(makeTempDirectory(t), 'run');
  await ensurePrivateDirectory(runDirectory);
  return runDirectory;
}

function keeperPids(runDirectory: string): number[] {
  const directory = path.join(runDirectory, 'keepers');
  return existsSync(directory) ? readdirSync(directory).map((name) => Number.parseInt(name, 10)) : [];
}

function kill(pid: number): void {
  if (isRunning(pid)) {
    process.kill(pid, 'SIGKILL');
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function open(
  t: TestContext,
  runDirectory: string,
  options: Partial<KeeperOptions> = {},
): Promise<KeeperPtyFactory> {
  const factory = await connectToKeepers({
    runDirectory,
    token: await ensureToken(runDirectory),
    build: { version: '1.0.0', builtAt: 0 },
    keeperCommand: { execPath: process.execPath, args: [keeperScript], env: testEnv },
    restart: null,
    log: nullLog,
    ...options,
  });
  t.after(() => factory.close());
  return factory;
}

function shell(script: string): PtySpawnOptions {
  const run = randomUUID() as RunId;
  return { run, file: '/bin/sh', args: ['-c', script], cwd: '/', env: testEnv, cols: 80, rows: 24 };
}

/** Collects what a process prints, acknowledging all of it. */
class Reader {
  text = '';
  next: number;
  readonly process: PtyProcess;

  constructor(process: PtyProcess, offset = 0) {
    this.process = process;
    this.next = offset;
    process.onOutput(({ offset, bytes }) => {
      assert.equal(offset, this.next);
      this.next += bytes.length;
      this.text += Buffer.from(bytes).toString('latin1');
      process.acknowledge(this.next);
    });
    process.resume(offset);
  }

  async waitFor(text: string): Promise<void> {
    await waitFor(`the output "${text}"`, () => this.text.includes(text));
  }
}

test('starts one keeper for many processes at once, and runs them in it', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const factory = await open(t, runDirectory);
  const processes = await Promise.all(['a', 'b', 'c', 'd'].map((name) => factory.spawn(shell(`echo ${name}; exit 4`))));
  assert.deepEqual(
    factory.listKeepers().map(({ version, sessions }) => ({ version, sessions })),
    [{ version: '1.0.0-0', sessions: 4 }],
  );
  assert.deepEqual(new Set(factory.listRuns()), new Set(processes.map((process) => process.run)));
  for (const process of processes) {
    assert.equal(factory.findRun(process.run), process);
    const exit = nextEvent('the exit', process.onExit);
    const reader = new Reader(process);
    assert.deepEqual(await exit, { exitCode: 4, signal: 0, end: 3 });
    assert.match(reader.text, /^[abcd]\r\n$/);
    process.forget();
  }
  assert.deepEqual(factory.listRuns(), []);
});

test('lets the next host go on where the last one stopped, and the keeper leave at the end', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const first = await open(t, runDirectory);
  const options = shell('echo one; read line; echo "<$line>"; read line; exit 5');
  const before = new Reader(await first.spawn(options));
  await before.waitFor('one');
  await first.close();
  const second = await open(t, runDirectory);
  const process = second.findRun(options.run);
  assert.ok(process);
  assert.equal(process.pid, before.process.pid);
  const after = new Reader(process, 5);
  process.write(Buffer.from('two\r'));
  await after.waitFor('<two>');
  const exit = nextEvent('the exit', process.onExit);
  process.write(Buffer.from('\r'));
  assert.equal((await exit).exitCode, 5);
  process.forget();
  await second.close();
  await waitFor('the keeper to leave', () => keeperPids(runDirectory).length === 0);
  await assert.rejects(second.spawn(shell('true')), (error) => isRevenantError(error, 'spawn-failed'));
});

test('goes on by itself when the connection breaks, without losing or doubling a byte', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const first = await open(t, runDirectory);
  // What is printed once a file is there comes after the cut, so through the next connection, which takes input then.
  const flag = (name: string): string => path.join(runDirectory, name);
  const until = (name: string): string => `until [ -e ${flag(name)} ]; do sleep 0.02; done`;
  const options = shell(
    `seq 1 50000; ${until('a')}; seq 50001 100000; read line;` +
      `seq 100001 150000; ${until('b')}; seq 150001 200000; read line; seq 200001 300000`,
  );
  await first.spawn(options);
  const between = await interpose(t, runDirectory);
  await first.close();
  const factory = await open(t, runDirectory);
  const process = factory.findRun(options.run);
  assert.ok(process);
  const reader = new Reader(process);
  await reader.waitFor('\n25000\r');
  between.cut();
  writeFileSync(flag('a'), '');
  await reader.waitFor('100000\r\n');
  process.write(Buffer.from('\r'));
  await reader.waitFor('\n125000\r');
  between.cut();
  writeFileSync(flag('b'), '');
  await reader.waitFor('200000\r\n');
  const exit = nextEvent('the exit', process.onExit);
  process.write(Buffer.from('\r'));
  assert.equal((await exit).end, reader.next);
  const numbers = reader.text.split('\r\n').filter((line) => line !== '');
  assert.deepEqual(
    numbers,
    Array.from({ length: 300_000 }, (_, index) => String(index + 1)),
  );
});

test('what is typed and resized while the connection is made again arrives, in order', async (t) => {
  // 1. The connection to the keeper breaks.
  // 2. Somebody types, and the window is resized, before the next one is there.
  // 3. The input was dropped, with a notice, and the size silently.
  const runDirectory = await makeRunDirectory(t);
  const first = await open(t, runDirectory);
  const options = shell('echo ready; while read line; do echo "$line at $(stty size)"; done');
  await first.spawn(options);
  const between = await interpose(t, runDirectory);
  await first.close();
  // The host warns in the moment in which it has lost the connection; so this runs before it has another one.
  let handleBreak = (): void => undefined;
  const factory = await open(t, runDirectory, { log: { ...nullLog, warn: () => handleBreak() } });
  const process = factory.findRun(options.run);
  assert.ok(process);
  let dropped = 0;
  process.onInputDropped((bytes) => (dropped += bytes));
  const reader = new Reader(process);
  await reader.waitFor('ready');
  handleBreak = () => {
    handleBreak = () => undefined;
    process.write(Buffer.from('one\n'));
    process.resize(100, 30);
    process.write(Buffer.from('two\n'));
    process.write(Buffer.alloc(2 * 1024 * 1024, 'x'));
    // The next connection is there, and has no answer yet: this must not overtake the rest.
    setImmediate(() => process.write(Buffer.from('three\n')));
  };
  between.cut();
  await reader.waitFor('three at 30 100\r\n');
  const answers = [...reader.text.matchAll(/^(\w+) at (.*)\r$/gm)].map(([, word, size]) => [word, size]);
  assert.deepEqual(answers.slice(1), [
    ['two', '30 100'],
    ['three', '30 100'],
  ]);
  assert.equal(answers[0]?.[0], 'one');
  assert.equal(dropped, 2 * 1024 * 1024);
  process.signal('SIGKILL');
});

test('a process that is forgotten while the connection is made again does not come back', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const first = await open(t, runDirectory);
  const options = shell('read line');
  const staying = shell('sleep 100');
  await first.spawn(options);
  await first.spawn(staying);
  const between = await interpose(t, runDirectory);
  await first.close();
  let handleBreak = (): void => undefined;
  const factory = await open(t, runDirectory, { log: { ...nullLog, warn: () => handleBreak() } });
  const process = factory.findRun(options.run);
  const other = factory.findRun(staying.run);
  assert.ok(process && other);
  const ended = nextEvent('the end', process.onExit);
  process.resume(0);
  process.write(Buffer.from('\n'));
  await ended;
  handleBreak = () => {
    handleBreak = () => undefined;
    process.forget();
    // Comes after it, so that its end shows that the keeper has heard of it.
    other.signal('SIGKILL');
  };
  const otherEnded = nextEvent('the end of the other', other.onExit);
  other.resume(0);
  between.cut();
  await otherEnded;
  assert.deepEqual(factory.listRuns(), [staying.run]);
  other.forget();
});

test('tells which processes a dead keeper took along, and starts another keeper', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const factory = await open(t, runDirectory);
  const process = await factory.spawn(shell('echo up; sleep 100'));
  const silent = await factory.spawn(shell('sleep 100'));
  const reader = new Reader(process);
  await reader.waitFor('up');
  const lost = nextEvent('the loss', process.onLost);
  const keeperLost = nextEvent('the loss of the keeper', factory.onDidLoseKeeper);
  const [pid = 0] = keeperPids(runDirectory);
  kill(pid);
  await lost;
  assert.deepEqual(await keeperLost, { pid, version: '1.0.0-0', sessions: 0 });
  const toldLate = nextEvent('the loss, told at resume', silent.onLost);
  silent.resume(0);
  await toldLate;
  assert.deepEqual(factory.listRuns(), []);
  await new Reader(await factory.spawn(shell('echo again; sleep 100'))).waitFor('again');
  const next = await open(t, runDirectory);
  assert.equal(next.listKeepers().length, 1);
  assert.equal(keeperPids(runDirectory).length, 1, 'the dead one’s file is removed');
});

test('tells the old host when a new one takes over', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const old = await open(t, runDirectory);
  const reader = new Reader(await old.spawn(shell('sleep 100')));
  let lost = 0;
  reader.process.onLost(() => lost++);
  const superseded = nextEvent('the takeover', old.onSuperseded);
  const next = await open(t, runDirectory);
  await superseded;
  assert.ok(next.findRun(reader.process.run));
  await assert.rejects(old.spawn(shell('true')), (error) => isRevenantError(error, 'spawn-failed'));
  assert.equal(lost, 0);
});

test('keeps an older keeper beside its own', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const old = await open(t, runDirectory);
  const first = await old.spawn(shell('sleep 100'));
  const next = await open(t, runDirectory, { build: { version: '1.1.0', builtAt: 0 } });
  const second = await next.spawn(shell('sleep 100'));
  assert.deepEqual(
    next.listKeepers().map(({ version }) => version),
    ['1.0.0-0', '1.1.0-0'],
  );
  assert.deepEqual(next.listRuns(), [first.run, second.run]);
});

test('rejects with the code and the words of the keeper', async (t) => {
  const factory = await open(t, await makeRunDirectory(t));
  const check = async (
    change: Partial<PtySpawnOptions>,
    code: 'shell-not-found' | 'directory-not-found',
  ): Promise<void> => {
    await assert.rejects(factory.spawn({ ...shell('true'), ...change }), (error) => isRevenantError(error, code));
  };
  await check({ file: 'no-such-shell' }, 'shell-not-found');
  await check({ cwd: '/nowhere' }, 'directory-not-found');
});

test('leaves no process and says why when the keeper cannot be started', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const check = async (execPath: string, args: string[], message: RegExp): Promise<void> => {
    const factory = await open(t, runDirectory, { keeperCommand: { execPath, args, env: testEnv } });
    await assert.rejects(factory.spawn(shell('true')), (error) => {
      assert.ok(isRevenantError(error, 'spawn-failed'));
      assert.match(error.message, message);
      return true;
    });
  };
  await check('/nowhere/node', [], /\/nowhere\/node.*cannot be started/);
  await check('/bin/sh', ['-c', 'exit 3'], /ended with 3/);
  await check('/bin/sh', ['-c', 'echo \'{"code":"io","message":"no disk"}\''], /no disk/);
});

test(
  'starts the keeper in a systemd scope when there is a user’s systemd',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const directory = makeTempDirectory(t);
    mkdirSync(path.join(directory, 'systemd'));
    writeFileSync(path.join(directory, 'systemd', 'private'), '');
    const tool = path.join(directory, 'systemd-run');
    const env = { ...testEnv, PATH: `${directory}:${testEnv['PATH'] ?? ''}`, XDG_RUNTIME_DIR: directory };
    const keeperCommand = { execPath: process.execPath, args: [keeperScript], env };
    const check = async (script: string, calls: RegExp): Promise<void> => {
      writeFileSync(tool, `#!/bin/sh\necho "$@" >> ${directory}/calls\n${script}\n`);
      chmodSync(tool, 0o755);
      writeFileSync(path.join(directory, 'calls'), '');
      const factory = await open(t, await makeRunDirectory(t), { keeperCommand });
      await factory.spawn(shell('sleep 100'));
      assert.equal(factory.listKeepers().length, 1);
      assert.match(readFileSync(path.join(directory, 'calls'), 'utf8'), calls);
    };
    const run = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
    await check(run, /^--user --scope .*OOMPolicy=continue -- .*--run-dir .*\n$/);
    await check(`case "$*" in *OOMPolicy*) exit 1;; esac; ${run}`, /^.*OOMPolicy.*\n(?!.*OOMPolicy).*--scope.*\n$/);
    await check('exit 1', /^.*\n.*\n$/);
  },
);

test('leaves alone a keeper that refuses, and removes what the dead left behind', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const keepers = path.join(runDirectory, 'keepers');
  mkdirSync(keepers);
  const address = path.join(runDirectory, 'fake.sock');
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(address, resolve));
  t.after(() => server.close());
  const [refusing, foreign, damaged] = [startSleep(t), startSleep(t), startSleep(t)];
  const gone = 4_194_999;
  const write = (pid: number, to: string): void => {
    const file = { protocol: 1, version: '1.0.0-0', pid, address: path.join(runDirectory, to) };
    writeFileSync(path.join(keepers, `${pid}.json`), JSON.stringify(file));
  };
  write(refusing, 'fake.sock');
  writeFileSync(path.join(runDirectory, 'no-socket'), '');
  write(foreign, 'no-socket');
  write(gone, 'dead.sock');
  writeFileSync(path.join(runDirectory, 'dead.sock'), '');
  writeFileSync(path.join(keepers, `${damaged}.json`), '{"damaged":');
  writeFileSync(path.join(keepers, `${gone - 1}.json`), '{"damaged":');
  const factory = await open(t, runDirectory);
  assert.deepEqual(factory.listKeepers(), []);
  assert.deepEqual(new Set(keeperPids(runDirectory)), new Set([refusing, damaged]));
  assert.ok(!existsSync(path.join(runDirectory, 'dead.sock')));
});

test('does not wait for a keeper that is stopped', async (t) => {
  const runDirectory = await makeRunDirectory(t);
  const first = await open(t, runDirectory);
  await first.spawn(shell('sleep 100'));
  await first.close();
  const [pid = 0] = keeperPids(runDirectory);
  process.kill(pid, 'SIGSTOP');
  assert.deepEqual((await open(t, runDirectory)).listKeepers(), []);
  assert.deepEqual(keeperPids(runDirectory), [pid]);
});

/** A process that lives and is no keeper. */
function startSleep(t: TestContext): number {
  const child = spawn('sleep', ['100'], { stdio: 'ignore' });
  t.after(() => child.kill('SIGKILL'));
  return child.pid ?? 0;
}

/** Puts itself between a keeper and the hosts that look for it, and can cut them off while the keeper lives. */
async function interpose(t: TestContext, runDirectory: string): Promise<{ cut: () => void }> {
  const [pid] = keeperPids(runDirectory);
  const file = path.join(runDirectory, 'keepers', `${pid}.json`);
  const endpoint = JSON.parse(readFileSync(file, 'utf8')) as { address: string };
  const address = path.join(runDirectory, 'between.sock');
  const sockets = new Set<Socket>();
  const server = createServer((outer) => {
    const inner = connect(endpoint.address);
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const cut = (): void => {
    for (const socket of sockets) {
      socket.destroy();
    }
    sockets.clear();
  };
  t.after(() => {
    cut();
    server.close();
  });
  writeFileSync(file, JSON.stringify({ ...endpoint, address }));
  return { cut };
}
