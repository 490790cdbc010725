import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../support/waitFor.ts';
import { FullDisk } from './fullDisk.ts';
import { ManagerBox, OutputTap, readHistory, script } from './managerBox.ts';

const interactive = script('stty -echo; echo ready; while read x; do echo "got $x"; done');

test('a full disk is told of, the session goes on, and recording resumes by itself', async (t) => {
  const disk = new FullDisk();
  const box = new ManagerBox(t);
  const { manager, notices } = await box.startHost({ journal: disk.journal });
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession({ ...interactive, name: 'server' });
  await tap.until('ready');
  disk.isFull = true;
  manager.write(id, 'one\n');
  await tap.until('got one');
  await waitFor('the notice', () => notices.length);
  assert.match(manager.getSession(id).problem ?? '', /^The disk is full: output has not been recorded since/);
  manager.write(id, 'two\n');
  await tap.until('got two');
  disk.isFull = false;
  await waitFor('the recovery', () => manager.getSession(id).problem === undefined);
  assert.deepEqual(
    notices.map(({ severity, id: session }) => [severity, session]),
    [
      ['error', id],
      ['info', id],
    ],
  );
  assert.match((await readHistory(manager, id)).toString(), /got one\r\ngot two\r\n$/);
});

test('after a gap the history goes on, and the next host takes up where it ended', async (t) => {
  const disk = new FullDisk();
  const box = new ManagerBox(t);
  const first = await box.startHost({ journal: disk.journal });
  const tap = new OutputTap(first.manager);
  const { id } = await first.manager.createSession(
    script(
      'stty -echo; echo ready; read x; head -c 6000000 /dev/zero | tr "\\0" z; echo flood; while read x; do echo "got $x"; done',
    ),
  );
  await tap.until('ready');
  disk.isFull = true;
  first.manager.write(id, '\n');
  await tap.until('flood');
  const [run] = box.ptys.listRuns();
  await waitFor(
    'the process to be let go on',
    () => run !== undefined && box.ptys.unacknowledgedBytes(run) < 1_000_000,
  );
  disk.isFull = false;
  await waitFor('the recovery', () => first.manager.getSession(id).problem === undefined);
  first.manager.write(id, 'one\n');
  await tap.until('got one');
  const { ends } = tap;
  assert.ok(
    ends.every((end, i) => end >= (ends[i - 1] ?? 0)),
    'positions of the stream never go back',
  );
  await waitFor('the journal', async () => (await readHistory(first.manager, id)).includes('got one'));
  await first.kill();
  const { manager } = await box.startHost();
  const next = new OutputTap(manager);
  manager.write(id, 'two\n');
  await next.until('got two');
  const history = (await readHistory(manager, id)).toString();
  assert.match(history, /z\r\n.*── [\d,]+ bytes of output were not recorded ──/);
  assert.match(history, /got one\r\ngot two\r\n$/);
});

test('a process that ends while the disk is full is ended, with its exit code', async (t) => {
  const disk = new FullDisk();
  const box = new ManagerBox(t);
  const { manager, notices } = await box.startHost({ journal: disk.journal });
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script('stty -echo; echo ready; read x; echo last words; exit 6'));
  await tap.until('ready');
  disk.isFull = true;
  manager.write(id, '\n');
  await box.untilEnded(manager, id);
  await waitFor('the word that something is missing', () =>
    notices.some(({ message }) => message.includes('could not be recorded')),
  );
  const { state, exitCode, problem } = manager.getSession(id);
  assert.deepEqual([state, exitCode, problem], ['ended', 6, undefined]);
  assert.match(await manager.getScrollback(id), /last words/);
});
