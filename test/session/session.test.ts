import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SessionId } from '../../src/base/ids.ts';
import type { ManagerEvents } from '../../src/session/api.ts';
import type { SessionManager } from '../../src/session/sessionManager.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, plainShell, readHistory, script } from './managerBox.ts';

/** Runs a script to its end in a session of its own. */
async function runScript(
  t: TestContext,
  text: string,
): Promise<{ box: ManagerBox; manager: SessionManager; id: SessionId }> {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession(script(text));
  await box.untilEnded(manager, id);
  return { box, manager, id };
}

async function freshText(manager: SessionManager, id: SessionId): Promise<string[]> {
  return (await manager.getScreenState(id, 1000)).lines.filter((line) => line !== '');
}

test('the exit code is kept, told, and survives the host', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const exits: ManagerEvents['session:exit'][] = [];
  manager.on('session:exit', (exit) => exits.push(exit));
  const { id } = await manager.createSession(script('exit 3'));
  await box.untilEnded(manager, id);
  assert.deepEqual(exits, [{ id, state: 'ended', exitCode: 3, signal: undefined }]);
  await waitFor('the keeper to forget it', () => box.ptys.listRuns().length === 0);
  await manager.destroy();
  const next = await box.startHost();
  const { state, exitCode, signal, pid, endedAt } = next.manager.getSession(id);
  assert.deepEqual([state, exitCode, signal, pid], ['ended', 3, undefined, undefined]);
  assert.ok(endedAt !== undefined && endedAt <= Date.now());
});

test('a process that a signal ended has the signal and no exit code', async (t) => {
  const { manager, id } = await runScript(t, 'kill -TERM $$');
  const { exitCode, signal } = manager.getSession(id);
  assert.deepEqual([exitCode, signal], [undefined, 15]);
});

test('killing hangs up first, so that the shell can tidy up', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(
    script(`trap 'echo tidy; exit 7' HUP; echo ready; while :; do sleep 0.05; done`),
  );
  await tap.until('ready');
  await manager.killSession(id);
  assert.deepEqual([manager.getSession(id).state, manager.getSession(id).exitCode], ['ended', 7]);
  await manager.killSession(id);
});

test('input arrives in the order of the keys', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script('stty raw -echo; echo ready; head -c 2000; echo; echo end'));
  await tap.until('ready');
  const keys = Array.from({ length: 2000 }, (_, i) => String.fromCharCode(0x21 + (i % 90)));
  for (const key of keys) {
    manager.write(id, key);
  }
  await tap.until('end');
  assert.ok(tap.text.includes(keys.join('')));
});

test('a paste of 5 MB arrives whole', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script('stty raw -echo; echo ready; head -c 5000000 | cksum; echo end'));
  await tap.until('ready');
  manager.write(id, Buffer.alloc(5_000_000, 'paste '));
  await tap.until('end');
  assert.match(tap.text, / 5000000\s/);
});

test('characters that are cut by reads reach history, clients and screen whole', async (t) => {
  const text = '┌──é世界🎉──┐';
  const octal = [...Buffer.from(text)].map((byte) => `printf '\\${byte.toString(8)}'; sleep 0.01`).join('; ');
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script(octal));
  await box.untilEnded(manager, id);
  assert.ok(tap.text.includes(text));
  assert.ok((await readHistory(manager, id)).includes(text));
  assert.equal(await manager.getScrollback(id), text);
});

test('bytes that are not UTF-8 are kept as they were', async (t) => {
  const { manager, id } = await runScript(t, `stty -opost; printf '<\\377\\376\\303(\\240\\200>'`);
  const history = await readHistory(manager, id);
  assert.ok(
    history.includes(Buffer.from([0x3c, 0xff, 0xfe, 0xc3, 0x28, 0xa0, 0x80, 0x3e])),
    history.toString('latin1'),
  );
});

test('a query is answered once, in order, and reaches neither clients nor the replayed history', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const read = 'stty raw -echo min 0 time 20';
  const { id } = await manager.createSession(
    script(`${read}; printf 'ab\\033[6n\\033[5n'; head -c 10 | od -An -c | tr -d ' \\n'; echo; echo end`),
  );
  await tap.until('end');
  await box.untilEnded(manager, id);
  assert.match(tap.text, /033\[1;3R033\[0n/);
  assert.ok(!tap.text.includes('\x1b[6n') && !tap.text.includes('\x1b[5n'));
  const history = await readHistory(manager, id);
  assert.ok(!history.includes('\x1b[6n') && history.includes('ab'));
});

test('modes that a program left on are off after its end, and the next line starts at the left', async (t) => {
  const { manager, id } = await runScript(
    t,
    `printf 'shell\\n\\033[?1049h\\033[?1003h\\033[?2004h\\033[?25l\\033[31mhalf a screen\\033]0;cut'`,
  );
  const state = await manager.getScreenState(id, 0);
  assert.deepEqual([state.buffer, state.cursor.visible, state.cursor.col], ['normal', true, 0]);
  assert.equal(state.lines[0], 'shell');
  const { bytes } = await manager.getSnapshot(id, 0);
  assert.doesNotMatch(Buffer.from(bytes).toString('latin1'), /\x1b\[\?(1003|2004)h/);
});

test('the cursor is not moved up by the end of a program that saved it', async (t) => {
  const { manager, id } = await runScript(t, `printf '\\0337one\\ntwo\\nthree'`);
  await manager.startSession(id);
  const lines = await freshText(manager, id);
  assert.deepEqual(lines.slice(0, 3), ['one', 'two', 'three']);
});

test('a second start is below a line that says how the first one ended', async (t) => {
  const { box, manager, id } = await runScript(t, 'echo from-$REVENANT_SESSION; exit 1');
  const started: string[] = [];
  manager.on('session:started', (event) => started.push(event.id));
  await manager.startSession(id);
  await box.untilEnded(manager, id);
  const lines = await freshText(manager, id);
  assert.match(lines[1] ?? '', /^── ended \d{4}-\d\d-\d\d \d\d:\d\d:\d\d with exit code 1 ── new shell ──$/);
  assert.deepEqual([lines[0], lines[2]], [`from-${id}`, `from-${id}`]);
  assert.equal(lines.length, 3);
  assert.deepEqual(started, [id]);
});

test('the line names the signal', async (t) => {
  const { manager, id } = await runScript(t, 'echo one; kill -KILL $$');
  await manager.startSession(id);
  assert.match((await freshText(manager, id))[1] ?? '', /^── ended .*, killed by SIGKILL ── new shell ──$/);
});

test('connecting starts a session that does not run, once for two at once', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession({ ...plainShell, startProcess: false });
  const started: string[] = [];
  manager.on('session:started', (event) => started.push(event.id));
  await Promise.all([manager.connectToSession(id, plainShell), manager.connectToSession(id, plainShell)]);
  assert.deepEqual([manager.getSession(id).state, manager.getSession(id).connectionCount], ['running', 2]);
  assert.deepEqual(started, [id]);
  assert.equal(box.ptys.listRuns().length, 1);
});

test('connecting without a start shows the history of a session that has ended', async (t) => {
  const { manager, id } = await runScript(t, 'echo history');
  await manager.connectToSession(id, { startProcess: false });
  assert.equal(manager.getSession(id).state, 'ended');
  assert.match(await manager.getScrollback(id), /history/);
});

test('a start that fails changes nothing and counts no connection', async (t) => {
  const directory = makeTempDirectory(t);
  const shell = path.join(directory, 'shell');
  fs.copyFileSync('/bin/sh', shell);
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession({ shell, args: ['-c', 'echo one; exit 5'] });
  await box.untilEnded(manager, id);
  const before = manager.getSession(id);
  const text = await manager.getScrollback(id);
  fs.rmSync(shell);
  await assert.rejects(manager.connectToSession(id), { code: 'shell-not-found' });
  assert.deepEqual(manager.getSession(id), before);
  assert.equal(await manager.getScrollback(id), text);
});

test('a directory that is gone is replaced by its nearest parent, and a line says so', async (t) => {
  const parent = fs.realpathSync(makeTempDirectory(t));
  const cwd = path.join(parent, 'a', 'b');
  fs.mkdirSync(cwd, { recursive: true });
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession({ ...script('pwd'), cwd });
  await box.untilEnded(manager, id);
  fs.rmSync(path.join(parent, 'a'), { recursive: true });
  await manager.startSession(id);
  await box.untilEnded(manager, id);
  assert.equal(manager.getSession(id).cwd, parent);
  const lines = await freshText(manager, id);
  assert.equal(lines[0], cwd);
  assert.ok(lines.join('').includes(`${cwd} is gone; the shell starts in ${parent}`));
  assert.equal(lines.at(-1), parent);
});

test('where every parent is gone, the shell starts at home', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession({
    ...script('printf "\\033]7;file:///gone-$$/x\\033\\\\"; sleep 0.1'),
    cwd: '/',
  });
  await box.untilEnded(manager, id);
  assert.match(manager.getSession(id).cwd, /^\/gone-\d+\/x$/);
  await manager.startSession(id);
  assert.equal(manager.getSession(id).cwd, homedir());
});

test('the size is stored before the process hears of it, and told in order with the output', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(
    script(`trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done`),
  );
  await tap.until('ready');
  const sizes: number[][] = [];
  manager.on('session:resized', ({ cols, rows }) => sizes.push([cols, rows]));
  await Promise.all([
    manager.resizeSession(id, 90, 20),
    manager.resizeSession(id, 100, 30),
    manager.resizeSession(id, 0, 0),
  ]);
  await tap.until('1 2');
  assert.deepEqual(sizes, [[2, 1]], 'of three at once the last one counts');
  await manager.resizeSession(id, 120, 40);
  await tap.until('40 120');
  const stored = JSON.parse(fs.readFileSync(manager.getPaths(id).metadata, 'utf8')) as { cols: number; rows: number };
  assert.deepEqual([stored.cols, stored.rows], [120, 40]);
});

test('title and directory that a program tells are taken over and told', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const scanned: string[] = [];
  manager.on('session:scanned', ({ event }) => scanned.push(event.kind));
  const { id } = await manager.createSession(
    script(`printf '\\033]0;the title\\007\\033]7;file:///usr/lib\\007\\007'; cat`),
  );
  await waitFor('the title', () => manager.getSession(id).title === 'the title');
  assert.equal(manager.getSession(id).cwd, '/usr/lib');
  assert.deepEqual(scanned, ['title', 'cwd', 'bell']);
});

test('what the system tells of a process is taken over, but not its directory once the shell told one', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost({
    inspectProcess: (pid) => Promise.resolve({ cwd: '/proc', program: `program of ${pid}` }),
  });
  const { id, pid } = await manager.createSession(script(`read x; printf '\\033]7;file:///usr/lib\\007'; read x`));
  await waitFor('the program', () => manager.getSession(id).program === `program of ${pid}`);
  assert.equal(manager.getSession(id).cwd, '/proc');
  manager.write(id, '\n');
  await waitFor('the directory', () => manager.getSession(id).cwd === '/usr/lib');
});

test('the text of screen and scrollback can be had whole and in parts', async (t) => {
  const { manager, id } = await runScript(t, 'seq 1 100');
  assert.equal(await manager.getScrollbackLength(id), 100);
  assert.deepEqual(await manager.getScrollbackChunks(id, 0, 2), ['1', '2']);
  assert.deepEqual(await manager.getScrollbackChunks(id, 98, 10), ['99', '100']);
  assert.deepEqual(await manager.getScrollbackChunks(id, 100, 10), []);
  assert.equal(await manager.getScrollback(id, 3), '98\n99\n100');
  assert.equal((await manager.getScrollback(id)).split('\n').length, 100);
});

test('two sessions do not see each other', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const one = await manager.createSession(script('echo one'));
  const two = await manager.createSession(script('echo two'));
  await box.untilEnded(manager, one.id);
  await box.untilEnded(manager, two.id);
  assert.deepEqual([await manager.getScrollback(one.id), await manager.getScrollback(two.id)], ['one', 'two']);
});

test('the end of a process is told after its last output', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const tap = new OutputTap(manager);
  const exit = nextEvent<ManagerEvents['session:exit']>('the exit', (listener) => manager.on('session:exit', listener));
  await manager.createSession(script('seq 1 5000; printf last'));
  await exit;
  assert.match(tap.text, /5000\r\nlast/);
});
