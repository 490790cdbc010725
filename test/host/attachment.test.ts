import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionId } from '../../src/base/ids.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';
import type { FakeManager } from './support/fakeManager.ts';
import type { Part, RawClient } from './support/rawClient.ts';
import { serveFake } from './support/serveFake.ts';

const attach = (client: RawClient, session: SessionId, size: string | null = '80x24', readOnly = false) => {
  const [cols = 0, rows = 0] = (size ?? '').split('x').map(Number);
  return client.request('attach', { session, size: size === null ? null : { cols, rows }, scrollback: 1000, readOnly });
};

const outputBytes = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + (part.kind === 'event' ? 0 : part.bytes.length), 0);

/** Positions only grow; a snapshot may repeat the one it stands on. */
function assertPositionsGrow(parts: readonly Part[]): void {
  let last = -1;
  for (const part of parts) {
    if (part.kind === 'event') {
      continue;
    }
    const grows = part.kind === 'output' ? part.position > last : part.position >= last;
    assert.ok(grows, `${part.kind} at ${part.position} after ${last}`);
    last = part.position;
  }
}

async function shownAll(client: RawClient, manager: FakeManager, id: SessionId): Promise<void> {
  await waitFor('the client to be shown everything', () => client.shown().equals(manager.streamOf(id)));
}

test('an attachment gets what was printed before, then exactly what is printed after', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  manager.print(id, 'before ', 3);
  let open = (): void => undefined;
  manager.snapshotGate = new Promise((resolve) => (open = resolve));
  const client = await connect();
  const { isOwner, session } = await attach(client, id);
  assert.deepEqual([isOwner, session.cols, session.rows], [true, 80, 24]);
  await waitFor('the snapshot to be taken', () => manager.snapshots === 1);
  manager.print(id, 'while the snapshot is made ', 5);
  open();
  await shownAll(client, manager, id);
  manager.print(id, 'after', 7);
  manager.print(id, '', 4);
  await shownAll(client, manager, id);
  assert.deepEqual(
    client.parts.map((part) => part.kind !== 'event' && [part.kind, part.position, part.bytes.toString()]),
    [
      ['snapshot', 10, 'before '],
      ['output', 42, 'while the snapshot is made '],
      ['output', 54, 'after'],
    ],
  );
});

test('what is in the snapshot already is not sent again after it', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  let finish = (): void => undefined;
  manager.rebuildGate = new Promise((resolve) => (finish = resolve));
  const client = await connect();
  const { attachment } = await attach(client, id);
  manager.print(id, 'while the screen is rebuilt ');
  await client.request('resize', { attachment, cols: 90, rows: 30 });
  manager.print(id, 'and still ');
  finish();
  await waitFor('the snapshot', () => client.parts.some((part) => part.kind === 'snapshot'));
  manager.print(id, 'after');
  await shownAll(client, manager, id);
  assert.deepEqual(
    client.parts.map((part) => (part.kind === 'event' ? part.event.kind : `${part.kind} ${part.bytes.toString()}`)),
    ['attachment-size', 'snapshot while the screen is rebuilt and still ', 'output after'],
  );
});

test('a snapshot waits for a client that does not read, however long it is', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const mebibyte = 'z'.repeat(1024 * 1024);
  for (let i = 0; i < 40; i++) {
    manager.print(id, mebibyte);
  }
  const [client, other] = [await connect(), await connect()];
  await attach(client, id);
  client.socket.pause();
  // Answered after the host has done all that it can for the one that does not read.
  await other.request('list', {});
  client.socket.resume();
  await waitFor('the snapshot', () => outputBytes(client.parts) === 40 * 1024 * 1024);
  assert.equal(client.isClosed, false);
});

test('an empty session begins with an empty snapshot', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  await attach(client, id);
  await waitFor('the snapshot', () => client.parts.length > 0);
  assert.deepEqual(client.parts, [{ kind: 'snapshot', position: 0, flags: 3, bytes: Buffer.alloc(0) }]);
});

test('a client that acknowledges nothing gets 256 KiB at most, and the others everything', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const [slow, quick] = [await connect(), await connect()];
  await attach(slow, id);
  const { attachment } = await attach(quick, id);
  quick.onPart((part) => part.kind !== 'event' && quick.acknowledge(attachment, part.position));
  await waitFor('both snapshots', () => slow.parts.length > 0 && quick.parts.length > 0);
  let printed = 0;
  for (let i = 0; i < 600; i++) {
    manager.print(id, `${String(i).padStart(6, '0')}${'x'.repeat(9994)}`);
    printed += 10_000;
    if (i % 10 === 9) {
      await waitFor('the quick client', () => quick.position === printed);
    }
  }
  await shownAll(quick, manager, id);
  assert.equal(quick.parts.filter((part) => part.kind === 'snapshot').length, 1);
  const received = outputBytes(slow.parts);
  assert.ok(received <= 256 * 1024 && received > 200 * 1024, `${received} bytes`);
  assertPositionsGrow(slow.parts);
  assertPositionsGrow(quick.parts);
});

test('a client that fell behind is brought up to date by a snapshot once it acknowledged what it has', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment } = await attach(client, id);
  await waitFor('the snapshot', () => client.parts.length > 0);
  for (let i = 0; i < 300; i++) {
    manager.print(id, String(i).padStart(10_000, '.'));
  }
  await waitFor('the window to be full', () => outputBytes(client.parts) > 200 * 1024);
  assert.equal(manager.snapshots, 1);
  client.acknowledge(attachment, client.position);
  await shownAll(client, manager, id);
  assert.equal(manager.snapshots, 2);
  client.acknowledge(attachment, client.position);
  manager.print(id, 'and on it goes');
  await shownAll(client, manager, id);
  assertPositionsGrow(client.parts);
});

/** Prints what the client's window and the ring hold together, of which the client has got its window. */
async function fillWindowAndRing(client: RawClient, manager: FakeManager, id: SessionId): Promise<void> {
  for (let i = 0; i < 90; i++) {
    manager.print(id, String(i).padStart(10_000, '.'));
  }
  await waitFor('the window to be full', () => outputBytes(client.parts) > 200 * 1024);
}

const snapshotsIn = (client: RawClient): number => client.parts.filter((part) => part.kind === 'snapshot').length;

test('a client that types into a flood gets a snapshot instead of what still waits for it', async (t) => {
  // 1. A window shows a flood slowly; its quarter of a megabyte is on the way, a megabyte more waits in the host.
  // 2. Ctrl+C: the flood ends.
  // 3. All of the megabyte was still shown, for a second or more, before the prompt.
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment } = await attach(client, id);
  const acknowledge = (): void => client.acknowledge(attachment, client.position);
  await waitFor('the snapshot', () => client.parts.length > 0);
  await fillWindowAndRing(client, manager, id);
  client.input(attachment, '\x03');
  await waitFor('the input to arrive', () => manager.written.length === 1);
  const before = outputBytes(client.parts);
  acknowledge();
  await shownAll(client, manager, id);
  assert.deepEqual([manager.snapshots, snapshotsIn(client), client.parts.at(-1)?.kind], [2, 15, 'snapshot']);
  assert.equal(outputBytes(client.parts) - before, manager.streamOf(id).length);
  acknowledge();
  manager.print(id, '$ ');
  await shownAll(client, manager, id);
  assert.deepEqual([manager.snapshots, client.parts.at(-1)?.kind], [2, 'output']);
  assertPositionsGrow(client.parts);
});

test('a client that only shows a burst slowly gets all of it', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment } = await attach(client, id);
  await waitFor('the snapshot', () => client.parts.length > 0);
  // Typed before, and shown since: that is no reason to skip what comes now.
  client.input(attachment, 'make\r');
  await waitFor('the input to arrive', () => manager.written.length === 1);
  manager.print(id, 'make\r\n');
  await shownAll(client, manager, id);
  client.acknowledge(attachment, client.position);
  await fillWindowAndRing(client, manager, id);
  client.onPart((part) => part.kind !== 'event' && client.acknowledge(attachment, client.position));
  client.acknowledge(attachment, client.position);
  await shownAll(client, manager, id);
  assert.equal(manager.snapshots, 1);
});

test('clients that fall behind together are brought up to date by one snapshot', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const clients = await Promise.all(Array.from({ length: 5 }, () => connect()));
  const attachments = await Promise.all(clients.map((client) => attach(client, id)));
  await waitFor('the snapshots', () => clients.every(({ parts }) => parts.length > 0));
  for (let i = 0; i < 300; i++) {
    manager.print(id, String(i).padStart(10_000, '.'));
  }
  await waitFor('the windows to be full', () => clients.every(({ parts }) => outputBytes(parts) > 200 * 1024));
  const before = manager.snapshots;
  let open = (): void => undefined;
  manager.snapshotGate = new Promise((resolve) => (open = resolve));
  const acknowledgeAll = (): void =>
    clients.forEach((client, i) => client.acknowledge(attachments[i]?.attachment ?? 0, client.position));
  acknowledgeAll();
  // Answered after the acknowledgement on the same connection was heard.
  await Promise.all(clients.map((client) => client.request('list', {})));
  manager.print(id, 'while it is made');
  open();
  await Promise.all(clients.map((client) => shownAll(client, manager, id)));
  assert.equal(manager.snapshots - before, 1);
  acknowledgeAll();
  manager.print(id, 'and on it goes');
  await Promise.all(clients.map((client) => shownAll(client, manager, id)));
  clients.forEach(({ parts }) => assertPositionsGrow(parts));
});

test('nothing follows a long snapshot until it is acknowledged', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  manager.print(id, 'y'.repeat(700_000));
  const client = await connect();
  const { attachment } = await attach(client, id);
  await waitFor('the snapshot', () => outputBytes(client.parts) === 700_000);
  const flags = client.parts.map((part) => (part.kind === 'snapshot' ? part.flags : -1));
  assert.deepEqual([flags[0], flags.at(-1), flags.slice(1, -1).every((flag) => flag === 0)], [1, 2, true]);
  manager.print(id, 'more');
  // An answered request shows that the host is done with what came before.
  await client.request('list', {});
  assert.equal(outputBytes(client.parts), 700_000);
  client.acknowledge(attachment, client.position);
  await shownAll(client, manager, id);
});

test('sizes, the end and a new start come in order with the output', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment } = await attach(client, id);
  await waitFor('the snapshot', () => client.parts.length > 0);
  manager.print(id, 'one ');
  await client.request('resize', { attachment, cols: 100, rows: 30 });
  manager.print(id, 'two ');
  manager.exit(id, 3);
  manager.print(id, 'boundary ');
  await manager.startSession(id);
  manager.print(id, 'three');
  await waitFor('a fresh snapshot', () => client.parts.filter((part) => part.kind === 'snapshot').length === 2);
  await shownAll(client, manager, id);
  assert.deepEqual(
    client.parts
      .map((part) => (part.kind === 'event' ? part.event : `${part.kind} ${part.bytes.toString()}`))
      .slice(1, 7),
    [
      'output one ',
      { kind: 'attachment-size', attachment, cols: 100, rows: 30, isOwner: true },
      'output two ',
      { kind: 'attachment-state', attachment, state: 'ended', exitCode: 3, signal: null },
      'output boundary ',
      { kind: 'attachment-state', attachment, state: 'running', exitCode: null, signal: null },
    ],
  );
});

test('typing in another window takes the size over, and both windows are told', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const [first, second] = [await connect(), await connect()];
  const one = await attach(first, id, '100x30');
  const two = await attach(second, id, '60x20');
  assert.deepEqual([one.isOwner, two.isOwner, two.session.cols], [true, false, 100]);
  second.input(two.attachment, 'ls\r');
  await waitFor('both to be told', () =>
    [first, second].every(({ parts }) =>
      parts.some((part) => part.kind === 'event' && part.event.kind === 'attachment-size' && part.event.cols === 60),
    ),
  );
  assert.deepEqual(manager.written, ['ls\r']);
  const sizes = (client: RawClient) =>
    client.events.flatMap((event) =>
      event.kind === 'attachment-size' ? [`${event.cols}x${event.rows} ${event.isOwner}`] : [],
    );
  assert.deepEqual(
    [sizes(first), sizes(second)],
    [
      ['100x30 false', '60x20 false'],
      ['100x30 true', '60x20 true'],
    ],
  );
  second.socket.destroy();
  await waitFor('the first window to get its size back', () => sizes(first).at(-1) === '100x30 true');
  assert.deepEqual(manager.resized, ['100x30', '60x20', '100x30']);
});

test('a size that is taken back while it is applied is taken back in the session too', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment } = await attach(client, id);
  await Promise.all([
    client.request('resize', { attachment, cols: 81, rows: 24 }),
    client.request('resize', { attachment, cols: 80, rows: 24 }),
  ]);
  assert.deepEqual(manager.resized, ['81x24', '80x24']);
});

test('a read-only attachment types nothing and does not own the size', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment, isOwner } = await attach(client, id, '60x20', true);
  client.input(attachment, 'rm -rf\r');
  await client.request('list', {});
  assert.deepEqual([isOwner, manager.written, manager.resized], [false, [], []]);
});

test('input for a session that is not running is dropped', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  manager.exit(id, 0);
  const client = await connect();
  const { attachment } = await attach(client, id);
  client.input(attachment, '\r');
  await client.request('list', {});
  assert.deepEqual(manager.written, []);
  assert.equal(client.isClosed, false);
});

test('an attachment counts as a connection until its client detaches or is gone', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const [first, second] = [await connect(), await connect()];
  const { attachment } = await attach(first, id);
  await attach(second, id);
  await attach(second, id);
  assert.equal(manager.getSession(id).connectionCount, 3);
  await first.request('detach', { attachment });
  assert.equal(manager.getSession(id).connectionCount, 2);
  second.socket.destroy();
  await waitFor('the connections to be closed', () => manager.getSession(id).connectionCount === 0);
  const parts = first.parts.length;
  manager.print(id, 'nobody looks');
  await first.request('list', {});
  assert.equal(first.parts.length, parts);
});

test('a deleted session ends its attachments with the reason', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  const client = await connect();
  const { attachment } = await attach(client, id);
  const closed = nextEvent('the end', client.onPart, (part) => part.kind === 'event');
  await manager.deleteSession(id);
  assert.deepEqual(await closed, {
    kind: 'event',
    event: { kind: 'attachment-closed', attachment, reason: 'deleted', message: 'The session was deleted.' },
  });
  await assert.rejects(client.request('detach', { attachment }), { code: 'invalid-argument' });
});

test('a screen that cannot be shown ends the attachment and nothing else', async (t) => {
  const { manager, connect } = await serveFake(t);
  const { id } = await manager.createSession();
  manager.snapshotGate = Promise.reject(new Error('the journal is unreadable'));
  manager.snapshotGate.catch(() => undefined);
  const client = await connect();
  const { attachment } = await attach(client, id);
  await waitFor('the end', () => client.parts.length > 0);
  assert.deepEqual(
    client.events.filter((event) => event.kind === 'attachment-closed'),
    [
      {
        kind: 'attachment-closed',
        attachment,
        reason: 'failed',
        message: "The session's screen cannot be shown: the journal is unreadable",
      },
    ],
  );
  assert.equal(manager.getSession(id).connectionCount, 0);
});
