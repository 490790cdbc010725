import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { SessionId } from '../../src/base/ids.ts';
import { formatMetadata } from '../../src/session/metadata.ts';
import type { SessionManager } from '../../src/session/sessionManager.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, collectingLog, plainShell, readHistory, script } from './managerBox.ts';
import { metadataOf, someId, someRunId } from './someMetadata.ts';

const lineCount = 100_000;
const allLines = Array.from({ length: lineCount }, (_, i) => `${i + 1}\r\n`).join('');

/** The history without what Revenant itself put behind the last output. */
async function printedBy(manager: SessionManager, id: SessionId): Promise<string> {
  const history = (await readHistory(manager, id)).toString();
  return history.slice(0, history.indexOf('\x18'));
}

async function screenOf(manager: SessionManager, id: SessionId): Promise<string> {
  return Buffer.from((await manager.getSnapshot(id, 1000)).bytes).toString('latin1');
}

/** A host that has written so many bytes of a flood when it is killed. */
async function killDuringFlood(t: TestContext, dieAfterBytes: number): Promise<{ box: ManagerBox; id: SessionId }> {
  const box = new ManagerBox(t);
  const host = await box.startHost({ dieAfterBytes });
  const tap = new OutputTap(host.manager);
  const { id } = await host.manager.createSession(script(`seq 1 ${lineCount}; sleep 0.2; exit 4`));
  await waitFor('some output', () => (tap.ends.at(-1) ?? 0) >= dieAfterBytes);
  await host.kill();
  return { box, id };
}

for (const dieAfterBytes of [1, 5000, 200_001, 588_000]) {
  test(`a host killed with ${dieAfterBytes} bytes on disk costs no line and doubles none`, async (t) => {
    const { box, id } = await killDuringFlood(t, dieAfterBytes);
    const { manager } = await box.startHost();
    await box.untilEnded(manager, id);
    assert.ok((await printedBy(manager, id)) === allLines, 'every line once and in order');
    assert.equal(manager.getSession(id).exitCode, 4);
    assert.equal(await manager.getScrollback(id, 1), String(lineCount));
  });
}

test('hosts killed one after the other in the middle of output cost nothing either', async (t) => {
  const { box, id } = await killDuringFlood(t, 10_000);
  for (let i = 0; i < 4; i++) {
    const host = await box.startHost({ dieAfterBytes: 77_777 });
    await waitFor('some more', () => host.manager.getSession(id).historyBytes > 0);
    await host.kill();
  }
  const { manager } = await box.startHost();
  await box.untilEnded(manager, id);
  assert.ok((await printedBy(manager, id)) === allLines);
});

test('a process that ended while no host lived has its output, its exit code and one mode reset', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const tap = new OutputTap(first.manager);
  const { id } = await first.manager.createSession(script(`echo before; read x; printf '\\033[?2004hafter'; exit 9`));
  await tap.until('before');
  const { pid } = first.manager.getSession(id);
  first.manager.write(id, '\n');
  await first.kill();
  await waitFor('the end of the process', () => !isAlive(pid));
  const { manager } = await box.startHost();
  await box.untilEnded(manager, id);
  assert.equal(manager.getSession(id).exitCode, 9);
  const history = (await readHistory(manager, id)).toString();
  assert.match(history, /before\r\n.*after\x18/s);
  assert.equal(history.split('\x18').length, 2);
});

/** How far the recording of the end had come, in bytes behind the last output, when the host was killed. */
for (const [title, bytesBehindOutput, resets] of [
  ['before the mode reset', 0, 1],
  ['in the middle of it', 20, 2],
  ['after it', 10_000, 1],
] as const) {
  test(`a host killed while it records an end, ${title}: the next one adds only what is missing`, async (t) => {
    const box = new ManagerBox(t);
    const output = 'ready\r\nsome output\r\n';
    const first = await box.startHost({ dieAfterBytes: output.length + bytesBehindOutput });
    box.ptys.forgetsNothing = true;
    const tap = new OutputTap(first.manager);
    const { id } = await first.manager.createSession(
      script('stty -echo; echo ready; read x; echo some output; exit 2'),
    );
    await tap.until('ready');
    const { metadata: file } = first.manager.getPaths(id);
    const metadata = fs.readFileSync(file, 'utf8');
    first.manager.write(id, '\n');
    await waitFor('the end on disk', () => fs.readFileSync(file, 'utf8').includes('"ended"'));
    await first.kill();
    // As if it had been killed before it wrote that the session has ended.
    fs.writeFileSync(file, metadata);
    const { manager } = await box.startHost();
    await box.untilEnded(manager, id);
    assert.deepEqual([manager.getSession(id).state, manager.getSession(id).exitCode], ['ended', 2]);
    const history = (await readHistory(manager, id)).toString();
    assert.equal(history.split('\x18').length - 1, resets, JSON.stringify(history));
    assert.ok(history.startsWith(output) && history.endsWith('\x1b[0m'), JSON.stringify(history));
  });
}

test('the screen, its modes and the size are the same in the next host', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const tap = new OutputTap(first.manager);
  const { id } = await first.manager.createSession({
    ...script(
      `seq 1 50; printf '\\033[?2004h\\033[3;5r\\033[31mred'; read x; printf '\\033[?1049h\\033[2;2Hfull'; cat`,
    ),
    cols: 40,
    rows: 10,
  });
  await tap.until('red');
  await first.manager.resizeSession(id, 60, 12);
  first.manager.write(id, '\n');
  await tap.until('full');
  const before = await screenOf(first.manager, id);
  await first.manager.destroy();
  const { manager } = await box.startHost();
  assert.equal(await screenOf(manager, id), before);
  const { cols, rows, pid } = manager.getSession(id);
  assert.deepEqual([cols, rows], [60, 12]);
  assert.ok(pid !== undefined);
});

test('a query that the former host has answered is not answered again', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const tap = new OutputTap(first.manager);
  const read = (bytes: number): string => `head -c ${bytes} | od -An -c | tr -d ' \\n'; echo`;
  const { id } = await first.manager.createSession(
    script(`stty raw -echo min 1; printf '\\033[5n'; ${read(4)}; echo first; ${read(4)}; echo second; cat`),
  );
  await tap.until('first');
  await first.kill();
  const { manager } = await box.startHost();
  const next = new OutputTap(manager);
  manager.write(id, 'keys');
  await next.until('second');
  assert.match(next.text, /^keys\r?\n/m);
});

test('a query that no host has seen is answered by the next one', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const tap = new OutputTap(first.manager);
  const { id } = await first.manager.createSession(
    script(
      `stty raw -echo min 1; echo ready; head -c 1 >/dev/null; printf 'ab\\033[6n'; head -c 6 | od -An -c | tr -d ' \\n'; cat`,
    ),
  );
  await tap.until('ready');
  first.manager.write(id, 'x');
  await first.kill();
  const { manager } = await box.startHost();
  const next = new OutputTap(manager);
  await next.until('R');
  assert.match(next.text, /033\[2;3R|033\[\d+;\d+R/);
});

test('a session whose process vanished is lost, shows its history, and starts again below a line', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const tap = new OutputTap(first.manager);
  const { id } = await first.manager.createSession(script(`printf '\\033[?1049h\\033[?1000hhistory'; cat`));
  await tap.until('history');
  await waitFor('the journal', async () => (await readHistory(first.manager, id)).includes('history'));
  await first.kill();
  box.ptys.loseAll();
  const { manager } = await box.startHost();
  const { state, exitCode, endedAt, lastActivity, pid } = manager.getSession(id);
  assert.deepEqual([state, exitCode, endedAt, pid], ['lost', undefined, lastActivity, undefined]);
  assert.ok((await readHistory(manager, id)).includes('history'));
  assert.equal((await manager.getScreenState(id, 0)).buffer, 'normal');
  await manager.startSession(id);
  assert.match(
    (await readHistory(manager, id)).toString(),
    /── lost .* \(the machine or its keeper stopped\) ── new shell ──/,
  );
  assert.equal(manager.getSession(id).state, 'running');
});

test('when the keeper dies under a host, its sessions are lost at once', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const exits: string[] = [];
  manager.on('session:exit', ({ state }) => exits.push(state));
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(plainShell);
  await tap.until('$ ');
  box.ptys.loseAll();
  await box.untilEnded(manager, id);
  assert.deepEqual(exits, ['lost']);
  assert.equal(manager.getSession(id).state, 'lost');
});

test('a process that belongs to no session is ended and forgotten, with a word in the log', async (t) => {
  const box = new ManagerBox(t);
  const { PATH = '' } = process.env;
  const options = { file: '/bin/cat', args: [], cwd: '/', env: { PATH }, cols: 80, rows: 24 };
  const pty = await box.ptys.spawn({ run: someRunId(), ...options });
  const log = collectingLog();
  await box.startHost({ log });
  await waitFor('its end', () => box.ptys.listRuns().length === 0);
  assert.equal(isAlive(pty.pid), false);
  assert.ok(log.lines.some((line) => line.includes(someRunId())));
});

test('a process that was spawned just before a crash is taken up from its first byte', async (t) => {
  const box = new ManagerBox(t);
  const { PATH = '' } = process.env;
  const options = { args: ['-c', 'echo first; cat'], cwd: '/', env: { PATH }, cols: 80, rows: 24 };
  await box.ptys.spawn({ run: someRunId(), file: '/bin/sh', ...options });
  storeByHand(box, someId(1), formatMetadata(metadataOf(someId(1), { run: { id: someRunId(), base: null } })));
  const { manager } = await box.startHost();
  assert.equal(manager.getSession(someId(1)).state, 'running');
  await waitFor('its output', async () => (await readHistory(manager, someId(1))).toString() === 'first\r\n');
});

test('a session that was never spawned is what it was before', async (t) => {
  const box = new ManagerBox(t);
  const metadata = metadataOf(someId(1), { exitCode: 3, run: { id: someRunId(), base: null } });
  storeByHand(box, someId(1), formatMetadata(metadata));
  const { manager } = await box.startHost();
  assert.deepEqual([manager.getSession(someId(1)).state, manager.getSession(someId(1)).exitCode], ['ended', 3]);
});

test('damaged and newer metadata are told of and harm neither other sessions nor processes', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const good = await first.manager.createSession({ ...plainShell, name: 'good' });
  const bad = await first.manager.createSession({ ...plainShell, name: 'bad' });
  await first.kill();
  fs.writeFileSync(first.manager.getPaths(bad.id).metadata, 'rubbish');
  storeByHand(box, someId(2), JSON.stringify({ version: 9 }));
  const { manager, notices } = await box.startHost();
  assert.deepEqual(
    manager.listSessions().map(({ id, state }) => [id, state]),
    [[good.id, 'running']],
  );
  assert.deepEqual(
    notices.map(({ id, severity }) => [id, severity]).sort(),
    [
      [someId(2), 'warning'],
      [bad.id, 'error'],
    ].sort(),
  );
  assert.equal(fs.readdirSync(box.damagedDirectory).length, 1);
  assert.ok(isAlive(bad.pid), 'the shell of the damaged session lives');
});

test('a history that is larger than its limit keeps its newest part, and the screen is whole', async (t) => {
  const box = new ManagerBox(t);
  const limitBytes = 256 * 1024;
  const first = await box.startHost();
  const shell = script('stty -echo; echo ready; while read n; do seq $n $((n + 9999)); done');
  const tap = new OutputTap(first.manager);
  const { id } = await first.manager.createSession({ ...shell, limitBytes, lines: 200 });
  await tap.until('ready');
  for (let line = 1; line < lineCount; line += 10_000) {
    first.manager.write(id, `${line}\n`);
    await tap.until(`\n${line + 9999}\r\n`);
    // Segments end one by one, as they do when a program prints for hours.
    await first.manager.listJournalFiles(id);
  }
  const before = await screenOf(first.manager, id);
  await first.manager.destroy();
  const { manager } = await box.startHost();
  assert.ok(manager.getSession(id).historyBytes <= limitBytes);
  assert.equal(await screenOf(manager, id), before);
  const files = await manager.listJournalFiles(id);
  assert.ok(files.length > 1);
  assert.deepEqual([...files].sort(), files);
  const history = (await readHistory(manager, id)).toString();
  assert.ok(history.length < allLines.length && history.endsWith(`\n${lineCount}\r\n`));
});

test('output is acknowledged, so that the keeper has to hold nothing for long', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  await manager.createSession(script(`seq 1 ${lineCount}; cat`));
  await tap.until(`\n${lineCount}\r\n`);
  const [run] = box.ptys.listRuns();
  await waitFor('the acknowledgement', () => run !== undefined && box.ptys.unacknowledgedBytes(run) === 0);
});

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}

function storeByHand(box: ManagerBox, id: SessionId, text: string): void {
  fs.mkdirSync(`${box.directory}/${id}`, { recursive: true, mode: 0o700 });
  fs.writeFileSync(`${box.directory}/${id}/metadata.json`, text);
}
