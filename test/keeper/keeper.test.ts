import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type { RunId } from '../../src/base/ids.ts';
import { keeperLimits, type HostToKeeper } from '../../src/protocol/keeperMessages.ts';
import { waitFor } from '../support/waitFor.ts';
import { KeeperBox, testEnv, type RawHost } from './support/keeperBox.ts';

/** What `seq 1 count` prints on a terminal. */
function sequence(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 1}\r\n`).join('');
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the number stays the same for half a second. */
async function waitUntilStill(what: string, read: () => number): Promise<number> {
  let last = read();
  let since = performance.now();
  await waitFor(what, () => {
    const now = read();
    if (now !== last) {
      last = now;
      since = performance.now();
    }
    return performance.now() - since > 500;
  });
  return last;
}

async function endOf(keeper: KeeperBox, handle: number): Promise<number> {
  const host = await keeper.connect();
  const run = (await lastHello(host)).runs.find((run) => run.handle === handle);
  return run?.end ?? -1;
}

async function lastHello(host: RawHost): Promise<Extract<RawHost['messages'][number], { type: 'hello' }>> {
  return waitFor('a hello', () => host.messages.find((message) => message.type === 'hello'));
}

test('runs a program in a terminal of the asked size, directory and environment', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const run = randomUUID() as RunId;
  const args = ['-c', 'stty size; pwd; echo $COLOUR $TERM; exit 7'];
  const env = { ...testEnv, COLOUR: 'green' };
  host.send({ type: 'spawn', run, file: 'sh', args, cwd: '/usr', env, cols: 91, rows: 17 });
  const { handle, pid } = await host.next('spawned');
  assert.ok(pid > 0);
  host.send({ type: 'resume', handle, offset: 0 });
  const exit = await host.next('exit');
  const text = '17 91\r\n/usr\r\ngreen xterm-256color\r\n';
  assert.equal(host.text(handle), text);
  assert.deepEqual(exit, { type: 'exit', handle, end: text.length, exitCode: 7, signal: 0 });
});

test('passes on resizes, signals and input', async (t) => {
  const host = await (await KeeperBox.start(t)).connect();
  const { handle } = await host.run(
    'trap "stty size" WINCH; trap "exit 9" TERM; read line; echo "<$line>"; while :; do sleep 0.05; done',
  );
  host.input(handle, Buffer.from('hi there\r'));
  await host.waitForText(handle, '<hi there>');
  host.send({ type: 'resize', handle, cols: 44, rows: 11 });
  await host.waitForText(handle, '11 44');
  host.send({ type: 'signal', handle, signal: 'SIGNONE' });
  host.send({ type: 'signal', handle, signal: 'SIGTERM' });
  assert.equal((await host.next('exit')).exitCode, 9);
  const killed = await host.run('sleep 100; true');
  host.send({ type: 'signal', handle: killed.handle, signal: 'SIGKILL' });
  const { exitCode, signal } = await host.next('exit');
  assert.deepEqual({ exitCode, signal }, { exitCode: 0, signal: 9 });
});

test('hands on bytes that are not UTF-8 as they are', async (t) => {
  const host = await (await KeeperBox.start(t)).connect();
  const { handle } = await host.run(String.raw`stty raw; printf '\377\376\000\303('`);
  await host.next('exit');
  assert.deepEqual([...host.bytes(handle)], [0xff, 0xfe, 0, 0xc3, 0x28]);
});

test('says nothing of a process before it is asked, then everything from the asked offset on', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const { handle } = await host.run('seq 1 1000', { resume: false });
  await waitFor('the process to end', async () => (await endOf(keeper, handle)) === sequence(1000).length);
  const second = await keeper.connect();
  second.send({ type: 'resume', handle, offset: 100 });
  await second.next('exit');
  assert.equal(second.text(handle), sequence(1000).slice(100));
});

test('loses and doubles nothing however often the host is killed in the middle of output', async (t) => {
  const keeper = await KeeperBox.start(t);
  const first = await keeper.connect();
  const { handle } = await first.run('seq 1 400000', { resume: false });
  first.drop();
  const parts: Buffer[] = [];
  let position = 0;
  let connections = 0;
  let hasEnded = (): boolean => false;
  while (!hasEnded()) {
    connections++;
    const host = await keeper.connect();
    host.isAcknowledging = true;
    host.send({ type: 'resume', handle, offset: position });
    const enough = 20_000 + Math.floor(Math.random() * 300_000);
    hasEnded = () => host.messages.some((message) => message.type === 'exit');
    await waitFor('some output', () => hasEnded() || host.receivedBytes > enough);
    host.drop();
    const output = host.output.get(handle);
    if (output !== undefined) {
      assert.equal(output.start, position);
      position = output.end;
      parts.push(host.bytes(handle));
    }
  }
  assert.ok(connections > 3, `${connections} connections`);
  assert.equal(Buffer.concat(parts).toString(), sequence(400_000));
});

test('pauses a process that prints more than is held, and lets it go on when the host acknowledges', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const count = 2_000_000;
  const { handle } = await host.run(`seq 1 ${count}`);
  const held = await waitUntilStill('the output to stop', () => host.output.get(handle)?.end ?? 0);
  assert.ok(
    held >= keeperLimits.unacknowledgedBytes && held < keeperLimits.unacknowledgedBytes + 256 * 1024,
    `${held} bytes`,
  );
  host.isAcknowledging = true;
  host.ack(handle, held);
  const exit = await host.next('exit', 60_000);
  assert.equal(exit.end, sequence(count).length);
  assert.ok(host.text(handle) === sequence(count));
});

test('keeps the output of a process that ended while nobody read it for seconds', async (t) => {
  // 1. The keeper's buffer is full and the PTY paused. 2. The process prints its last lines into the system's buffer and
  // ends. 3. node-pty closes the PTY 200 ms later, and the last lines are gone.
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const filler = keeperLimits.unacknowledgedBytes;
  const rest = 'z'.repeat(10_000);
  const script = `stty raw -echo; yes ${'y'.repeat(63)} | head -c ${filler}; head -c 1 >/dev/null; printf ${rest}last`;
  const { handle, pid } = await host.run(script);
  await waitFor('the buffer to be full', () => host.output.get(handle)?.end === filler);
  host.input(handle, Buffer.from('x'));
  await waitFor('the process to end', () => !isRunning(pid));
  const start = performance.now();
  await waitFor('three seconds', () => performance.now() - start > 3_000);
  assert.equal(host.output.get(handle)?.end, filler);
  assert.ok(!host.messages.some((message) => message.type === 'exit'));
  host.isAcknowledging = true;
  host.ack(handle, filler);
  const exit = await host.next('exit');
  assert.equal(exit.exitCode, 0);
  assert.equal(exit.end, filler + rest.length + 'last'.length);
  assert.ok(host.text(handle).endsWith(`${rest}last`));
});

test('tells the end of a process whose background jobs hold the terminal, quiet or flooding', async (t) => {
  const host = await (await KeeperBox.start(t)).connect();
  host.isAcknowledging = true;
  for (const [job, others] of [
    ['sleep 5', 0],
    ['yes', 1],
  ] as const) {
    const { handle } = await host.run(`trap "" HUP; ${job} & echo mine; exit 3`);
    const exit = await host.next('exit');
    assert.equal(exit.exitCode, 3);
    assert.ok(host.text(handle).includes('mine'));
    assert.ok(exit.end >= others);
  }
});

test('passes on a paste of 5 MB whole and in order', async (t) => {
  const host = await (await KeeperBox.start(t)).connect();
  host.isAcknowledging = true;
  const lines = Array.from({ length: 500_000 }, (_, index) => String(index).padStart(9, '0')).join('\n') + '\n';
  const { handle } = await host.run(`stty raw -echo; echo ready; head -c ${lines.length} | cksum; cat`);
  await host.waitForText(handle, 'ready');
  for (let at = 0; at < lines.length; at += 65_536) {
    host.input(handle, Buffer.from(lines.slice(at, at + 65_536)));
  }
  await host.waitForText(handle, String(lines.length));
  const expected = await host.run(`seq -f %09.0f 0 499999 | cksum`);
  await host.next('exit');
  assert.ok(host.text(handle).includes(host.text(expected.handle).trim()));
});

test('goes on with other processes while one does not read its input, and drops what is too much', async (t) => {
  // libuv writes to a PTY's master with a blocking loop: one such process stopped the whole keeper.
  const host = await (await KeeperBox.start(t)).connect();
  const deaf = await host.run('stty raw -echo; echo ready; sleep 100');
  await host.waitForText(deaf.handle, 'ready');
  const frame = Buffer.alloc(1024 * 1024, 'x');
  for (let sent = 0; sent < keeperLimits.pendingInputBytes; sent += frame.length) {
    host.input(deaf.handle, frame);
  }
  const other = await host.run('echo alive');
  await host.waitForText(other.handle, 'alive');
  // The system has taken a little of the first frame, so that the last one fits in; one more does not.
  host.input(deaf.handle, frame);
  assert.deepEqual(await host.next('input-dropped'), {
    type: 'input-dropped',
    handle: deaf.handle,
    bytes: frame.length,
  });
});

test('says precisely why a program cannot be started', async (t) => {
  const host = await (await KeeperBox.start(t)).connect();
  const check = async (file: string, cwd: string, code: string, message: RegExp): Promise<void> => {
    const run = randomUUID() as RunId;
    host.send({ type: 'spawn', run, file, args: [], cwd, env: testEnv, cols: 80, rows: 24 });
    const failed = await host.next('spawn-failed');
    assert.equal(failed.run, run);
    assert.equal(failed.code, code);
    assert.match(failed.message, message);
  };
  await check('/nowhere/zsh', '/', 'shell-not-found', /\/nowhere\/zsh/);
  await check('no-such-shell', '/', 'shell-not-found', /"no-such-shell".*PATH/);
  await check('/etc/passwd', '/', 'shell-not-executable', /\/etc\/passwd/);
  await check('/bin/sh', '/nowhere', 'directory-not-found', /\/nowhere does not exist/);
  await check('/bin/sh', '/etc/passwd', 'directory-not-found', /not a directory/);
});

test('starts a run once, however often it is asked to', async (t) => {
  const host = await (await KeeperBox.start(t)).connect();
  const run = randomUUID() as RunId;
  const spawn: HostToKeeper = {
    type: 'spawn',
    run,
    file: 'sleep',
    args: ['100'],
    cwd: '/',
    env: testEnv,
    cols: 80,
    rows: 24,
  };
  host.send(spawn);
  host.send(spawn);
  const first = await host.next('spawned');
  host.send(spawn);
  assert.deepEqual(await host.next('spawned'), first);
});

test('leaves no file behind when the last process is forgotten and the host goes', async (t) => {
  const keeper = await KeeperBox.start(t);
  const files = [keeper.endpointFile, keeper.endpoint.address];
  if (process.platform !== 'win32') {
    assert.deepEqual(
      files.map((file) => statSync(file).mode & 0o777),
      [0o600, 0o600],
    );
    assert.deepEqual(
      [keeper.runDirectory, path.join(keeper.runDirectory, 'keepers')].map((file) => statSync(file).mode & 0o777),
      [0o700, 0o700],
    );
  }
  const host = await keeper.connect();
  const { handle } = await host.run('echo over');
  await host.next('exit');
  host.send({ type: 'bye' });
  await waitFor('the goodbye', () => host.isClosed);
  const second = await keeper.connect();
  second.send({ type: 'forget', handle });
  second.send({ type: 'bye' });
  await waitFor('the keeper to leave', () => keeper.hasEnded);
  assert.equal(keeper.child.exitCode, 0);
  assert.deepEqual(readdirSync(keeper.runDirectory).sort(), ['keepers', 'token']);
  assert.deepEqual(readdirSync(path.join(keeper.runDirectory, 'keepers')), []);
});

test('leaves when its host goes without ever having started anything', async (t) => {
  const keeper = await KeeperBox.start(t);
  (await keeper.connect()).drop();
  await waitFor('the keeper to leave', () => keeper.hasEnded);
});

test('outlives its starter, a hang-up and an interrupt', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const { handle } = await host.run('echo one; read line; echo two');
  keeper.child.stdout.destroy();
  keeper.child.kill('SIGHUP');
  keeper.child.kill('SIGINT');
  host.input(handle, Buffer.from('\r'));
  await host.waitForText(handle, 'two');
});
