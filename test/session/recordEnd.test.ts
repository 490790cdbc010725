import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { SessionId } from '../../src/base/ids.ts';
import type { SessionManager } from '../../src/session/sessionManager.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, plainShell, readHistory, script } from './managerBox.ts';

const heading = '── last screen ──';

/** Draws a full screen over two lines of a shell, and lives until it is killed or gets a line. */
const fullScreen = script(
  `stty -echo; printf 'one\\r\\ntwo\\r\\n\\033[?1049h\\033[H\\033[44mTop\\033[K\\033[m\\r\\n\\033[?1000h\\033[?25lmiddle'; read x; exit 3`,
);
const drawn = ['one', 'two', heading, 'Top', 'middle'];

async function linesOf(manager: SessionManager, id: SessionId): Promise<string[]> {
  return (await manager.getScrollback(id)).split('\n').map((line) => line.trimEnd());
}

async function startFullScreen(
  box: ManagerBox,
  manager: SessionManager,
): Promise<{ readonly id: SessionId; readonly tap: OutputTap }> {
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession({ ...fullScreen, cols: 30, rows: 8 });
  await tap.until('middle');
  // Its output is on disk, and acknowledged.
  await readHistory(manager, id);
  await waitFor('the acknowledgement', () =>
    box.ptys.listRuns().every((run) => box.ptys.unacknowledgedBytes(run) === 0),
  );
  return { id, tap };
}

function killProcess(manager: SessionManager, id: SessionId): void {
  process.kill(manager.getSession(id).pid ?? Number.NaN, 'SIGKILL');
}

test('what a full-screen program showed when it was killed is in the history, once, and for who looks on', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id, tap } = await startFullScreen(box, manager);
  killProcess(manager, id);
  await box.untilEnded(manager, id);
  assert.deepEqual(await linesOf(manager, id), drawn);
  const { buffer, cursor } = await manager.getScreenState(id, 0);
  assert.deepEqual([buffer, cursor], ['normal', { row: 5, col: 0, visible: true }]);
  assert.equal((await readHistory(manager, id)).toString().split(heading).length, 2);
  assert.equal(tap.text.split(heading).length, 2);
});

test('it stays above the line that says how the process ended, when the session starts again', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id, tap } = await startFullScreen(box, manager);
  killProcess(manager, id);
  await box.untilEnded(manager, id);
  await manager.startSession(id);
  await tap.until('new shell ──');
  const history = (await readHistory(manager, id)).toString();
  assert.match(history, /── last screen ──.*Top.*middle.*── ended [^─]* killed by SIGKILL ── new shell ──/s);
});

test('it is headed by the title that the program had set', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const long = 'a title that is longer than the screen is wide';
  const { id } = await manager.createSession({
    ...script(`printf '\\033[?1049h\\033]2;${long}\\007drawn'; read x`),
    cols: 40,
    rows: 5,
  });
  await tap.until('drawn');
  killProcess(manager, id);
  await box.untilEnded(manager, id);
  assert.deepEqual(await linesOf(manager, id), ['── last screen: a title that is long… ──', 'drawn']);
});

test('a program that leaves its screen, or has none, leaves no picture', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  for (const output of ['\\033[?1049h\\033[Hfull\\033[?1049lafter', '\\033[?1049h\\033[2J', 'plain']) {
    const { id } = await manager.createSession(script(`printf '${output}'`));
    await box.untilEnded(manager, id);
    assert.doesNotMatch((await readHistory(manager, id)).toString(), /last screen/);
    assert.equal((await manager.getScreenState(id, 0)).buffer, 'normal');
  }
});

test('a full-screen program whose machine stopped has its last screen in the history of the next host, once', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const { id } = await startFullScreen(box, first.manager);
  await first.kill();
  box.ptys.loseAll();
  for (let host = 0; host < 3; host++) {
    const host = await box.startHost();
    const { manager } = host;
    assert.equal(manager.getSession(id).state, 'lost');
    assert.deepEqual(await linesOf(manager, id), drawn);
    await host.kill();
  }
});

/** The session's files, to be put back as they were at a crash. */
interface Files {
  readonly metadata: string;
  readonly segment: string;
  readonly running: Buffer;
  /** What the segment held before the end was recorded, and after. */
  readonly before: number;
  readonly whole: Buffer;
}

/** Lets the full-screen program end under a host that records this, and gives what a crash can leave of it. */
async function recordOneEnd(
  t: TestContext,
  end: 'ended' | 'lost',
): Promise<{ box: ManagerBox; id: SessionId; files: Files }> {
  const box = new ManagerBox(t);
  box.ptys.forgetsNothing = true;
  const host = await box.startHost();
  const { manager } = host;
  const { id } = await startFullScreen(box, manager);
  const { metadata } = manager.getPaths(id);
  await waitFor('the metadata', () => fs.readFileSync(metadata, 'utf8').includes('"base": 0'));
  const [segment = ''] = await manager.listJournalFiles(id);
  const running = fs.readFileSync(metadata);
  const before = fs.statSync(segment).size;
  if (end === 'ended') {
    manager.write(id, '\n');
  } else {
    box.ptys.loseAll();
  }
  await box.untilEnded(manager, id);
  await waitFor('the end on disk', () => fs.readFileSync(metadata, 'utf8').includes(`"${end}"`));
  await host.kill();
  return { box, id, files: { metadata, segment, running, before, whole: fs.readFileSync(segment) } };
}

for (const end of ['ended', 'lost'] as const) {
  test(`a host killed anywhere while it records that a full-screen program is ${end}: its last screen is there once`, async (t) => {
    const { box, id, files } = await recordOneEnd(t, end);
    assert.ok(files.whole.length > files.before + 400);
    const step = Math.ceil((files.whole.length - files.before) / 24);
    for (let size = files.before; size <= files.whole.length; size += step) {
      fs.writeFileSync(files.segment, files.whole.subarray(0, size));
      fs.writeFileSync(files.metadata, files.running);
      const host = await box.startHost();
      const { manager } = host;
      await box.untilEnded(manager, id);
      assert.equal(manager.getSession(id).state, end);
      assert.deepEqual(await linesOf(manager, id), drawn, `with ${size - files.before} bytes of the end on disk`);
      await host.kill();
    }
  });
}

test('a shell that is in the middle of something else loses nothing and gets no picture', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(plainShell);
  await tap.until('$ ');
  killProcess(manager, id);
  await box.untilEnded(manager, id);
  assert.deepEqual(await linesOf(manager, id), ['$']);
});
