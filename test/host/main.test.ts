import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { waitFor } from '../support/waitFor.ts';
import { HostBox, createAtPrompt, exitOf, shellDefaults } from './support/hostBox.ts';
import { RawClient } from './support/rawClient.ts';

test('of ten hosts that start at once one serves, and the others say so and leave', async (t) => {
  const box = new HostBox(t);
  const hosts = await Promise.all(Array.from({ length: 10 }, () => box.start()));
  const lines = hosts.map(({ line }) => line).sort();
  assert.deepEqual(lines, [...Array.from({ length: 9 }, () => 'already-running'), 'ready']);
  for (const { child } of hosts.filter(({ line }) => line === 'already-running')) {
    assert.equal(await exitOf(child), 0);
  }
  const serving = hosts.find(({ line }) => line === 'ready');
  assert.equal(box.endpoint.pid, serving?.child.pid);
  assert.equal(fs.existsSync(path.join(box.run, 'start.lock')), false);
});

test('a host that cannot start says why in one line and exits with 1', (t) => {
  const box = new HostBox(t);
  fs.writeFileSync(box.run, 'a file where the directory belongs');
  const script = path.join(import.meta.dirname, '../../src/host/main.ts');
  const check = (args: string[], code: string): void => {
    const { status, stdout } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    const said = JSON.parse(stdout) as { code: string; message: string };
    assert.deepEqual([status, said.code, said.message.length > 10], [1, code, true]);
  };
  check(['--data-dir', box.data, '--run-dir', box.run], 'data-dir-unusable');
  check(['--data-dir', box.data], 'invalid-argument');
  check(['--data-dir', 'relative', '--run-dir', '/x'], 'invalid-argument');
  check(['--what'], 'invalid-argument');
});

test('a wrong token gets no word from a real host', async (t) => {
  const box = new HostBox(t);
  await box.start();
  const client = new RawClient(t, box.endpoint.address);
  client.sendJson({
    type: 'hello',
    token: 'x',
    newest: 1,
    oldest: 1,
    version: '1.0.0',
    builtAt: 0,
    client: 'cli',
    intent: 'connect',
  });
  await client.closed();
  assert.equal(client.bytesReceived, 0);
});

test('a host that was killed is replaced, and its sessions go on where they were', async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  const client = await box.connect();
  const session = await createAtPrompt(client);
  await client.request('send', { session: session.id, text: 'kept=yes; echo before-$kept\n' });
  const before = { session: session.id, until: { kind: 'text', pattern: '^before-yes$' }, timeoutMs: 10_000 } as const;
  assert.deepEqual(await client.request('wait', before), { outcome: 'met' });
  child.kill('SIGKILL');
  await exitOf(child);
  await box.start();
  const next = await box.connect();
  const { sessions } = await next.request('list', {});
  assert.deepEqual(
    sessions.map(({ id, state, pid }) => ({ id, state, pid })),
    [{ id: session.id, state: 'running', pid: session.pid }],
  );
  await next.request('send', { session: session.id, text: 'echo after-$kept\n' });
  const after = { session: session.id, until: { kind: 'text', pattern: '^after-yes$' }, timeoutMs: 10_000 } as const;
  assert.deepEqual(await next.request('wait', after), { outcome: 'met' });
  const raw = (await next.read('history', { session: session.id, format: 'raw' })).toString();
  assert.deepEqual([raw.split('\r\nbefore-yes').length, raw.split('\r\nafter-yes').length], [2, 2]);
  await next.request('delete', { session: session.id });
});

test('no line of a flood is lost or doubled when its host is killed in the middle of it', async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  const client = await box.connect();
  const session = await createAtPrompt(client);
  const { attachment } = await client.request('attach', {
    session: session.id,
    size: { cols: 80, rows: 24 },
    scrollback: 100,
    readOnly: false,
  });
  client.onPart((part) => part.kind !== 'event' && client.acknowledge(attachment, part.position));
  await client.request('send', { session: session.id, text: 'seq 1 200000; echo the-$((1+1))nd-end\n' });
  await waitFor('the flood', () => client.position > 100_000);
  child.kill('SIGKILL');
  await exitOf(child);
  await box.start();
  const next = await box.connect();
  const end = { session: session.id, until: { kind: 'text', pattern: '^the-2nd-end$' }, timeoutMs: 20_000 } as const;
  assert.deepEqual(await next.request('wait', end), { outcome: 'met' });
  const raw = (await next.read('history', { session: session.id, format: 'raw' })).toString();
  const first = raw.indexOf('\r\n1\r\n2\r\n') + 2;
  const numbers = Array.from({ length: 200_000 }, (_, i) => String(i + 1));
  assert.ok(raw.slice(first).startsWith(`${numbers.join('\r\n')}\r\nthe-2nd-end`));
  await next.request('delete', { session: session.id });
});

test('a host whose place another one took ends at once and leaves the file of the other', async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  const other = JSON.stringify({ ...box.endpoint, pid: process.pid });
  fs.writeFileSync(path.join(box.run, 'host.json'), other);
  assert.equal(await exitOf(child), 0);
  assert.equal(fs.readFileSync(path.join(box.run, 'host.json'), 'utf8'), other);
});

test('a host that hangs is ended and replaced', { skip: process.platform !== 'linux' }, async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  child.kill('SIGSTOP');
  const second = await box.start();
  assert.equal(second.line, 'ready');
  assert.equal(await exitOf(child), 'SIGKILL');
  assert.equal(box.endpoint.pid, second.child.pid);
});

test('a process that only has the id of a former host is left alone', async (t) => {
  const box = new HostBox(t);
  fs.mkdirSync(box.run, { mode: 0o700 });
  const endpoint = { pid: process.pid, version: '1.0.0', builtAt: 0, address: path.join(box.run, 'gone.sock') };
  fs.writeFileSync(path.join(box.run, 'host.json'), JSON.stringify(endpoint));
  assert.equal((await box.start()).line, 'ready');
});

test('a newer client retires the host: sessions go on in the next one', async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  const client = await box.connect();
  const { session } = await client.request('create', shellDefaults);
  const newer = await box.connect({ version: '99.0.0', intent: 'retire' });
  await newer.closed();
  await client.closed();
  assert.equal(await exitOf(child), 0);
  assert.deepEqual(
    client.events.filter(({ kind }) => kind === 'retiring'),
    [{ kind: 'retiring', reason: 'update' }],
  );
  assert.equal(fs.existsSync(path.join(box.run, 'host.json')), false);
  assert.equal(box.log.includes('did not come to its end'), false);
  await box.start();
  const next = await box.connect();
  const { sessions } = await next.request('list', {});
  assert.deepEqual([sessions[0]?.id, sessions[0]?.pid, sessions[0]?.state], [session.id, session.pid, 'running']);
  await next.request('delete', { session: session.id });
});

test('a host that is told to stop leaves nothing behind but its sessions', async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  const client = await box.connect();
  const { session } = await client.request('create', shellDefaults);
  const status = await client.request('status', {});
  assert.deepEqual(
    [status.pid, status.dataDir, status.sessions, status.keepers.length, status.keepers[0]?.sessions],
    [child.pid, box.data, 1, 1, 1],
  );
  child.kill('SIGTERM');
  assert.equal(await exitOf(child), 0);
  assert.deepEqual(
    fs.readdirSync(box.run).filter((name) => name.startsWith('host')),
    [],
  );
  assert.ok(session.pid !== null && process.kill(session.pid, 0));
});

test('a host whose run directory is wiped can be found again', async (t) => {
  const box = new HostBox(t);
  await box.start();
  const { token } = box;
  const former = box.endpoint.address;
  for (const name of fs.readdirSync(box.run).filter((name) => name !== 'keepers')) {
    fs.rmSync(path.join(box.run, name), { recursive: true });
  }
  await waitFor('the host to publish again', () => fs.existsSync(path.join(box.run, 'host.json')));
  assert.notEqual(box.endpoint.address, former);
  assert.equal(box.token, token);
  await (await box.connect()).request('list', {});
});
