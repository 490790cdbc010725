import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RevenantError } from '../../src/base/errors.ts';
import { nullLog } from '../../src/base/log.ts';
import { connectToHost } from '../../src/client/connectToHost.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import { HostLink } from '../../src/client/hostLink.ts';
import type { SessionInfo } from '../../src/protocol/sessionInfo.ts';
import { ManualClock } from '../support/manualClock.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';
import { type FakeClient, FakeHost, makeSession } from './support/fakeHost.ts';
import { makePaths } from './support/paths.ts';

interface Scene {
  readonly link: HostLink;
  readonly clock: ManualClock;
  readonly host: FakeHost;
  /** Errors with which the next attempts fail. */
  readonly failures: RevenantError[];
  attempts(): number;
}

const first = makeSession({ displayName: 'first', lastActivity: 10 });
const second = makeSession({ id: '11111111-1111-4111-8111-111111111111', displayName: 'second', lastActivity: 20 });

/** A link to a fake host that answers `list` with two sessions. */
async function makeScene(t: TestContext, answerList = answerWithBoth, failures: RevenantError[] = []): Promise<Scene> {
  const paths = makePaths(t);
  const host = await FakeHost.start(t, paths, {
    answer: (client, { id, method }) => {
      if (method === 'list') {
        answerList(client, id);
      }
    },
  });
  const clock = new ManualClock();
  let attempts = 0;
  const connect = (signal: AbortSignal): Promise<HostConnection> => {
    attempts++;
    const failure = failures.shift();
    const build = { version: '0.0.0', builtAt: 0 };
    return failure === undefined
      ? connectToHost({ paths, build, client: 'window', runtimeSource: '/nowhere', log: nullLog, signal })
      : Promise.reject(failure);
  };
  const link = new HostLink({ connect, clock, log: nullLog });
  t.after(() => link.dispose());
  return { link, clock, host, failures, attempts: () => attempts };
}

function answerWithBoth(client: FakeClient, id: number): void {
  client.result(id, { sessions: [first, second] });
}

function namesOf(sessions: readonly SessionInfo[]): string[] {
  return sessions.map(({ displayName }) => displayName);
}

async function connected({ link }: Scene): Promise<void> {
  await link.whenConnected();
  assert.equal(link.state, 'connected');
}

async function untilState({ link }: Scene, state: HostLink['state']): Promise<void> {
  await waitFor(`the state ${state}`, () => link.state === state);
}

test('connects by itself and has the sessions, the most active first', async (t) => {
  const scene = await makeScene(t);
  assert.equal(scene.link.state, 'connecting');
  await connected(scene);
  assert.deepEqual(namesOf(scene.link.sessions), ['second', 'first']);
  assert.deepEqual(scene.link.findSession(first.id), first);
  assert.equal(scene.link.lastError, undefined);
});

test('follows what the host tells of sessions and passes notices on', async (t) => {
  const scene = await makeScene(t);
  await connected(scene);
  const client = scene.host.clients[0];
  client?.event({ kind: 'session-changed', session: { ...first, displayName: 'renamed', lastActivity: 30 } });
  await nextEvent('the change', scene.link.onDidChangeSessions);
  assert.deepEqual(namesOf(scene.link.sessions), ['renamed', 'second']);
  client?.event({ kind: 'session-removed', session: second.id });
  await nextEvent('the removal', scene.link.onDidChangeSessions);
  assert.deepEqual(namesOf(scene.link.sessions), ['renamed']);
  const notice = nextEvent('the notice', scene.link.onDidReceiveNotice);
  client?.event({ kind: 'notice', severity: 'warning', message: 'The disk is full.', session: first.id });
  assert.deepEqual(await notice, { severity: 'warning', message: 'The disk is full.', session: first.id });
});

test('a change that comes right behind the list is not overwritten by it', async (t) => {
  const scene = await makeScene(t, (client, id) => {
    client.event({ kind: 'session-changed', session: { ...second, displayName: 'before' } });
    answerWithBoth(client, id);
    client.event({ kind: 'session-changed', session: { ...second, displayName: 'after' } });
    client.event({ kind: 'session-removed', session: first.id });
  });
  await connected(scene);
  await waitFor('both changes', () => scene.link.sessions.length === 1);
  assert.deepEqual(namesOf(scene.link.sessions), ['after']);
});

test('those who wait share one attempt, and one may give up alone', async (t) => {
  const scene = await makeScene(t);
  const abort = new AbortController();
  const givenUp = assert.rejects(scene.link.whenConnected(abort.signal), { code: 'aborted' });
  const others = [scene.link.whenConnected(), scene.link.whenConnected()] as const;
  abort.abort();
  await givenUp;
  assert.equal(await others[0], await others[1]);
  assert.equal(scene.attempts(), 1);
});

test('a lost connection comes back, with the sessions kept meanwhile', async (t) => {
  const scene = await makeScene(t);
  await connected(scene);
  scene.host.clients[0]?.socket.destroy();
  await untilState(scene, 'connecting');
  assert.equal(scene.link.lastError?.code, 'closed');
  assert.deepEqual(namesOf(scene.link.sessions), ['second', 'first']);
  assert.equal(scene.clock.nextDelayMs, 250);
  scene.clock.advance(250);
  await untilState(scene, 'connected');
  assert.equal(scene.attempts(), 2);
});

test('failures are told and tried again at growing intervals; who asks need not wait for them', async (t) => {
  const failure = new RevenantError('host-unavailable', 'Not today.');
  const scene = await makeScene(
    t,
    answerWithBoth,
    Array.from({ length: 6 }, () => failure),
  );
  const delays: (number | undefined)[] = [];
  for (let round = 0; round < 6; round++) {
    await waitFor('the failure', () => scene.link.state === 'failed' && scene.clock.nextDelayMs);
    delays.push(scene.clock.nextDelayMs);
    assert.equal(scene.link.lastError, failure);
    if (round < 5) {
      scene.clock.advance(scene.clock.nextDelayMs ?? 0);
      await waitFor('the next attempt', () => scene.attempts() === round + 2);
    }
  }
  assert.deepEqual(delays, [250, 1_000, 3_000, 10_000, 30_000, 30_000]);
  assert.deepEqual(namesOf((await scene.link.request('list', {})).sessions), ['first', 'second']);
  assert.deepEqual([scene.link.state, scene.clock.nextDelayMs], ['connected', undefined]);
});

test('an attempt that fails rejects what waits for it', async (t) => {
  const scene = await makeScene(t, answerWithBoth, [new RevenantError('disk-full', 'Full.')]);
  await assert.rejects(scene.link.request('list', {}), { code: 'disk-full' });
});

test('a host that goes before the list is here is a failure like any other', async (t) => {
  const scene = await makeScene(t, (client) => client.socket.destroy());
  await assert.rejects(scene.link.whenConnected(), { code: 'closed' });
  assert.deepEqual([scene.link.state, scene.clock.nextDelayMs], ['failed', 250]);
});

test('a host that makes room for a newer one gets time to be replaced', async (t) => {
  const scene = await makeScene(t);
  await connected(scene);
  scene.host.clients[0]?.event({ kind: 'retiring', reason: 'update' });
  scene.host.clients[0]?.socket.end();
  await untilState(scene, 'connecting');
  assert.equal(scene.clock.nextDelayMs, 1_000);
});

for (const { what, end } of [
  {
    what: 'after a stop on purpose',
    end: async (scene: Scene) => {
      await connected(scene);
      scene.host.clients[0]?.event({ kind: 'retiring', reason: 'stop' });
      scene.host.clients[0]?.socket.end();
    },
  },
  { what: 'when a newer host does not understand this version', end: () => Promise.resolve() },
]) {
  test(`${what} nothing is tried again until somebody asks`, async (t) => {
    const isNewer = what.startsWith('when');
    const failures = isNewer ? [new RevenantError('incompatible-version', 'Reload the window.')] : [];
    const scene = await makeScene(t, answerWithBoth, failures);
    await end(scene);
    await untilState(scene, 'failed');
    assert.equal(scene.clock.nextDelayMs, undefined);
    const attempts = scene.attempts();
    scene.link.reconnectNow();
    await untilState(scene, 'connected');
    assert.equal(scene.attempts(), attempts + 1);
  });
}

test('who learns of a failure may ask at once without starting a second attempt', async (t) => {
  const scene = await makeScene(t, answerWithBoth, [new RevenantError('io', 'Once.')]);
  let asked: Promise<unknown> | undefined;
  scene.link.onDidChangeState(() => {
    if (scene.link.state === 'failed') {
      asked = Promise.all([scene.link.whenConnected(), scene.link.whenConnected()]);
    }
  });
  const connection = await waitFor('the question', () => asked);
  assert.ok(connection);
  assert.deepEqual([scene.attempts(), scene.clock.nextDelayMs], [2, undefined]);
});

test('after dispose nothing is tried and nobody is told', async (t) => {
  const scene = await makeScene(t);
  await connected(scene);
  let changes = 0;
  scene.link.onDidChangeState(() => changes++);
  scene.link.dispose();
  await waitFor('the end of the connection', () => scene.host.clients[0]?.socket.readableEnded);
  await assert.rejects(scene.link.whenConnected(), { code: 'aborted' });
  scene.link.reconnectNow();
  assert.deepEqual([changes, scene.attempts(), scene.clock.nextDelayMs], [0, 1, undefined]);
});

test('dispose gives up an attempt that is under way', async (t) => {
  const scene = await makeScene(t, () => undefined);
  const waiting = assert.rejects(scene.link.whenConnected(), { code: 'aborted' });
  const client = await waitFor('the request', () => scene.host.clients.find(({ requests }) => requests.length > 0));
  scene.link.dispose();
  await waiting;
  await waitFor('the end of the connection', () => client.socket.readableEnded);
});
