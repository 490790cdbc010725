import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { type ConnectOptions, connectToHost } from '../../src/client/connectToHost.ts';
import type { RevenantPaths } from '../../src/platform/paths.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';
import { FakeHost } from './support/fakeHost.ts';
import { makePaths } from './support/paths.ts';

function optionsFor(paths: RevenantPaths, changes: Partial<ConnectOptions> = {}): ConnectOptions {
  return {
    paths,
    build: { version: '1.0.0', builtAt: 5 },
    client: 'window',
    runtimeSource: '/nowhere',
    log: nullLog,
    ...changes,
  };
}

/** A directory of sources whose host is the given program. */
function makeSource(t: TestContext, program: string): string {
  const source = makeTempDirectory(t);
  mkdirSync(path.join(source, 'host'));
  writeFileSync(path.join(source, 'host', 'main.ts'), program);
  return source;
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  assert.ok(child.pid);
  return child.pid;
}

test('says hello with the token, its protocol, its build and what it is', async (t) => {
  const paths = makePaths(t);
  const host = await FakeHost.start(t, paths, { build: { version: '1.0.0', builtAt: 5 } });
  const connection = await connectToHost(optionsFor(paths));
  t.after(() => connection.dispose());
  assert.deepEqual(host.clients[0]?.hello, {
    type: 'hello',
    token: readFileSync(path.join(paths.run, 'token'), 'utf8'),
    newest: 1,
    oldest: 1,
    version: '1.0.0',
    builtAt: 5,
    client: 'window',
    intent: 'connect',
  });
  assert.equal(connection.hello.pid, process.pid);
});

test('directories are made private, whatever the umask', async (t) => {
  const root = makeTempDirectory(t);
  const paths = { data: path.join(root, 'deep', 'data'), run: path.join(root, 'run') };
  const previous = process.umask(0);
  t.after(() => process.umask(previous));
  const failing = makeSource(t, 'console.log(JSON.stringify({ code: "io", message: "no" }))');
  await assert.rejects(connectToHost(optionsFor(paths, { runtimeSource: failing })), { code: 'io' });
  const modes = [paths.data, paths.run, path.join(paths.run, 'token')].map((it) => statSync(it).mode & 0o777);
  assert.deepEqual(modes, [0o700, 0o700, 0o600]);
});

test('a data directory that is a file is refused by name', async (t) => {
  const file = path.join(makeTempDirectory(t), 'data');
  writeFileSync(file, '');
  const options = optionsFor({ data: file, run: path.join(file, 'run') });
  await assert.rejects(connectToHost(options), { code: 'data-dir-unusable', message: new RegExp(file) });
});

test('when no host may be started, none is, and nothing is made', async (t) => {
  const root = makeTempDirectory(t);
  const paths = { data: path.join(root, 'data'), run: path.join(root, 'run') };
  const options = optionsFor(paths, { startIfNeeded: false });
  await assert.rejects(connectToHost(options), { code: 'host-unavailable' });
  assert.deepEqual([existsSync(paths.data), existsSync(paths.run)], [false, false]);
});

test('what a dead host left behind, damaged or not, is no host', async (t) => {
  const paths = makePaths(t);
  const file = path.join(paths.run, 'host.json');
  const pid = await deadPid();
  const live = { pid: process.pid, version: '1.0.0', builtAt: 5, address: path.join(paths.run, 'gone.sock') };
  for (const content of ['', '{"pid":', JSON.stringify({ ...live, pid }), JSON.stringify(live)]) {
    writeFileSync(file, content);
    const options = optionsFor(paths, { startIfNeeded: false });
    await assert.rejects(connectToHost(options), { code: 'host-unavailable' }, content);
  }
});

test('an older host is asked to make room, and its successor is used', async (t) => {
  const paths = makePaths(t);
  const runtimeSource = makeSource(t, 'console.log("already-running")');
  let successor: FakeHost | undefined;
  const older: FakeHost = await FakeHost.start(t, paths, {
    build: { version: '0.9.0', builtAt: 9 },
    greet: (_, { intent }) => {
      if (intent === 'retire') {
        void older.stop().then(async () => {
          successor = await FakeHost.start(t, paths, { build: { version: '1.0.0', builtAt: 5 } });
        });
      }
      return 'answer';
    },
  });
  const connection = await connectToHost(optionsFor(paths, { runtimeSource }));
  t.after(() => connection.dispose());
  assert.equal(connection.hello.version, '1.0.0');
  assert.deepEqual(
    older.clients.map(({ hello }) => hello?.intent),
    ['connect', 'retire'],
  );
  assert.deepEqual(successor?.clients.at(-1)?.hello?.intent, 'connect');
});

test('a newer host is used when it speaks a protocol that this version knows', async (t) => {
  const paths = makePaths(t);
  await FakeHost.start(t, paths, { build: { version: '2.0.0', builtAt: 1 } });
  const connection = await connectToHost(optionsFor(paths));
  t.after(() => connection.dispose());
  assert.equal(connection.hello.version, '2.0.0');
});

for (const { client, remedy } of [
  { client: 'window', remedy: /Reload the window to use Revenant 2\.0\.0/ },
  { client: 'cli', remedy: /Use the "revenant" command of Revenant 2\.0\.0/ },
] as const) {
  test(`a newer host without a common protocol: the ${client} is told what to do`, async (t) => {
    const paths = makePaths(t);
    await FakeHost.start(t, paths, { build: { version: '2.0.0', builtAt: 1 }, protocol: 0 });
    await assert.rejects(connectToHost(optionsFor(paths, { client })), {
      code: 'incompatible-version',
      message: remedy,
    });
  });
}

test('one who only looks does not make an older host leave', async (t) => {
  const paths = makePaths(t);
  const host = await FakeHost.start(t, paths, { build: { version: '0.9.0', builtAt: 1 } });
  const connection = await connectToHost(optionsFor(paths, { startIfNeeded: false }));
  t.after(() => connection.dispose());
  assert.deepEqual([connection.hello.version, host.clients.length], ['0.9.0', 1]);
});

test('a host that closes before its hello, again and again, does not accept the token', async (t) => {
  const paths = makePaths(t);
  const host = await FakeHost.start(t, paths, { greet: () => 'close' });
  const tokenFile = path.join(paths.run, 'token');
  await assert.rejects(connectToHost(optionsFor(paths)), { code: 'unauthorized', message: new RegExp(tokenFile) });
  assert.ok(host.clients.length > 1);
});

test('a host that closes because it leaves is no failure', async (t) => {
  const paths = makePaths(t);
  let greetings = 0;
  const greet = (): 'answer' | 'close' => (greetings++ === 0 ? 'close' : 'answer');
  await FakeHost.start(t, paths, { build: { version: '1.0.0', builtAt: 5 }, greet });
  const connection = await connectToHost(optionsFor(paths));
  connection.dispose();
  assert.equal(greetings, 2);
});

test('a host that hangs is named with its process and its log', { timeout: 30_000 }, async (t) => {
  const paths = makePaths(t);
  await FakeHost.start(t, paths, { greet: () => 'silence' });
  const runtimeSource = makeSource(t, 'console.log("already-running")');
  await assert.rejects(connectToHost(optionsFor(paths, { runtimeSource })), {
    code: 'host-unresponsive',
    message: new RegExp(`pid ${process.pid}.*${path.join(paths.data, 'host.log')}`),
  });
});

for (const { what, program, expected } of [
  {
    what: 'says why it cannot serve',
    program: 'console.log(JSON.stringify({ code: "disk-full", message: "No space." })); process.exitCode = 1;',
    expected: { code: 'disk-full', message: 'No space.' },
  },
  {
    what: 'ends without a word',
    program: 'process.exitCode = 7;',
    expected: { code: 'host-unavailable', message: /exit code 7.*host\.log/ },
  },
  {
    what: 'fails before it has a log',
    program: "import './nothing.ts';",
    expected: { code: 'host-unavailable', message: /exit code 1, Error.*Cannot find module.*nothing\.ts.*host\.log/ },
  },
  {
    what: 'says something else',
    program: 'console.log("hello\\u001b[31m")',
    expected: { code: 'host-unavailable', message: /said "hello\\u001b\[31m"/ },
  },
  {
    what: 'says it serves and is gone',
    program: 'console.log("ready")',
    expected: { code: 'host-unavailable', message: /gone again.*host\.log/ },
  },
]) {
  test(`a started host that ${what} gives a clear error`, { timeout: 30_000 }, async (t) => {
    const paths = makePaths(t);
    await assert.rejects(connectToHost(optionsFor(paths, { runtimeSource: makeSource(t, program) })), expected);
  });
}

test('the host starts detached, in a neutral directory, without the variables of the window', async (t) => {
  const paths = makePaths(t);
  const names = ['VSCODE_PID', 'ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'REVENANT_TEST_KEPT'];
  for (const name of names) {
    process.env[name] = name === 'NODE_OPTIONS' ? '--no-warnings' : '1';
    t.after(() => Reflect.deleteProperty(process.env, name));
  }
  const told = path.join(paths.data, 'told.json');
  const program = `
    import { writeFileSync, readFileSync } from 'node:fs';
    const group = process.platform === 'linux' ? readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[3] : String(process.pid);
    const env = ${JSON.stringify(names)}.filter((name) => process.env[name] !== undefined);
    const told = { args: process.argv.slice(2), cwd: process.cwd(), env, leads: group === String(process.pid) };
    writeFileSync(${JSON.stringify(told)}, JSON.stringify(told));
    console.log(JSON.stringify({ code: 'io', message: 'enough' }));`;
  await assert.rejects(connectToHost(optionsFor(paths, { runtimeSource: makeSource(t, program) })), { code: 'io' });
  assert.deepEqual(JSON.parse(readFileSync(told, 'utf8')), {
    args: ['--data-dir', paths.data, '--run-dir', paths.run],
    cwd: path.parse(process.execPath).root,
    env: ['REVENANT_TEST_KEPT'],
    leads: true,
  });
});

test('the search is given up on the signal, wherever it is', async (t) => {
  const paths = makePaths(t);
  const pidFile = path.join(paths.data, 'pid');
  const hung = makeSource(
    t,
    `(await import('node:fs')).writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => 0, 1000);`,
  );
  const abort = new AbortController();
  const starting = connectToHost(optionsFor(paths, { runtimeSource: hung, signal: abort.signal }));
  const rejected = assert.rejects(starting, { code: 'aborted' });
  const pid = await waitFor('the start', () => existsSync(pidFile) && Number(readFileSync(pidFile, 'utf8')));
  t.after(() => process.kill(pid, 'SIGKILL'));
  abort.abort();
  await rejected;

  const silent = await FakeHost.start(t, paths, { greet: () => 'silence' });
  const second = new AbortController();
  const greeting = connectToHost(optionsFor(paths, { signal: second.signal }));
  const givenUp = assert.rejects(greeting, { code: 'aborted' });
  const client = await waitFor('the hello', () => silent.clients[0]);
  second.abort();
  await givenUp;
  await waitFor('the end of the connection', () => client.socket.readableEnded || client.socket.destroyed);
  await assert.rejects(connectToHost(optionsFor(paths, { signal: second.signal })), { code: 'aborted' });
});

test('events that come right behind the hello reach whoever connects', async (t) => {
  const paths = makePaths(t);
  const host = await FakeHost.start(t, paths, { build: { version: '1.0.0', builtAt: 5 } });
  host.onDidGreet((client) => client.event({ kind: 'notice', severity: 'info', message: 'at once', session: null }));
  const connection = await connectToHost(optionsFor(paths));
  t.after(() => connection.dispose());
  const event = await nextEvent('the notice', connection.onEvent);
  assert.deepEqual(event, { kind: 'notice', severity: 'info', message: 'at once', session: null });
  rmSync(path.join(paths.run, 'host.json'));
});
