import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionId } from '../../src/base/ids.ts';
import type { SessionSnapshot } from '../../src/session/api.ts';
import type { SessionManager } from '../../src/session/sessionManager.ts';
import { lengthOf, readRecordings } from '../fixtures/recordings/recording.ts';
import { inspect, type Inspection } from '../screen/differential/inspect.ts';
import { makeScreen, type Subject } from '../screen/differential/judge.ts';
import { ManagerBox, plainShell, readHistory, script, OutputTap } from './managerBox.ts';
import { RecordedSession } from './recordedSession.ts';

const scrollback = 3000;
const segmentBytes = 64 * 1024;

/** A fresh screen that gets this snapshot. */
function screenWith({ bytes, cols, rows }: SessionSnapshot): Subject {
  const screen = makeScreen({ cols, rows, scrollback });
  screen.write(bytes);
  return screen;
}

async function inspected(screen: Subject): Promise<Inspection> {
  const { terminal, kept } = await screen.emulator();
  return inspect(terminal, kept);
}

/** What a new window shows of a session. */
async function lookAt(manager: SessionManager, id: SessionId): Promise<Inspection> {
  const screen = screenWith(await manager.getSnapshot(id, scrollback));
  const found = await inspected(screen);
  screen.dispose();
  return found;
}

/** What the host put behind the output of a process: from the CAN of its mode reset on. */
async function endingOf(manager: SessionManager, id: SessionId): Promise<Buffer> {
  const history = await readHistory(manager, id);
  return history.subarray(history.lastIndexOf(0x18));
}

/** Lines that fill all but so many bytes of a segment. */
function fillerBut(bytes: number): Buffer {
  const line = `${'filler '.repeat(9)}\r\n`;
  return Buffer.from(line.repeat(Math.max(0, Math.floor((segmentBytes - bytes) / (line.length + 4)))));
}

for (const [name, recording] of readRecordings()) {
  test(`${name} looks the same to a host that reads it from disk, while it lives and when all is gone`, async (t) => {
    const box = new ManagerBox(t);
    let host = await box.startHost();
    const session = await RecordedSession.start(box, host.manager, recording);
    t.after(() => session.close());
    const { id } = session;
    // So that a segment ends, with a keyframe, in the middle of the recording.
    await session.play(host.manager, { kind: 'output', bytes: fillerBut(lengthOf(recording) / 2) });
    const half = Math.floor(recording.events.length / 2);
    for (const [index, event] of recording.events.entries()) {
      await session.play(host.manager, event);
      if (index === half || index === recording.events.length - 1) {
        const warm = await lookAt(host.manager, id);
        await host.kill();
        host = await box.startHost();
        assert.ok(host.manager.getSession(id).isRunning);
        assert.deepEqual(await lookAt(host.manager, id), warm, `after event ${index}`);
      }
    }
    const { buffer } = await host.manager.getScreenState(id, 0);
    const window = screenWith(await host.manager.getSnapshot(id, scrollback));
    await host.kill();
    box.ptys.loseAll();
    host = await box.startHost();
    const { manager } = host;
    assert.equal(manager.getSession(id).state, 'lost');
    const ending = await endingOf(manager, id);
    window.write(ending);
    assert.deepEqual(await lookAt(manager, id), await inspected(window));
    window.dispose();
    const shown = await manager.getScreenState(id, 0);
    assert.deepEqual([shown.buffer, shown.cursor.col, shown.cursor.visible], ['normal', 0, true]);
    assert.equal(ending.toString().split('── last screen').length - 1, buffer === 'alternate' ? 1 : 0);
  });
}

test('recordings go on over the border of a segment', async (t) => {
  const box = new ManagerBox(t);
  const host = await box.startHost();
  const session = await RecordedSession.start(box, host.manager, { cols: 80, rows: 24 });
  t.after(() => session.close());
  await session.play(host.manager, { kind: 'output', bytes: fillerBut(1000) });
  await session.play(host.manager, { kind: 'output', bytes: Buffer.from('x'.repeat(3000)) });
  assert.equal((await host.manager.listJournalFiles(session.id)).length, 2);
});

test('history, last screen, and the line that says what happened follow each other when a lost session starts again', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const session = await RecordedSession.start(box, first.manager, { cols: 40, rows: 6 });
  t.after(() => session.close());
  const { id } = session;
  await session.play(first.manager, {
    kind: 'output',
    bytes: Buffer.from('shell\r\n\x1b[?1049h\x1b[H\x1b[?1002hfull\r\nscreen'),
  });
  await first.kill();
  box.ptys.loseAll();
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  await manager.startSession(id);
  await tap.until('new shell');
  assert.match(
    (await readHistory(manager, id)).toString(),
    /^shell\r\n.*full\r\nscreen\x18.*── last screen ──.*full\r\nscreen\r\n\r\n.*── lost .* ── new shell ──/s,
  );
});

const text = [
  'a line that is longer than eighty columns, so that it has been wrapped once before anybody resizes anything',
  '\x1b[31mcolours\x1b[m and 漢字 and e\u0301 and 🎉',
  '\x1b[44mbackground\x1b[K\x1b[m',
  'last',
].join('\r\n');

for (const state of ['running', 'ended'] as const) {
  test(`80 to 2 to 80 columns between detach and attach reflows as a terminal does, session ${state}`, async (t) => {
    const box = new ManagerBox(t);
    const host = await box.startHost();
    const { manager } = host;
    const tap = new OutputTap(manager);
    const wait = state === 'running' ? 'cat' : 'true';
    const { id } = await manager.createSession({
      ...script(`printf '%s\\r\\n' '${text}'; ${wait}`),
      cols: 80,
      rows: 24,
    });
    await tap.until('last');
    if (state === 'ended') {
      await box.untilEnded(manager, id);
    }
    const window = screenWith(await manager.getSnapshot(id, scrollback));
    const before = await inspected(window);
    const history = await readHistory(manager, id);
    const connection = await manager.connectToSession(id, { startProcess: false });
    connection.dispose();
    // A terminal has two columns at least; one is taken for two.
    for (const cols of [1, 80]) {
      await manager.resizeSession(id, cols, 24);
      window.resize(Math.max(2, cols), 24);
      assert.deepEqual(await lookAt(manager, id), await inspected(window), `at ${cols} columns`);
    }
    assert.deepEqual(await readHistory(manager, id), history, 'the journal holds what it held');
    const warm = await lookAt(manager, id);
    await manager.destroy();
    const next = await box.startHost();
    assert.deepEqual(await readHistory(next.manager, id), history);
    // What nothing ran to see was not recorded either: its screen comes back as if nobody had looked at it so narrow.
    assert.deepEqual(await lookAt(next.manager, id), state === 'running' ? warm : before);
    window.dispose();
  });
}

test('a size that comes and goes while a shell prints costs no byte', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession({ ...plainShell, cols: 80, rows: 24 });
  await tap.until('$ ');
  manager.write(id, 'seq 1 3000; echo e"nd"\n');
  for (const cols of [1, 80, 3, 80, 1, 80]) {
    await manager.resizeSession(id, cols, 24);
  }
  await tap.until('end\r\n');
  const numbers = (await readHistory(manager, id)).toString().match(/^\d+(?=\r\n)/gm) ?? [];
  assert.deepEqual(
    numbers,
    Array.from({ length: 3000 }, (_, i) => String(i + 1)),
  );
});
