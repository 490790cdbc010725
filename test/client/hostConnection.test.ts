import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import type { AttachmentListener } from '../../src/client/attachment.ts';
import { connectToHost } from '../../src/client/connectToHost.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import { decodePositioned, decodeStream } from '../../src/protocol/binary.ts';
import { frameLimits } from '../../src/protocol/frame.ts';
import { frameKind, snapshotFlag } from '../../src/protocol/hostMessages.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';
import { type FakeClient, FakeHost, type FakeHostOptions, makeSession } from './support/fakeHost.ts';
import { makePaths } from './support/paths.ts';

async function connect(
  t: TestContext,
  answer: FakeHostOptions['answer'],
): Promise<{ connection: HostConnection; client: FakeClient; host: FakeHost }> {
  const paths = makePaths(t);
  const host = await FakeHost.start(t, paths, answer === undefined ? {} : { answer });
  const connection = await connectToHost({
    paths,
    build: { version: '0.0.0', builtAt: 0 },
    client: 'window',
    runtimeSource: '/nowhere',
    log: nullLog,
  });
  t.after(() => connection.dispose());
  const client = host.clients[0];
  assert.ok(client);
  return { connection, client, host };
}

/** Writes down in words what it is told. */
class RecordingListener implements AttachmentListener {
  readonly told: string[] = [];
  handleSnapshot({ position, bytes, isFirst, isLast }: Parameters<AttachmentListener['handleSnapshot']>[0]): void {
    this.told.push(`snapshot ${position} ${isFirst ? 'first ' : ''}${isLast ? 'last ' : ''}${text(bytes)}`);
  }
  handleOutput({ position, bytes }: Parameters<AttachmentListener['handleOutput']>[0]): void {
    this.told.push(`output ${position} ${text(bytes)}`);
  }
  handleSize({ cols, rows, isOwner }: Parameters<AttachmentListener['handleSize']>[0]): void {
    this.told.push(`size ${cols}x${rows} ${isOwner}`);
  }
  handleState({ state, exitCode }: Parameters<AttachmentListener['handleState']>[0]): void {
    this.told.push(`state ${state} ${exitCode}`);
  }
  handleClosed({ reason }: Parameters<AttachmentListener['handleClosed']>[0]): void {
    this.told.push(`closed ${reason}`);
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

const session = makeSession();
const attachParams = { session: session.id, size: { cols: 80, rows: 24 }, scrollback: 100, readOnly: false };

/** Answers an attach and says more in the same breath. */
function answerAttach(more: (client: FakeClient) => void): NonNullable<FakeHostOptions['answer']> {
  return (client, { method, id }) => {
    if (method === 'attach') {
      client.result(id, { attachment: 7, session, isOwner: true });
      more(client);
    }
  };
}

test('each answer finds its request, whatever the order', async (t) => {
  const { connection, client } = await connect(t, undefined);
  const answers = [connection.request('list', {}), connection.request('wait', waitParams)] as const;
  await waitFor('both requests', () => client.requests.length === 2);
  client.result(client.requests[1]?.id ?? 0, { outcome: 'met' });
  client.result(client.requests[0]?.id ?? 0, { sessions: [session] });
  assert.deepEqual(await Promise.all(answers), [{ sessions: [session] }, { outcome: 'met' }]);
});

const waitParams = { session: session.id, until: { kind: 'exit' }, timeoutMs: null } as const;

test("an error of the host keeps its code and message, and codes of a newer host become 'internal'", async (t) => {
  const codes = ['session-not-found', 'invented-later'];
  const { connection } = await connect(t, (client, { id }) => {
    client.json({ type: 'error', id, error: { code: codes.shift(), message: 'so it is' } });
  });
  await assert.rejects(connection.request('list', {}), { code: 'session-not-found', message: 'so it is' });
  await assert.rejects(connection.request('list', {}), { code: 'internal', message: 'so it is' });
});

test('an answer that is not of its form rejects that request and leaves the connection', async (t) => {
  const { connection } = await connect(t, (client, { id, method }) => {
    client.result(id, method === 'list' ? { sessions: [{ id: 'no id' }] } : {});
  });
  await assert.rejects(connection.request('list', {}), { code: 'protocol' });
  assert.deepEqual(await connection.request('kill', { session: session.id }), {});
});

test('a host that stays silent gives a time-out; an aborted request is given up at once', async (t) => {
  const { connection } = await connect(t, undefined);
  await assert.rejects(connection.request('list', {}, { timeoutMs: 20 }), { code: 'timeout' });
  const abort = new AbortController();
  const request = connection.request('list', {}, { signal: abort.signal });
  abort.abort();
  await assert.rejects(request, { code: 'aborted' });
  await assert.rejects(connection.request('list', {}, { signal: abort.signal }), { code: 'aborted' });
});

test('the parts of a long answer come in order before its result', async (t) => {
  const { connection } = await connect(t, (client, { id }) => {
    client.bulk(id, 'one ');
    client.bulk(id + 1, 'of nobody');
    client.bulk(id, 'two');
    client.bulk(id, '');
    client.result(id, {});
  });
  const parts: string[] = [];
  const params = { session: session.id, format: 'raw' } as const;
  await connection.request('history', params, { onBulk: (bytes) => parts.push(text(bytes)) });
  assert.deepEqual(parts, ['one ', 'two']);
});

test('while reading is paused nothing comes through, and afterwards everything', async (t) => {
  const { connection, client } = await connect(t, undefined);
  const names: string[] = [];
  connection.onEvent((event) => event.kind === 'notice' && names.push(event.message));
  const pauses = [connection.pauseReading(), connection.pauseReading()] as const;
  client.event({ kind: 'notice', severity: 'info', message: 'first', session: null });
  const answered = connection.request('list', {});
  await waitFor('the request', () => client.requests[0]);
  client.result(client.requests[0]?.id ?? 0, { sessions: [] });
  pauses[0].dispose();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(names, []);
  pauses[1].dispose();
  await answered;
  assert.deepEqual(names, ['first']);
});

test('nothing is lost between the answer to an attach and the first use of the attachment', async (t) => {
  const { connection } = await connect(
    t,
    answerAttach((client) => {
      client.snapshot(7, 10, snapshotFlag.first, 'a');
      client.snapshot(7, 10, snapshotFlag.last, 'b');
      client.output(7, 13, 'cde');
      client.output(8, 13, 'of nobody');
      client.event({ kind: 'attachment-size', attachment: 7, cols: 100, rows: 30, isOwner: false });
      client.event({ kind: 'attachment-state', attachment: 7, state: 'ended', exitCode: 3, signal: null });
      client.event({ kind: 'attachment-closed', attachment: 7, reason: 'deleted', message: '' });
      client.output(7, 14, 'too late');
    }),
  );
  const listener = new RecordingListener();
  const attachment = await connection.attach(attachParams, listener);
  await Promise.resolve();
  assert.deepEqual(listener.told, [], 'nothing before the caller has the attachment');
  await waitFor('the end', () => listener.told.includes('closed deleted'));
  assert.deepEqual(listener.told, [
    'snapshot 10 first a',
    'snapshot 10 last b',
    'output 13 cde',
    'size 100x30 false',
    'state ended 3',
    'closed deleted',
  ]);
  assert.equal(attachment.isOwner, false);
});

test('a large paste arrives whole and in order, in frames of at most 64 KiB', async (t) => {
  const { connection, client } = await connect(
    t,
    answerAttach(() => undefined),
  );
  const attachment = await connection.attach(attachParams, new RecordingListener());
  const paste = Buffer.alloc(5 * 1024 * 1024 + 3, '0123456789abcdefg');
  attachment.write(paste);
  attachment.acknowledge(2 ** 40);
  await waitFor('the last frame', () => client.frames.at(-1)?.kind === frameKind.ack);
  const inputs = client.frames
    .filter(({ kind }) => kind === frameKind.input)
    .map(({ payload }) => decodeStream(payload));
  assert.ok(inputs.every(({ stream, bytes }) => stream === 7 && bytes.length <= frameLimits.chunkBytes));
  assert.ok(paste.equals(Buffer.concat(inputs.map(({ bytes }) => bytes))));
  const last = client.frames.at(-1);
  assert.deepEqual(last && decodePositioned(last.payload), { stream: 7, position: 2 ** 40, bytes: new Uint8Array() });
});

test('after a detach the listener hears no more and the attachment does nothing', async (t) => {
  const { connection, client } = await connect(
    t,
    answerAttach((it) => it.output(7, 1, 'x')),
  );
  const listener = new RecordingListener();
  const attachment = await connection.attach(attachParams, listener);
  attachment.detach();
  attachment.detach();
  attachment.write(Buffer.from('typed'));
  attachment.resize(1, 1);
  await waitFor('the detach', () => client.requests.some(({ method }) => method === 'detach'));
  client.output(7, 2, 'y');
  const answered = connection.request('list', {});
  await waitFor('the list', () => client.requests.at(-1)?.method === 'list');
  client.result(client.requests.at(-1)?.id ?? 0, { sessions: [] });
  await answered;
  assert.deepEqual(listener.told, []);
  assert.deepEqual(
    client.requests.map(({ method }) => method),
    ['attach', 'detach', 'list'],
  );
  assert.deepEqual(client.frames, []);
});

test('a listener that fails disturbs neither the connection nor its own next event', async (t) => {
  const { connection, client } = await connect(
    t,
    answerAttach(() => undefined),
  );
  const listener = new RecordingListener();
  await connection.attach(attachParams, Object.assign(listener, { handleSize: () => assert.fail('on purpose') }));
  client.event({ kind: 'attachment-size', attachment: 7, cols: 100, rows: 30, isOwner: false });
  client.output(7, 5, 'later');
  await waitFor('the output', () => listener.told.length > 0);
  assert.deepEqual(listener.told, ['output 5 later']);
});

test('messages and events of a newer host are ignored', async (t) => {
  const { connection, client } = await connect(t, undefined);
  client.json({ type: 'weather', sun: true });
  client.json({ type: 'event', event: { kind: 'session-blessed', session: 3 } });
  client.event({ kind: 'session-removed', session: session.id });
  const event = await nextEvent('the event that is known', connection.onEvent);
  assert.deepEqual(event, { kind: 'session-removed', session: session.id });
});

for (const { what, send, reason } of [
  { what: 'breaks', send: () => undefined, reason: 'lost' },
  { what: 'retires', send: (it: FakeClient) => it.event({ kind: 'retiring', reason: 'update' }), reason: 'retired' },
  { what: 'is stopped', send: (it: FakeClient) => it.event({ kind: 'retiring', reason: 'stop' }), reason: 'stopped' },
]) {
  test(`when the host ${what}, requests, attachments and the owner learn of it`, async (t) => {
    const { connection, client } = await connect(
      t,
      answerAttach(() => undefined),
    );
    const listener = new RecordingListener();
    await connection.attach(attachParams, listener);
    const closed = nextEvent('the close', connection.onDidClose);
    const request = assert.rejects(connection.request('list', {}), { code: 'closed' });
    send(client);
    client.socket.end();
    assert.deepEqual(await closed, { reason });
    await request;
    assert.deepEqual(listener.told, ['closed connection']);
    await assert.rejects(connection.request('list', {}), { code: 'closed' });
  });
}

for (const { what, send } of [
  { what: 'an unknown kind', send: (it: FakeClient) => it.frame(99, Buffer.from('x')) },
  { what: 'no JSON', send: (it: FakeClient) => it.frame(frameKind.json, Buffer.from('{')) },
  { what: 'a snapshot without flags', send: (it: FakeClient) => it.frame(frameKind.snapshot, Buffer.alloc(12)) },
  { what: 'too short a header', send: (it: FakeClient) => it.frame(frameKind.output, Buffer.alloc(3)) },
  { what: 'a length that cannot be', send: (it: FakeClient) => it.socket.write(Buffer.alloc(8, 0xff)) },
]) {
  test(`a frame with ${what} ends the connection`, async (t) => {
    const { connection, client } = await connect(t, undefined);
    const closed = nextEvent('the close', connection.onDidClose);
    send(client);
    assert.deepEqual(await closed, { reason: 'lost' });
  });
}

test('disposing of a connection ends it for the host, rejects what is pending and tells nobody', async (t) => {
  const { connection, client } = await connect(
    t,
    answerAttach(() => undefined),
  );
  const listener = new RecordingListener();
  const attachment = await connection.attach(attachParams, listener);
  let closes = 0;
  connection.onDidClose(() => closes++);
  const request = assert.rejects(connection.request('list', {}), { code: 'closed' });
  attachment.detach();
  connection.dispose();
  connection.dispose();
  await request;
  await waitFor('the end of the socket', () => client.socket.readableEnded);
  assert.ok(
    client.requests.some(({ method }) => method === 'detach'),
    'what was sent before still goes out',
  );
  assert.deepEqual([closes, listener.told], [0, []]);
});
