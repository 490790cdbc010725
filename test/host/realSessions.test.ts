import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { HostServer } from '../../src/host/hostServer.ts';
import { journalStore } from '../../src/journal/journalStore.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import { snapshotFlag } from '../../src/protocol/hostMessages.ts';
import { createReplayScanner } from '../../src/screen/replayScanner.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { SessionManager } from '../../src/session/sessionManager.ts';
import { BarePtyFactory } from '../support/barePtyFactory.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { shellDefaults } from './support/hostBox.ts';
import { RawClient } from './support/rawClient.ts';
import { testBuild, testToken } from './support/serveFake.ts';

/** A server over real sessions: disk, processes, emulator. */
async function serveReal(t: TestContext) {
  const directory = makeTempDirectory(t);
  const factory = new BarePtyFactory();
  const manager = new SessionManager({
    directory: path.join(directory, 'sessions'),
    ptyFactory: factory,
    journal: journalStore,
    createScreen,
    clock: systemClock,
    log: nullLog,
  });
  await manager.init();
  const server = new HostServer({
    manager,
    build: testBuild,
    clock: systemClock,
    log: nullLog,
    createScreen,
    createScanner: createReplayScanner,
    readHistory: async function* (id) {
      await manager.listJournalFiles(id);
      yield* journalStore.openReader(manager.getPaths(id).journal, nullLog).readAll();
    },
    readStatus: () => ({ pid: 1, version: '1.2.0', dataDir: directory, keepers: [], startedAt: 5, logFile: '' }),
    isToken: (text) => text === testToken,
    checkInCharge: () => Promise.resolve(),
    stop: () => undefined,
  });
  const address = path.join(directory, 's.sock');
  const listener = createServer((socket) => server.accept(socket));
  await new Promise<void>((resolve) => listener.listen(address, resolve));
  t.after(async () => {
    listener.close();
    for (const { id } of manager.listSessions()) {
      await manager.deleteSession(id);
    }
    await server.close();
    await manager.destroy();
    factory.dispose();
  });
  const connect = async (): Promise<RawClient> => (await RawClient.greet(t, address, { token: testToken })).client;
  return { manager, connect };
}

/** What a client's terminal shows after it was given its newest snapshot and what followed. */
async function screenOf(client: RawClient, cols: number, rows: number): Promise<readonly string[]> {
  const screen = createScreen({ cols, rows, scrollback: 1000 });
  try {
    screen.write(client.shown());
    return (await screen.state(1000)).lines;
  } finally {
    screen.dispose();
  }
}

const lastPart = (client: RawClient): string => client.shown().subarray(-2000).toString();

test("two clients with different windows both end at the session's screen after a flood", async (t) => {
  const { connect } = await serveReal(t);
  const owner = await connect();
  const { session } = await owner.request('create', shellDefaults);
  const clients = [owner, await connect()];
  const seed = Date.now() % 100_000;
  t.diagnostic(`seed ${seed}`);
  let state = seed;
  const random = (limit: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % limit;
  };
  for (const client of clients) {
    const { attachment } = await client.request('attach', {
      session: session.id,
      size: { cols: 80, rows: 24 },
      scrollback: 1000,
      readOnly: client !== owner,
    });
    let unacknowledged = 0;
    let limit = random(100_000);
    client.onPart((part) => {
      if (part.kind === 'event') {
        return;
      }
      unacknowledged += part.bytes.length;
      const isEnd = part.kind === 'snapshot' ? (part.flags & snapshotFlag.last) !== 0 : unacknowledged > limit;
      if (isEnd || part.bytes.length < 1000) {
        unacknowledged = 0;
        limit = random(100_000);
        setTimeout(() => client.acknowledge(attachment, part.position), random(5));
      }
    });
  }
  await owner.request('send', { session: session.id, text: 'seq 1 200000; echo the-$((1+1))nd-end\n' });
  for (const client of clients) {
    await waitFor('the end of the flood', () => lastPart(client).includes('the-2nd-end\r\n$ '), 30_000);
  }
  const text = (await owner.read('capture', { session: session.id, format: 'text', scrollback: 1000 })).toString();
  assert.ok(text.includes('\n199990\n'), 'the capture holds the flood');
  for (const client of clients) {
    assert.equal((await screenOf(client, 80, 24)).join('\n'), text);
    let last = -1;
    for (const part of client.parts) {
      if (part.kind !== 'event') {
        assert.ok(part.kind === 'output' ? part.position > last : part.position >= last);
        last = part.position;
      }
    }
  }
});

test('queries are answered by the host and reach neither clients nor the raw history', async (t) => {
  const { connect } = await serveReal(t);
  const client = await connect();
  const { session } = await client.request('create', {
    ...shellDefaults,
    args: [
      '-c',
      'stty raw -echo; printf "a\\033[6nb\\007\\033]52;c;aGk=\\007"; dd bs=1 count=6 2>/dev/null | od -c; printf done; sleep 100',
    ],
  });
  await client.request('attach', { session: session.id, size: null, scrollback: 100, readOnly: false });
  await waitFor('the answer to be printed', () => client.shown().includes('done'));
  assert.match(client.shown().toString(), /033 {3}\[ {3}1 {3}; {3}2 {3}R/);
  assert.equal(client.shown().includes('\x1b[6n'), false);
  const raw = await client.read('history', { session: session.id, format: 'raw' });
  assert.ok(raw.includes('ab') && !/\x1b\[6n|\x07|\]52/.test(raw.toString()));
});

test('history gives every line as text, as a cast and raw, also when nothing runs any more', async (t) => {
  const { connect } = await serveReal(t);
  const client = await connect();
  const { session } = await client.request('create', { ...shellDefaults, args: ['-c', 'seq 1 3000; exit 3'] });
  const ended = { session: session.id, until: { kind: 'exit' }, timeoutMs: 20_000 } as const;
  assert.deepEqual(await client.request('wait', ended), { outcome: 'met' });
  const numbers = Array.from({ length: 3000 }, (_, i) => String(i + 1));
  const text = (await client.read('history', { session: session.id, format: 'text' })).toString();
  assert.deepEqual(text.trimEnd().split('\n').slice(0, 3000), numbers);
  const raw = (await client.read('history', { session: session.id, format: 'raw' })).toString();
  assert.ok(raw.startsWith(numbers.join('\r\n')));
  const cast = (await client.read('history', { session: session.id, format: 'cast' })).toString();
  const [header, ...events] = cast
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  assert.deepEqual(header, { ...(header as object), version: 3, term: { cols: 80, rows: 24 } });
  const casts = events as [number, string, string][];
  assert.ok(
    casts
      .filter(([, code]) => code === 'o')
      .map(([, , data]) => data)
      .join('')
      .startsWith(numbers.join('\r\n')),
  );
  assert.deepEqual(
    casts.filter(([, code]) => code === 'x').map(([, , data]) => data),
    ['3'],
  );
});
