import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { type ErrorCode, isRevenantError } from '../../src/base/errors.ts';
import type { SessionManager } from '../../src/session/sessionManager.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, plainShell, script } from './managerBox.ts';
import { someId } from './someMetadata.ts';

const missing = someId(99);

/** Every method that needs an initialized manager, with an id that no session has. */
const methods: Record<string, (manager: SessionManager) => unknown> = {
  createSession: (manager) => manager.createSession(),
  listSessions: (manager) => manager.listSessions(),
  findSession: (manager) => manager.findSession(missing),
  getSession: (manager) => manager.getSession(missing),
  getPty: (manager) => manager.getPty(missing),
  deleteSession: (manager) => manager.deleteSession(missing),
  renameSession: (manager) => manager.renameSession(missing, 'x'),
  resizeSession: (manager) => manager.resizeSession(missing, 80, 24),
  connectToSession: (manager) => manager.connectToSession(missing),
  startSession: (manager) => manager.startSession(missing),
  killSession: (manager) => manager.killSession(missing),
  write: (manager) => manager.write(missing, 'x'),
  getPaths: (manager) => manager.getPaths(missing),
  getScrollback: (manager) => manager.getScrollback(missing),
  getScrollbackChunks: (manager) => manager.getScrollbackChunks(missing, 0, 1),
  getScrollbackLength: (manager) => manager.getScrollbackLength(missing),
  getSnapshot: (manager) => manager.getSnapshot(missing, 0),
  getScreenState: (manager) => manager.getScreenState(missing, 0),
  createHistoryReplay: (manager) => manager.createHistoryReplay(missing),
  listJournalFiles: (manager) => manager.listJournalFiles(missing),
};
const withoutId = new Set(['createSession', 'listSessions', 'findSession']);

async function codeOf(call: () => unknown): Promise<{ code: ErrorCode; message: string } | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    assert.ok(isRevenantError(error), String(error));
    return error;
  }
}

for (const [name, call] of Object.entries(methods)) {
  test(`${name} before init is an error`, async (t) => {
    const { manager } = new ManagerBox(t).newHost();
    assert.equal((await codeOf(() => call(manager)))?.code, 'not-initialized');
  });
}

test('a missing session is an error that names the id, whatever is asked of it', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  for (const [name, call] of Object.entries(methods)) {
    if (!withoutId.has(name)) {
      const error = await codeOf(() => call(manager));
      assert.equal(error?.code, 'session-not-found', name);
      assert.ok(error.message.includes(missing), name);
    }
  }
  assert.equal(manager.findSession(missing), undefined);
});

test('a session has what it was created with', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const workspace = { uri: 'file:///w', label: 'w' };
  const created: string[] = [];
  manager.on('session:created', ({ session }) => created.push(session.id));
  const session = await manager.createSession({
    ...plainShell,
    name: ' build ',
    cwd: '/',
    cols: 100,
    rows: 30,
    workspace,
  });
  const { id, pid, createdAt, lastActivity, historyBytes, program, title, ...rest } = manager.getSession(session.id);
  assert.deepEqual(rest, {
    displayName: 'build',
    isNamed: true,
    state: 'running',
    isRunning: true,
    exitCode: undefined,
    signal: undefined,
    shell: '/bin/sh',
    args: ['-i'],
    cwd: '/',
    cols: 100,
    rows: 30,
    endedAt: undefined,
    connectionCount: 0,
    isShared: false,
    workspace,
    problem: undefined,
  });
  assert.deepEqual([program, title], ['', '']);
  assert.ok(historyBytes >= 0 && createdAt <= lastActivity);
  assert.deepEqual(manager.getPty(id), { pid });
  assert.deepEqual(created, [id]);
  assert.deepEqual(manager.getPaths(id), {
    directory: path.join(box.directory, id),
    metadata: path.join(box.directory, id, 'metadata.json'),
    journal: path.join(box.directory, id, 'journal'),
  });
});

test('sizes are clamped to what a terminal can have, the directory is the home', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const session = await manager.createSession({ startProcess: false, cols: 0, rows: 1e9 });
  assert.deepEqual([session.cols, session.rows, session.cwd], [2, 1000, homedir()]);
});

test('a session without a process is ended, has no history and no journal', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const session = await manager.createSession({ startProcess: false });
  assert.deepEqual([session.state, session.pid, session.endedAt], ['ended', undefined, undefined]);
  assert.equal(await manager.getScrollback(session.id), '');
  assert.deepEqual(await manager.listJournalFiles(session.id), []);
  assert.throws(
    () => manager.write(session.id, 'x'),
    (error) => isRevenantError(error, 'not-running'),
  );
});

test('names default to the lowest free number, also for two at once', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const create = async (name?: string): Promise<string> =>
    (await manager.createSession({ startProcess: false, ...(name === undefined ? {} : { name }) })).displayName;
  assert.deepEqual(await Promise.all([create(), create(), create('4')]), ['1', '2', '4']);
  assert.equal(await create(), '3');
  const two = manager.listSessions().find(({ displayName }) => displayName === '2');
  await manager.deleteSession(two?.id ?? missing);
  assert.equal(await create(), '2');
  assert.equal(await create('4'), '4', 'a name that was asked for need not be free');
});

const refused: [title: string, options: Parameters<SessionManager['createSession']>[0], code: ErrorCode][] = [
  ['an empty name', { name: ' ' }, 'invalid-argument'],
  ['an argument with NUL', { args: ['a\0b'] }, 'invalid-argument'],
  ['a relative directory', { cwd: 'here' }, 'invalid-argument'],
  ['a directory that is none', { cwd: '/etc/passwd' }, 'directory-not-found'],
  ['a directory that is not there', { cwd: '/does/not/exist' }, 'directory-not-found'],
  ['a history limit of nothing', { limitBytes: 0 }, 'invalid-argument'],
  ['a shell that is not there', { shell: '/does/not/exist' }, 'shell-not-found'],
  ['a shell that is no program', { shell: '/etc/passwd' }, 'shell-not-executable'],
];
for (const [title, options, code] of refused) {
  test(`${title} is refused with ${code}, and nothing is left`, async (t) => {
    const box = new ManagerBox(t);
    const { manager } = await box.startHost();
    assert.equal((await codeOf(() => manager.createSession(options)))?.code, code);
    assert.deepEqual(manager.listSessions(), []);
    assert.deepEqual(box.files(), []);
    assert.equal((await manager.createSession({ startProcess: false })).displayName, '1', 'its name is free again');
  });
}

test('sessions are listed by activity, newest first', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const ids = [];
  for (let i = 0; i < 3; i++) {
    const session = await manager.createSession({ shell: '/bin/cat', env: {} });
    ids.push(session.id);
    await waitFor('another millisecond', () => Date.now() > session.lastActivity);
  }
  const [first, second, third] = ids;
  assert.deepEqual(
    manager.listSessions().map(({ id }) => id),
    [third, second, first],
  );
  manager.write(first ?? missing, 'x');
  assert.deepEqual(
    manager.listSessions().map(({ id }) => id),
    [first, third, second],
  );
});

test('a new name is made showable, stored, and told', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession({ startProcess: false });
  const names: string[] = [];
  manager.on('session:changed', ({ session }) => names.push(session.displayName));
  const renamed = await manager.renameSession(id, ' server\x07 ');
  assert.deepEqual([renamed.displayName, renamed.isNamed], ['server', true]);
  assert.deepEqual(names, ['server']);
  await assert.rejects(manager.renameSession(id, ''), { code: 'invalid-argument' });
  await manager.destroy();
  const next = await box.startHost();
  assert.equal(next.manager.getSession(id).displayName, 'server');
});

test('deleting ends the process and leaves no file', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id, pid } = await manager.createSession(plainShell);
  await tap.until('$ ');
  const deleted: string[] = [];
  manager.on('session:deleted', (event) => deleted.push(event.id));
  await Promise.all([manager.deleteSession(id), manager.deleteSession(id)]);
  assert.deepEqual(deleted, [id]);
  assert.equal(manager.findSession(id), undefined);
  assert.deepEqual(fs.readdirSync(box.directory), []);
  assert.throws(() => process.kill(pid ?? 0, 0), { code: 'ESRCH' });
  assert.deepEqual(box.ptys.listRuns(), [], 'the keeper has forgotten it');
});

test('deleting takes a process that ignores hangups, and output that never ends', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script(`trap '' HUP TERM; while :; do echo stubborn; done`));
  await tap.until('stubborn');
  await manager.deleteSession(id);
  assert.deepEqual(fs.readdirSync(box.directory), []);
});

test('connections are counted and told, and the last state of it is told in time', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const { id } = await manager.createSession({ startProcess: false });
  const events: string[] = [];
  manager.on('connection:open', () => events.push('open'));
  manager.on('connection:close', () => events.push('close'));
  let told = -1;
  manager.on('session:changed', ({ session }) => (told = session.connectionCount));
  const first = await manager.connectToSession(id, { startProcess: false });
  assert.deepEqual([manager.getSession(id).connectionCount, manager.getSession(id).isShared], [1, false]);
  const second = await manager.connectToSession(id, { startProcess: false });
  assert.deepEqual([manager.getSession(id).connectionCount, manager.getSession(id).isShared], [2, true]);
  first.dispose();
  first.dispose();
  second.dispose();
  assert.equal(manager.getSession(id).connectionCount, 0);
  assert.deepEqual(events, ['open', 'open', 'close', 'close']);
  await waitFor('the count to be told', () => told === 0);
});

test('a process knows its session and nothing of the window of its host', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  process.env['VSCODE_TEST_LEAK'] = '1';
  t.after(() => delete process.env['VSCODE_TEST_LEAK']);
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script('echo "[$REVENANT_SESSION|$VSCODE_TEST_LEAK|$TERM]"'));
  await tap.until(`[${id}||xterm-256color]`);
});

test('an environment that is given replaces the default one and is not stored', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession({
    ...script('echo "[$SECRET|$HOME|$REVENANT_SESSION]"'),
    env: { SECRET: 'hush' },
  });
  await tap.until(`[hush||${id}]`);
  await box.untilEnded(manager, id);
  assert.doesNotMatch(fs.readFileSync(manager.getPaths(id).metadata, 'utf8'), /hush/);
});

test('after destroy everything is refused, processes go on, and destroying again does no harm', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { pid } = await manager.createSession({ shell: '/bin/cat', env: {} });
  await manager.destroy();
  await manager.destroy();
  assert.equal((await codeOf(() => manager.listSessions()))?.code, 'closed');
  assert.equal(process.kill(pid ?? 0, 0), true);
});
