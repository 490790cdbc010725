import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ScreenState } from '../../src/screen/api.ts';
import { encodeFrame } from '../../src/protocol/frame.ts';
import { frameKind, type ClientHello } from '../../src/protocol/hostMessages.ts';
import { encodeJson } from '../../src/protocol/json.ts';
import { waitFor } from '../support/waitFor.ts';
import { RawClient } from './support/rawClient.ts';
import { serveFake, testBuild, testToken } from './support/serveFake.ts';

const helloOf = (changes: Partial<ClientHello>): ClientHello => ({
  type: 'hello',
  token: testToken,
  newest: 1,
  oldest: 1,
  version: '1.0.0',
  builtAt: 0,
  client: 'cli',
  intent: 'connect',
  ...changes,
});

const jsonFrame = (message: object): Uint8Array => encodeFrame(frameKind.json, encodeJson(message));

/** What is sent first ends the connection, and the server says nothing at all. */
async function checkSilence(t: TestContext, first: Uint8Array): Promise<void> {
  // No timer ever ends: the connection is closed because of what was sent.
  const clock = { now: () => 0, monotonicMs: () => 0, schedule: () => ({ dispose: () => undefined }) };
  const { address } = await serveFake(t, { clock });
  const client = new RawClient(t, address);
  client.socket.write(first);
  await client.closed();
  assert.equal(client.bytesReceived, 0);
}

test('a wrong token is met with silence', (t) => checkSilence(t, jsonFrame(helloOf({ token: '0'.repeat(64) }))));
test('a first frame that is no hello is met with silence', (t) => checkSilence(t, jsonFrame({ type: 'request' })));
test('a first frame of another kind is met with silence', (t) =>
  checkSilence(t, encodeFrame(frameKind.input, new Uint8Array(9))));
test('a first frame that announces more than 4 KiB is met with silence', (t) =>
  checkSilence(t, Uint8Array.of(0, 0, 0x10, 0x01)));
test('a first frame that is not JSON is met with silence', (t) =>
  checkSilence(t, encodeFrame(frameKind.json, Buffer.from('{{{'))));

test('who says nothing is not waited for', async (t) => {
  const timers: (() => void)[] = [];
  const clock = {
    now: () => 0,
    monotonicMs: () => 0,
    schedule: (_delayMs: number, callback: () => void) => {
      timers.push(callback);
      return { dispose: () => undefined };
    },
  };
  const { address } = await serveFake(t, { clock });
  const client = new RawClient(t, address);
  await waitFor('the time limit to be set', () => timers.length > 0);
  timers.forEach((callback) => callback());
  await client.closed();
  assert.equal(client.bytesReceived, 0);
});

test('a hello that comes byte by byte is understood', async (t) => {
  const { address } = await serveFake(t);
  const client = new RawClient(t, address);
  const bytes = jsonFrame(helloOf({}));
  client.socket.setNoDelay(true);
  for (const byte of bytes) {
    await new Promise((resolve) => client.socket.write(Uint8Array.of(byte), resolve));
  }
  await waitFor('the answer', () => client.bytesReceived > 0);
});

test('requests sent together with the hello are answered', async (t) => {
  const { address } = await serveFake(t);
  const client = new RawClient(t, address);
  client.socket.cork();
  const hello = client.sayHello(helloOf({}));
  const list = client.request('list', {});
  client.socket.uncork();
  assert.equal((await hello).protocol, 1);
  assert.deepEqual(await list, { sessions: [] });
});

test('the highest common protocol is chosen', async (t) => {
  const { address } = await serveFake(t);
  const { hello } = await RawClient.greet(t, address, helloOf({ newest: 7, oldest: 1 }));
  assert.deepEqual(hello, { type: 'hello', protocol: 1, newest: 1, oldest: 1, ...testBuild, pid: process.pid });
});

test('without a common protocol the host says so and closes', async (t) => {
  const { address } = await serveFake(t);
  const { client, hello } = await RawClient.greet(t, address, helloOf({ newest: 9, oldest: 8 }));
  assert.equal(hello.protocol, 0);
  await client.closed();
});

const retirements = [
  { who: 'a newer version', version: '1.10.0', builtAt: 0, retires: true },
  { who: 'a later build', version: '1.2.0', builtAt: 1001, retires: true },
  { who: 'the same build', version: '1.2.0', builtAt: 1000, retires: false },
  { who: 'an older version', version: '1.1.9', builtAt: 9999, retires: false },
];
for (const { who, version, builtAt, retires } of retirements) {
  test(`${who} ${retires ? 'retires the host' : 'does not retire the host'}`, async (t) => {
    const { address, stops } = await serveFake(t);
    const { client } = await RawClient.greet(t, address, helloOf({ version, builtAt, intent: 'retire' }));
    await client.closed();
    assert.deepEqual(stops, retires ? ['update'] : []);
  });
}

const badFrames: Record<string, Uint8Array> = {
  'a frame that is too long': Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0),
  'a frame of an unknown kind': encodeFrame(77, new Uint8Array(3)),
  'a message that is not JSON': encodeFrame(frameKind.json, Buffer.from('nonsense')),
  'a message that is no request': jsonFrame({ type: 'answer' }),
  'an input frame without a number': encodeFrame(frameKind.input, Uint8Array.of(1)),
  'an acknowledgement of no position': encodeFrame(
    frameKind.ack,
    new Uint8Array(4),
    Uint8Array.of(0x7f, 0xf8, 0, 0, 0, 0, 0, 0),
  ),
};
for (const [what, bytes] of Object.entries(badFrames)) {
  test(`${what} ends its client and no other`, async (t) => {
    const { connect } = await serveFake(t);
    const [bad, good] = [await connect(), await connect()];
    bad.socket.write(bytes);
    await bad.closed();
    assert.deepEqual(await good.request('list', {}), { sessions: [] });
  });
}

test('a request that cannot be used gets an error, and the connection goes on', async (t) => {
  const { connect } = await serveFake(t);
  const client = await connect();
  const missing = '00000000-0000-4000-8000-000000000000';
  await assert.rejects(client.requestAnything('dance', {}), { code: 'protocol', message: /"dance"/ });
  await assert.rejects(client.requestAnything('toString', {}), { code: 'protocol' });
  await assert.rejects(client.requestAnything('kill', { session: '../..' }), { code: 'invalid-argument' });
  await assert.rejects(client.requestAnything('kill', {}), { code: 'invalid-argument' });
  await assert.rejects(client.requestAnything('detach', { attachment: 5 }), { code: 'invalid-argument' });
  await assert.rejects(
    client.requestAnything('attach', { session: missing, size: null, scrollback: 0, readOnly: false }),
    {
      code: 'session-not-found',
      message: new RegExp(missing),
    },
  );
  assert.deepEqual(await client.request('list', {}), { sessions: [] });
});

test('sessions are listed newest activity first, with null for what is not known', async (t) => {
  const { manager, connect } = await serveFake(t);
  await manager.createSession({ name: 'old' });
  await manager.createSession({ name: 'new' });
  const { sessions } = await (await connect()).request('list', {});
  assert.deepEqual(
    sessions.map(({ displayName, exitCode, workspace, problem }) => ({ displayName, exitCode, workspace, problem })),
    ['new', 'old'].map((displayName) => ({ displayName, exitCode: null, workspace: null, problem: null })),
  );
});

test('every client hears of changes, many in a row as one, and never of a deleted session after its end', async (t) => {
  const { manager, connect } = await serveFake(t);
  const clients = [await connect(), await connect()];
  const { id } = await manager.createSession({ name: 'a' });
  for (let i = 0; i < 100; i++) {
    await manager.renameSession(id, `name ${i}`);
  }
  const { id: gone } = await manager.createSession({ name: 'gone' });
  await manager.deleteSession(gone);
  manager.fire('notice', { severity: 'warning', message: 'disk full', id });
  for (const client of clients) {
    await waitFor('the change', () => client.events.some((event) => event.kind === 'session-changed'));
    assert.deepEqual(
      client.events.map((event) => (event.kind === 'session-changed' ? event.session.displayName : event)),
      [
        { kind: 'session-removed', session: gone },
        { kind: 'notice', severity: 'warning', message: 'disk full', session: id },
        'name 99',
      ],
    );
  }
});

test('what people should know while no window is there is told to the first window that comes, once', async (t) => {
  const { manager, connect } = await serveFake(t);
  const commandLine = await connect();
  const message = 'The metadata of a session are damaged.';
  manager.fire('notice', { severity: 'error', message, id: undefined });
  const window = await connect({ client: 'window' });
  await waitFor('the notice', () => window.events.length > 0);
  const later = await connect({ client: 'window' });
  await later.request('list', {});
  await commandLine.request('list', {});
  const notice = { kind: 'notice', severity: 'error', message, session: null };
  assert.deepEqual([commandLine.events, window.events, later.events], [[notice], [notice], []]);
});

test('creating passes on what was chosen and leaves the rest to the host', async (t) => {
  const { manager, connect } = await serveFake(t);
  const client = await connect();
  const choices = {
    args: [],
    cols: 90,
    rows: 30,
    name: null,
    shell: null,
    cwd: null,
    env: null,
    workspace: null,
    history: null,
  };
  const { session } = await client.request('create', { ...choices, shell: '/bin/zsh', args: ['-l'] });
  assert.deepEqual(
    [session.displayName, session.shell, session.args, session.cols, session.rows],
    ['1', '/bin/zsh', ['-l'], 90, 30],
  );
  assert.equal(manager.listSessions().length, 1);
});

test('a host that was taken over creates nothing', async (t) => {
  const { manager, connect } = await serveFake(t, {
    checkInCharge: () => Promise.reject(new Error('taken over')),
  });
  const client = await connect();
  const choices = {
    args: [],
    cols: 90,
    rows: 30,
    name: null,
    shell: null,
    cwd: null,
    env: null,
    workspace: null,
    history: null,
  };
  await assert.rejects(client.request('create', choices), { code: 'internal', message: 'taken over' });
  assert.deepEqual(manager.listSessions(), []);
});

test('restarting ends what runs first', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const seen: string[] = [];
  manager.on('session:exit', () => seen.push('exit'));
  manager.on('session:started', () => seen.push('started'));
  await (await connect()).request('restart', { session: id, env: null });
  assert.deepEqual(seen, ['exit', 'started']);
});

test('capture gives text, a snapshot or JSON, whatever their length', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  manager.print(id, Array.from({ length: 40_000 }, (_, i) => `line ${i}`).join('\r\n'));
  const client = await connect();
  const text = await client.read('capture', { session: id, format: 'text', scrollback: null });
  assert.equal(text.toString().split('\n').length, 24);
  const json = JSON.parse(
    (await client.read('capture', { session: id, format: 'json', scrollback: 2 })).toString(),
  ) as ScreenState;
  assert.deepEqual([json.lines.length, json.scrollbackLines], [26, 2]);
  const vt = await client.read('capture', { session: id, format: 'vt', scrollback: 99 });
  assert.ok(vt.equals(manager.streamOf(id)));
});

test('stopping with sessions ends them first', async (t) => {
  const { manager, connect, stops } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  assert.deepEqual(await client.request('stop', { sessions: true }), {});
  await waitFor('the host to stop', () => stops.length > 0);
  assert.deepEqual([stops, manager.getSession(id).isRunning], [['stop'], false]);
});

test('a host that leaves says so, answers nothing new and closes', async (t) => {
  const { server, connect } = await serveFake(t);
  const client = await connect();
  server.announceEnd('update');
  await assert.rejects(client.request('list', {}), { code: 'closed' });
  await server.close();
  await client.closed();
  assert.deepEqual(client.events, [{ kind: 'retiring', reason: 'update' }]);
});

test('a client that does not read is let go instead of filling the memory', async (t) => {
  const { manager, connect } = await serveFake(t);
  const client = await connect();
  client.socket.pause();
  const message = 'x'.repeat(1024 * 1024);
  const other = await connect();
  for (let i = 0; i < 40; i++) {
    manager.fire('notice', { severity: 'info', message, id: undefined });
    await other.request('list', {});
  }
  client.socket.resume();
  await client.closed();
  assert.equal(other.isClosed, false);
});

test('more open requests than a client may have are refused', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const wait = () => client.request('wait', { session: id, until: { kind: 'exit' }, timeoutMs: null });
  const waits = Array.from({ length: 256 }, wait);
  await assert.rejects(wait(), { code: 'invalid-argument' });
  manager.exit(id, 0);
  assert.ok((await Promise.all(waits)).every(({ outcome }) => outcome === 'met'));
  await assert.rejects(client.request('send', { session: id, text: 'x' }), { code: 'not-running' });
});
