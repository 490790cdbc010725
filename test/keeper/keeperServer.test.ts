import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { encodeFrame } from '../../src/protocol/frame.ts';
import { keeperFrameKind, keeperLimits, type HostToKeeper } from '../../src/protocol/keeperMessages.ts';
import { encodeJson } from '../../src/protocol/json.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { KeeperBox, keeperScript, type RawHost } from './support/keeperBox.ts';

function json(message: object): Uint8Array {
  return encodeFrame(keeperFrameKind.json, encodeJson(message));
}

test('closes without a word on whoever does not show the token first, and lives on', async (t) => {
  const keeper = await KeeperBox.start(t);
  const hello = { type: 'hello', token: 'f'.repeat(64), pid: 1, restart: null } satisfies HostToKeeper;
  const right = { ...hello, token: keeper.token };
  const tooLong = { ...right, padding: 'x'.repeat(keeperLimits.helloBytes) };
  const cases: Record<string, Uint8Array> = {
    'a wrong token': json(hello),
    'a short token': json({ ...hello, token: '' }),
    'another message first': json({ type: 'bye' }),
    'another frame first': encodeFrame(keeperFrameKind.input, new Uint8Array(8)),
    'a frame that is too long, though whole': json(tooLong),
    'a frame that is too long, not whole': json(tooLong).subarray(0, keeperLimits.helloBytes + 10),
    'a length that cannot be': Buffer.from('ffffffff00', 'hex'),
    'no JSON': encodeFrame(keeperFrameKind.json, Buffer.from('hello')),
    'another protocol': Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  };
  for (const [name, bytes] of Object.entries(cases)) {
    const stranger = await keeper.dial();
    stranger.socket.write(bytes);
    await waitFor(`the end of the connection after ${name}`, () => stranger.isClosed, 3_000);
    assert.equal(stranger.receivedBytes, 0, name);
  }
  await keeper.connect();
});

test('closes on whoever says nothing, and keeps no crowd of them', async (t) => {
  const keeper = await KeeperBox.start(t);
  const strangers: RawHost[] = [];
  for (let i = 0; i < 20; i++) {
    strangers.push(await keeper.dial());
  }
  await waitFor('the oldest to be closed', () => strangers.slice(0, 4).every((stranger) => stranger.isClosed), 3_000);
  await waitFor('all to be closed', () => strangers.every((stranger) => stranger.isClosed), 10_000);
});

test('takes a hello that comes byte by byte, and what follows it', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.dial();
  host.socket.setNoDelay(true);
  for (const byte of json({ type: 'hello', token: keeper.token, pid: 1, restart: null })) {
    await new Promise<void>((resolve) => host.socket.write(Uint8Array.of(byte), () => resolve()));
  }
  assert.equal((await host.next('hello')).pid, keeper.pid);
  await host.run('true');
});

test('ends the connection of a host that sends a bad frame, and nothing else', async (t) => {
  const keeper = await KeeperBox.start(t);
  const { handle } = await (await keeper.connect()).run('read line; echo "<$line>"');
  const bad: Uint8Array[] = [
    encodeFrame(99),
    encodeFrame(keeperFrameKind.input, new Uint8Array(2)),
    encodeFrame(keeperFrameKind.ack, Buffer.from('00000001fff0000000000000', 'hex')),
    json({ type: 'resize', handle, cols: 0, rows: 0 }),
    json({ type: 'hello', token: keeper.token, pid: 1, restart: null }),
    Buffer.from('00000000', 'hex'),
  ];
  for (const bytes of bad) {
    const host = await keeper.connect();
    host.socket.write(Buffer.concat([bytes, Buffer.alloc(8)]));
    await waitFor('the end of the connection', () => host.isClosed);
  }
  const host = await keeper.connect();
  host.send({ type: 'resume', handle, offset: 0 });
  host.input(handle, Buffer.from('still here\r'));
  await host.waitForText(handle, '<still here>');
});

test('lets a new host take over, and tells the one before', async (t) => {
  const keeper = await KeeperBox.start(t);
  const first = await keeper.connect();
  const { handle, run, pid } = await first.run('echo 12345; read line; echo "<$line>"');
  await first.waitForText(handle, '12345');
  const second = await keeper.connect();
  await first.next('superseded');
  await waitFor('the first connection to end', () => first.isClosed);
  const hello = second.messages[0];
  assert.ok(hello?.type === 'hello');
  assert.deepEqual(hello.runs, [{ run, handle, pid, start: 0, end: 7, exit: null }]);
  second.send({ type: 'resume', handle, offset: 3 });
  second.input(handle, Buffer.from('x\r'));
  await second.waitForText(handle, '<x>');
  assert.ok(second.text(handle).startsWith('45\r\n'));
});

test('listens again when its files were removed', async (t) => {
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const { token } = keeper;
  const before = keeper.endpoint.address;
  const { run } = await host.run('sleep 100');
  rmSync(keeper.runDirectory, { recursive: true });
  await waitFor('the endpoint to be written again', () => existsSync(keeper.endpointFile));
  assert.notEqual(keeper.endpoint.address, before);
  assert.equal(keeper.token, token);
  const second = await keeper.connect();
  const hello = second.messages[0];
  assert.deepEqual(hello?.type === 'hello' && hello.runs.map((kept) => kept.run), [run]);
});

test('has its socket elsewhere when the run directory has a long path', async (t) => {
  const keeper = await KeeperBox.start(t, path.join(makeTempDirectory(t), 'x'.repeat(120)));
  const { address } = keeper.endpoint;
  t.after(() => rmSync(path.dirname(address), { recursive: true, force: true }));
  assert.ok(address.length < 102);
  (await keeper.connect()).drop();
  await waitFor('the keeper to leave', () => keeper.hasEnded);
  assert.ok(!existsSync(address));
});

test('says in a line of JSON why it cannot start', async (t) => {
  const directory = makeTempDirectory(t);
  const link = path.join(directory, 'link');
  symlinkSync(directory, link);
  const badToken = path.join(directory, 'bad-token');
  await KeeperBox.start(t, badToken).then((keeper) => keeper.end());
  chmodSync(path.join(badToken, 'token'), 0o600);
  writeFileSync(path.join(badToken, 'token'), 'not a token');
  const check = async (args: string[], code: string, message: RegExp): Promise<void> => {
    const child = spawn(process.execPath, [keeperScript, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    const chunks: Uint8Array[] = [];
    child.stdout.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    assert.equal(exitCode, 1);
    const said = JSON.parse(Buffer.concat(chunks).toString()) as { code: string; message: string };
    assert.equal(said.code, code);
    assert.match(said.message, message);
  };
  await check([], 'invalid-argument', /--run-dir/);
  await check(['--run-dir', link, '--version', '1'], 'data-dir-unusable', /symbolic link/);
  await check(['--run-dir', badToken, '--version', '1'], 'unauthorized', /token/);
  assert.equal(readFileSync(path.join(badToken, 'token'), 'utf8'), 'not a token');
});
