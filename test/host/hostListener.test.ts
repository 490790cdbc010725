import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { HostListener } from '../../src/host/hostListener.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import type { HostEndpoint } from '../../src/protocol/hostEndpoint.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';

const token = 'cd'.repeat(32);

async function publish(t: TestContext, runDirectory: string) {
  const tokens: string[] = [];
  const listener = new HostListener({
    runDirectory,
    token,
    build: { version: '1.2.3', builtAt: 5 },
    clock: systemClock,
    log: nullLog,
    handleConnection: (socket) => socket.destroy(),
    handleToken: (changed) => tokens.push(changed),
  });
  t.after(() => listener.close());
  await listener.publish();
  return { listener, tokens };
}

const readEndpoint = (runDirectory: string): HostEndpoint =>
  JSON.parse(fs.readFileSync(path.join(runDirectory, 'host.json'), 'utf8')) as HostEndpoint;

test('the endpoint file says where the host listens; both are private and gone at the end', async (t) => {
  const runDirectory = makeTempDirectory(t);
  const { listener } = await publish(t, runDirectory);
  const { address, ...rest } = readEndpoint(runDirectory);
  assert.deepEqual(rest, { pid: process.pid, version: '1.2.3', builtAt: 5 });
  const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;
  assert.deepEqual([modeOf(address), modeOf(path.join(runDirectory, 'host.json'))], [0o600, 0o600]);
  await listener.close();
  assert.deepEqual(fs.readdirSync(runDirectory), []);
});

test('a run directory that is too long for a socket path is no obstacle', async (t) => {
  const runDirectory = path.join(makeTempDirectory(t), 'long'.repeat(40));
  const { listener } = await publish(t, runDirectory);
  const { address } = readEndpoint(runDirectory);
  assert.ok(Buffer.byteLength(address) <= 107 && fs.existsSync(address));
  await listener.close();
  assert.equal(fs.existsSync(address), false);
  fs.rmdirSync(path.dirname(address));
});

test('a run directory that is wiped is filled again, with the same token', async (t) => {
  const runDirectory = path.join(makeTempDirectory(t), 'run');
  const { tokens } = await publish(t, runDirectory);
  const former = readEndpoint(runDirectory).address;
  for (let i = 0; i < 2; i++) {
    fs.rmSync(runDirectory, { recursive: true });
    await waitFor('the host to publish again', () => fs.existsSync(path.join(runDirectory, 'host.json')));
    assert.ok(fs.existsSync(readEndpoint(runDirectory).address));
    assert.equal(fs.readFileSync(path.join(runDirectory, 'token'), 'utf8'), token);
  }
  assert.notEqual(readEndpoint(runDirectory).address, former);
  assert.deepEqual(tokens, [token, token]);
});

test('a socket that alone is gone is made again', async (t) => {
  const runDirectory = makeTempDirectory(t);
  await publish(t, runDirectory);
  const { address } = readEndpoint(runDirectory);
  fs.rmSync(address);
  await waitFor('another socket', () => readEndpoint(runDirectory).address !== address);
});

test('an endpoint file of another process means that another host took over', async (t) => {
  const runDirectory = makeTempDirectory(t);
  const { listener } = await publish(t, runDirectory);
  assert.equal(await listener.isInCharge(), true);
  const superseded = nextEvent('the news', listener.onSuperseded);
  const foreign = { ...readEndpoint(runDirectory), pid: process.pid + 1 };
  fs.writeFileSync(path.join(runDirectory, 'host.json'), JSON.stringify(foreign));
  await superseded;
  assert.equal(await listener.isInCharge(), false);
  await listener.close();
  assert.deepEqual(readEndpoint(runDirectory), foreign);
});
