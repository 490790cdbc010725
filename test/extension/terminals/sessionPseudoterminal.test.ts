import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RevenantError } from '../../../src/base/errors.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { nullLog } from '../../../src/base/log.ts';
import { SessionPseudoterminal } from '../../../src/extension/terminals/sessionPseudoterminal.ts';
import { TerminalTexts } from '../../../src/extension/terminals/terminalTexts.ts';
import { WindowColors } from '../../../src/extension/terminals/windowColors.ts';
import type { SessionInfo } from '../../../src/protocol/sessionInfo.ts';
import { ManualClock } from '../../support/manualClock.ts';
import { waitFor } from '../../support/waitFor.ts';
import { type FakeAttachment, FakeLink } from './support/fakeLink.ts';
import { sessionId, sessionInfo } from './support/sessions.ts';
import { VscodeTerminal } from './support/vscodeTerminal.ts';

const plainTexts = new TerminalTexts({
  t: (message, ...args) => message.replace(/\{(\d)\}/g, (_, index: string) => String(args[Number(index)])),
});

const visible = { columns: 100, rows: 40 };
const madeUp = { columns: 80, rows: 30 };

interface Scene {
  readonly link: FakeLink;
  readonly clock: ManualClock;
  readonly pty: SessionPseudoterminal;
  readonly terminal: VscodeTerminal;
  readonly overrides: unknown[];
  readonly names: string[];
  readonly closes: unknown[];
  readonly windowColors: WindowColors;
}

interface SceneOptions {
  readonly session?: SessionId | undefined;
  readonly known?: SessionInfo;
  readonly createSession?: () => Promise<SessionId>;
}

/** A pseudoterminal with VS Code's emulator on one side and a host moved by the test on the other. */
function makeScene(t: TestContext, { known = sessionInfo(), createSession, ...given }: SceneOptions = {}): Scene {
  const link = new FakeLink();
  link.setSession(known);
  const clock = new ManualClock();
  const windowColors = new WindowColors(() => 'light');
  const pty = new SessionPseudoterminal({
    session: 'session' in given ? given.session : known.id,
    createSession,
    link,
    clock,
    log: nullLog,
    texts: plainTexts,
    windowColors,
    scrollbackLines: () => 500,
    environment: () => ({ LANG: 'C' }),
  });
  t.after(() => pty.dispose());
  const terminal = new VscodeTerminal(t);
  const scene: Scene = { link, clock, pty, terminal, overrides: [], names: [], closes: [], windowColors };
  listen(scene);
  return scene;
}

/** Subscribes as VS Code does, for which it needs no subscription's end. */
function listen({ pty, terminal, overrides, names, closes }: Scene): void {
  pty.onDidWrite(terminal.write);
  pty.onDidOverrideDimensions((size) => overrides.push(size));
  pty.onDidChangeName((name) => names.push(name));
  pty.onDidClose((code) => closes.push(code));
  terminal.handleInput = (input) => pty.handleInput(input);
}

async function attached({ link }: Scene, count = 1): Promise<FakeAttachment> {
  await waitFor('the attachment', () => link.attachments.length >= count);
  // Its continuation comes right after it was given.
  await Promise.resolve();
  await Promise.resolve();
  return link.attachment;
}

/** Attached, with a drawn snapshot. */
async function shown(scene: Scene, text = 'prompt $ '): Promise<FakeAttachment> {
  scene.pty.open(visible);
  const attachment = await attached(scene);
  attachment.sendSnapshot(text);
  await scene.terminal.settled();
  return attachment;
}

test('opening attaches with the size of a visible terminal and shows snapshot and output', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene, 'snapshot ');
  attachment.sendOutput('größe');
  await scene.terminal.settled();
  assert.deepEqual(attachment.params, {
    session: sessionId(1),
    size: { cols: 100, rows: 40 },
    scrollback: 500,
    readOnly: false,
  });
  assert.deepEqual(scene.terminal.lines(), ['snapshot größe']);
  assert.deepEqual(scene.names, ['1']);
  assert.deepEqual(scene.overrides, []);
});

test('a size that VS Code made up does not reach the session, the true one does', async (t) => {
  const scene = makeScene(t);
  scene.pty.open(madeUp);
  scene.pty.setDimensions(madeUp);
  const attachment = await attached(scene);
  assert.equal(attachment.params.size, null);
  assert.deepEqual(attachment.sizes, []);
  scene.pty.setDimensions({ columns: 132, rows: 50 });
  assert.deepEqual(attachment.sizes, ['132x50']);
});

test('a terminal that really is 80 by 30 gives the session its size when someone types', async (t) => {
  const scene = makeScene(t);
  scene.pty.open(madeUp);
  const attachment = await attached(scene);
  attachment.sendSnapshot('');
  await scene.terminal.settled();
  scene.pty.handleInput('l');
  scene.pty.handleInput('s');
  assert.deepEqual(attachment.sizes, ['80x30']);
  assert.equal(attachment.typed, 'ls');
});

test('while a snapshot is drawn what the terminal sends by itself is dropped, and typing is not', async (t) => {
  const scene = makeScene(t);
  scene.pty.open(visible);
  const attachment = await attached(scene);
  // Queries and focus reports, as a snapshot must not have them but an older host might.
  attachment.sendSnapshot('\x1b[c\x1b[6n\x1b[?1004h\x1b]0;t\x07text');
  scene.pty.handleInput('typed');
  await scene.terminal.settled();
  assert.ok(scene.terminal.inputs.length >= 3);
  assert.equal(attachment.typed, 'typed');
  scene.pty.handleInput('\x1b[1;2R');
  assert.equal(attachment.typed, 'typed\x1b[1;2R');
  assert.deepEqual(attachment.acknowledged, [0]);
});

test('another client owns the size: the terminal takes it, and is free again when this one owns it', async (t) => {
  const scene = makeScene(t);
  scene.link.isOwner = false;
  const attachment = await shown(scene);
  assert.deepEqual(scene.overrides, [{ columns: 100, rows: 40 }]);
  attachment.listener.handleSize({ cols: 60, rows: 20, isOwner: false });
  attachment.listener.handleSize({ cols: 100, rows: 40, isOwner: true });
  attachment.listener.handleSize({ cols: 90, rows: 40, isOwner: true });
  assert.deepEqual(scene.overrides.slice(1), [
    { columns: 60, rows: 20 },
    { columns: 2000, rows: 1000 },
  ]);
});

test('closing detaches and does nothing else', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene);
  assert.equal(scene.pty.wasClosed, false);
  scene.pty.close();
  scene.pty.close();
  assert.equal(attachment.isDetached, true);
  assert.equal(scene.pty.wasClosed, true);
  attachment.sendOutput('late');
  scene.pty.handleInput('late');
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines(), ['prompt $']);
  assert.equal(attachment.typed, '');
  assert.equal(scene.clock.pendingTimers, 0);
});

test('closed before it is attached, it leaves no attachment behind', async (t) => {
  const scene = makeScene(t);
  scene.pty.open(visible);
  scene.pty.close();
  await waitFor('the end', () => scene.clock.pendingTimers === 0);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(scene.link.attachments.every(({ isDetached }) => isDetached));
});

test("VS Code's relaunch shows everything once and leaves no attachment behind", async (t) => {
  const scene = makeScene(t);
  const first = await shown(scene);
  scene.pty.close();
  // VS Code subscribes once more and keeps its first subscriptions.
  listen(scene);
  scene.pty.open(visible);
  const second = await attached(scene, 2);
  assert.equal(first.isDetached, true);
  second.sendSnapshot('again');
  second.sendOutput(' once');
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines(), ['again once']);
  assert.equal(scene.pty.wasClosed, false);
});

test('renaming the session renames the terminal', async (t) => {
  const scene = makeScene(t);
  await shown(scene);
  assert.deepEqual(scene.names.splice(0), ['1']);
  // VS Code sets the name of the creation once more in between.
  scene.clock.advance(1000);
  scene.link.setSession(sessionInfo({ displayName: 'build' }));
  scene.link.setSession(sessionInfo({ displayName: 'build', title: 'vim' }));
  assert.deepEqual(scene.names, ['1', 'build']);
});

test('a session that ends keeps its terminal, says how to go on, and Enter starts a shell', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene, 'output\r\n$ exit');
  attachment.sendOutput('\r\nlast words');
  scene.link.setSession(sessionInfo({ cwd: '/srv/sub' }));
  attachment.listener.handleState({ state: 'ended', exitCode: 3, signal: null });
  scene.clock.advance(1000);
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines().slice(0, 3), ['output', '$ exit', 'last words']);
  assert.match(scene.terminal.lines().join(''), /exit code 3.*Press Enter to start a shell in \/srv\/sub/);
  assert.deepEqual(scene.closes, []);

  for (const key of ['a', '\x03', '\x1b[A']) {
    scene.pty.handleInput(key);
  }
  assert.deepEqual(scene.link.restarts, []);
  scene.pty.handleInput('\r');
  scene.pty.handleInput('\r');
  assert.deepEqual(scene.link.restarts, [{ session: sessionId(1), env: { LANG: 'C' } }]);
  assert.equal(attachment.typed, '');

  attachment.listener.handleState({ state: 'running', exitCode: null, signal: null });
  attachment.sendSnapshot('fresh $ ');
  scene.clock.advance(1000);
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines(), ['fresh $']);
  scene.pty.handleInput('x');
  assert.equal(attachment.typed, 'x');
});

test('when the news of the new start comes just after the snapshot there is no footer', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene);
  attachment.listener.handleState({ state: 'ended', exitCode: 0, signal: null });
  scene.clock.advance(1000);
  attachment.sendSnapshot('fresh $ ');
  attachment.listener.handleState({ state: 'running', exitCode: null, signal: null });
  scene.clock.advance(1000);
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines(), ['fresh $']);
});

test('a session that was not running when it was opened shows its history and the footer once', async (t) => {
  const known = sessionInfo({ state: 'lost', pid: null, endedAt: 1_700_000_000_000 });
  const scene = makeScene(t, { known });
  const attachment = await shown(scene, 'history');
  scene.clock.advance(1000);
  attachment.listener.handleState({ state: 'lost', exitCode: null, signal: null });
  scene.clock.advance(1000);
  await scene.terminal.settled();
  assert.equal(scene.terminal.lines()[0], 'history');
  assert.equal(scene.terminal.stream.match(/Press Enter/g)?.length, 1);
});

test('a shell that cannot be started is told, and Enter tries again', async (t) => {
  const scene = makeScene(t, { known: sessionInfo({ state: 'ended', pid: null, exitCode: 0 }) });
  await shown(scene);
  scene.link.restartFailure = new RevenantError('directory-not-found', 'The directory \x1b]0;x\x07/gone is not there.');
  scene.pty.handleInput('\r');
  await waitFor('the message', () => scene.terminal.stream.includes('cannot be started'));
  assert.match(scene.terminal.stream, /The directory {1,2}\]0;x {1,2}\/gone is not there\./);
  scene.pty.handleInput('\r');
  assert.equal(scene.link.restarts.length, 2);
});

test('a lost connection keeps the terminal: the next one replaces the screen, and typing in between arrives', async (t) => {
  const scene = makeScene(t);
  const first = await shown(scene, 'before');
  scene.link.setState('connecting');
  first.listener.handleClosed({ reason: 'connection', message: 'gone' });
  scene.pty.handleInput('ec');
  scene.pty.handleInput('ho\r');
  assert.equal(scene.link.urgentAttempts, 0, 'it is left to the link when to connect');
  scene.clock.advance(400);
  assert.equal(scene.terminal.stream.includes('Connecting again'), false);
  scene.clock.advance(200);
  assert.equal(scene.terminal.stream.includes('Connecting again'), true);
  scene.link.setState('connected');
  const second = await attached(scene, 2);
  second.sendSnapshot('after');
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines(), ['after']);
  assert.equal(second.typed, 'echo\r');
  assert.equal(first.typed, '');
  assert.deepEqual(scene.closes, []);
});

test('answers to the questions of a lost connection reach neither the shell nor the new attachment', async (t) => {
  const scene = makeScene(t);
  scene.pty.open(visible);
  const first = await attached(scene);
  first.sendSnapshot('drawn later');
  first.sendOutput('x'.repeat(50_000));
  first.listener.handleClosed({ reason: 'connection', message: 'gone' });
  const second = await attached(scene, 2);
  await scene.terminal.settled();
  assert.ok(scene.terminal.inputs.length >= 1);
  assert.equal(second.typed, '');
  assert.deepEqual(second.acknowledged, []);
});

test('a host that cannot be reached is told once with the reason; what was typed is not sent later; Enter tries again', async (t) => {
  const scene = makeScene(t);
  scene.link.setState('connecting');
  scene.pty.open(visible);
  scene.pty.handleInput('rm ');
  const failure = new RevenantError('host-unavailable', 'The disk is gone.');
  scene.link.setState('failed', failure);
  scene.link.setState('failed', failure);
  assert.equal(scene.terminal.stream.match(/The disk is gone/g)?.length, 1);
  scene.pty.handleInput('x');
  const attempts = scene.link.urgentAttempts;
  scene.pty.handleInput('\r');
  assert.equal(scene.link.urgentAttempts, attempts + 1);
  scene.link.setState('connected');
  const attachment = await attached(scene);
  assert.equal(attachment.typed, '');
});

test('a line tells that it takes long to connect, and only then', (t) => {
  const scene = makeScene(t);
  scene.link.setState('connecting');
  scene.pty.open(visible);
  scene.clock.advance(499);
  assert.equal(scene.terminal.stream, '');
  scene.clock.advance(1);
  assert.match(scene.terminal.stream, /Connecting to the session/);
});

test('no more than 64 KiB of typing is kept for a connection', async (t) => {
  const scene = makeScene(t);
  scene.link.setState('connecting');
  scene.pty.open(visible);
  scene.pty.handleInput('a'.repeat(60_000));
  scene.pty.handleInput('b'.repeat(10_000));
  scene.pty.handleInput('c');
  scene.link.setState('connected');
  assert.equal((await attached(scene)).typed, `${'a'.repeat(60_000)}c`);
});

test('a deleted session closes its terminal without an error', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene);
  attachment.listener.handleClosed({ reason: 'deleted', message: 'It was deleted.' });
  assert.deepEqual(scene.closes, [undefined]);
});

test('a session that is not there is told, and Enter looks again', async (t) => {
  const scene = makeScene(t, { session: sessionId(9) });
  scene.pty.open(visible);
  await waitFor('the message', () => scene.terminal.stream.includes('There is no session'));
  assert.deepEqual(scene.closes, []);
  scene.link.setSession(sessionInfo({ id: sessionId(9) }));
  scene.pty.handleInput('\r');
  assert.equal((await attached(scene)).session.id, sessionId(9));
});

test('a terminal of the profile makes its session when it is opened, once', async (t) => {
  let created = 0;
  const createSession = (): Promise<SessionId> => {
    created++;
    return Promise.resolve(sessionId(1));
  };
  const scene = makeScene(t, { session: undefined, createSession });
  let changes = 0;
  scene.pty.onDidChangeSession(() => changes++);
  assert.equal(created, 0);
  scene.pty.open(visible);
  scene.pty.close();
  scene.pty.open(visible);
  await attached(scene);
  assert.equal(created, 1);
  assert.equal(scene.pty.sessionId, sessionId(1));
  assert.ok(changes >= 1);
  assert.deepEqual(scene.names.slice(-1), ['1']);
});

test('a terminal that waited for a session that is gone gets a new one', async (t) => {
  const createSession = (): Promise<SessionId> => Promise.resolve(sessionId(1));
  const scene = makeScene(t, { session: sessionId(9), createSession });
  scene.pty.open(visible);
  assert.equal((await attached(scene)).session.id, sessionId(1));
  assert.equal(scene.pty.sessionId, sessionId(1));
});

test('a session that cannot be made is told with the reason, and Enter tries again', async (t) => {
  let attempts = 0;
  const createSession = (): Promise<SessionId> => {
    attempts++;
    return attempts === 1
      ? Promise.reject(new RevenantError('shell-not-found', 'There is no /bin/nosh.'))
      : Promise.resolve(sessionId(1));
  };
  const scene = makeScene(t, { session: undefined, createSession });
  scene.pty.open(visible);
  await waitFor('the message', () => scene.terminal.stream.includes('There is no /bin/nosh.'));
  scene.pty.handleInput('\r');
  await attached(scene);
  assert.equal(attempts, 2);
});

test('a paste of several megabytes arrives whole', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene);
  const paste = '0123456789ä'.repeat(300_000);
  scene.pty.handleInput(paste);
  assert.equal(attachment.typed, paste);
});
