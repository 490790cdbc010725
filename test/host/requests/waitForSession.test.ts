import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitForSession } from '../../../src/host/requests/waitForSession.ts';
import { systemClock } from '../../../src/platform/systemClock.ts';
import type { RequestParams } from '../../../src/protocol/hostMessages.ts';
import { FakeManager } from '../support/fakeManager.ts';

type Until = RequestParams<'wait'>['until'];

/** Waits in a new session; `act` is called once the wait has begun. */
async function check(
  until: Until,
  act: (manager: FakeManager, id: RequestParams<'wait'>['session']) => unknown,
  options: {
    readonly before?: string;
    readonly isEnded?: boolean;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<string> {
  const manager = new FakeManager();
  const { id } = await manager.createSession();
  if (options.before !== undefined) {
    manager.print(id, options.before);
  }
  if (options.isEnded === true) {
    manager.exit(id, 0);
  }
  const params = { session: id, until, timeoutMs: options.timeoutMs ?? null };
  const outcome = waitForSession(
    { manager, clock: systemClock },
    params,
    options.signal ?? new AbortController().signal,
  );
  await Promise.resolve();
  await act(manager, id);
  return outcome;
}

const text = (pattern: string): Until => ({ kind: 'text', pattern });
const nothing = (): undefined => undefined;

test('the end of the process is met', async () => {
  assert.equal(await check({ kind: 'exit' }, (manager, id) => manager.exit(id, 0)), 'met');
});

test('the end is met at once when nothing runs', async () => {
  assert.equal(await check({ kind: 'exit' }, nothing, { isEnded: true }), 'met');
});

test('text that is there already is found at once', async () => {
  assert.equal(await check(text('^re.dy$'), nothing, { before: 'x\nready\ny' }), 'met');
});

test('text of a session that is not running is found, or can not come any more', async () => {
  assert.equal(await check(text('done'), nothing, { before: 'done', isEnded: true }), 'met');
  assert.equal(await check(text('other'), nothing, { before: 'done', isEnded: true }), 'ended');
});

test('text that comes later in pieces is found', async () => {
  const outcome = check(text('listening on port \\d+'), (manager, id) => {
    for (const piece of ['listen', 'ing on ', 'port 80', '80\n']) {
      manager.print(id, piece);
    }
  });
  assert.equal(await outcome, 'met');
});

test('text that is printed with the last breath is found', async () => {
  const outcome = check(text('bye'), (manager, id) => {
    manager.print(id, 'a');
    manager.print(id, 'bye');
    manager.exit(id, 0);
  });
  assert.equal(await outcome, 'met');
});

test('a session that ends or is deleted without the text ends the wait', async () => {
  assert.equal(await check(text('never'), (manager, id) => manager.exit(id, 0)), 'ended');
  assert.equal(await check(text('never'), (manager, id) => manager.deleteSession(id)), 'ended');
});

test('a pattern that is none, or that backtracks without end, is refused', async () => {
  await assert.rejects(check(text('('), nothing), { code: 'invalid-argument' });
  await assert.rejects(check(text('(a+)+$'), nothing, { before: `${'a'.repeat(60)}b` }), {
    code: 'invalid-argument',
    message: /backtracks/,
  });
});

test('quiet is met after the last output, not before', async () => {
  let printedAt = 0;
  const outcome = await check({ kind: 'idle', ms: 120 }, (manager, id) => {
    manager.print(id, 'a');
    setTimeout(() => {
      manager.print(id, 'b');
      printedAt = performance.now();
    }, 60);
  });
  assert.equal(outcome, 'met');
  assert.ok(performance.now() - printedAt >= 119);
});

test('a process that ends is never quiet', async () => {
  assert.equal(await check({ kind: 'idle', ms: 60_000 }, (manager, id) => manager.exit(id, 0)), 'ended');
  assert.equal(await check({ kind: 'idle', ms: 0 }, nothing, { isEnded: true }), 'ended');
});

test('a wait ends with its time or its client', async () => {
  assert.equal(await check(text('never'), nothing, { timeoutMs: 20 }), 'timeout');
  const abort = new AbortController();
  await assert.rejects(
    check({ kind: 'exit' }, () => abort.abort(), { signal: abort.signal }),
    { code: 'closed' },
  );
});

test('waiting for a missing session names it', async () => {
  const id = '00000000-0000-4000-8000-000000000000' as RequestParams<'wait'>['session'];
  const services = { manager: new FakeManager(), clock: systemClock };
  const wait = waitForSession(services, { session: id, until: { kind: 'exit' }, timeoutMs: null }, AbortSignal.abort());
  await assert.rejects(wait, { code: 'session-not-found', message: new RegExp(id) });
});
