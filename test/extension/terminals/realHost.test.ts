import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../../src/base/log.ts';
import { connectToHost } from '../../../src/client/connectToHost.ts';
import { HostLink } from '../../../src/client/hostLink.ts';
import { SessionPseudoterminal } from '../../../src/extension/terminals/sessionPseudoterminal.ts';
import { TerminalTexts } from '../../../src/extension/terminals/terminalTexts.ts';
import { WindowColors } from '../../../src/extension/terminals/windowColors.ts';
import { thisBuild } from '../../../src/platform/build.ts';
import { systemClock } from '../../../src/platform/systemClock.ts';
import type { SessionInfo } from '../../../src/protocol/sessionInfo.ts';
import { HostBox, shellDefaults } from '../../host/support/hostBox.ts';
import { waitFor } from '../../support/waitFor.ts';
import { VscodeTerminal } from './support/vscodeTerminal.ts';

// From a real shell through keeper, host, link and pseudoterminal into the emulator that VS Code draws with.

interface Scene {
  readonly box: HostBox;
  readonly link: HostLink;
  readonly session: SessionInfo;
}

async function makeScene(t: TestContext): Promise<Scene> {
  const box = new HostBox(t);
  await box.start();
  const paths = { data: box.data, run: box.run };
  const link = new HostLink({
    connect: (signal) =>
      connectToHost({
        paths,
        build: thisBuild,
        client: 'window',
        runtimeSource: '/nowhere',
        startIfNeeded: false,
        log: nullLog,
        signal,
      }),
    clock: systemClock,
    log: nullLog,
  });
  t.after(() => link.dispose());
  const { session } = await link.request('create', { ...shellDefaults, cols: 100, rows: 30 });
  return { box, link, session };
}

function openTerminal(
  t: TestContext,
  { link, session }: Scene,
): { pty: SessionPseudoterminal; terminal: VscodeTerminal } {
  const terminal = new VscodeTerminal(t, 100, 40);
  const pty = new SessionPseudoterminal({
    session: session.id,
    link,
    clock: systemClock,
    log: nullLog,
    texts: new TerminalTexts({ t: (message, ...args) => `${message} ${args.join(' ')}` }),
    windowColors: new WindowColors(() => 'dark'),
    scrollbackLines: () => 1000,
    environment: () => shellDefaults.env,
  });
  t.after(() => pty.dispose());
  pty.onDidWrite(terminal.write);
  terminal.handleInput = (input) => pty.handleInput(input);
  pty.open({ columns: 100, rows: 40 });
  return { pty, terminal };
}

async function shows(terminal: VscodeTerminal, line: RegExp): Promise<void> {
  await waitFor(
    `a line like ${line} (there is: ${JSON.stringify(terminal.lines().slice(-5))})`,
    () => terminal.lines().some((candidate) => line.test(candidate)),
    30_000,
  );
}

test('typing reaches the shell, and the size of the terminal is that of the session', async (t) => {
  const { pty, terminal } = openTerminal(t, await makeScene(t));
  await shows(terminal, /^\$/);
  pty.handleInput('stty size; echo gr\u00f6\u00dfe\r');
  await shows(terminal, /^40 100$/);
  await shows(terminal, /^größe$/);
});

test('after a flood the terminal ends with the same lines as one that is opened anew', async (t) => {
  const scene = await makeScene(t);
  const { pty, terminal } = openTerminal(t, scene);
  await shows(terminal, /^\$/);
  pty.handleInput('seq 1 300000; printf "\\033[?6n\\033[c"; echo done\r');
  await shows(terminal, /^done$/);
  await shows(terminal, /^300000$/);
  const second = openTerminal(t, scene);
  await shows(second.terminal, /^done$/);
  await waitFor(
    'the same lines',
    () => JSON.stringify(second.terminal.lines().slice(-900)) === JSON.stringify(terminal.lines().slice(-900)),
  );
  // Only acknowledgements came out of the emulator: it was never asked anything else.
  assert.deepEqual(
    terminal.inputs.filter((input) => !/\[\?\d{7,};0\$y$/.test(input)),
    [],
  );
});

test('when the host is killed the terminal goes on with the same shell on the next one', async (t) => {
  const scene = await makeScene(t);
  const { pty, terminal } = openTerminal(t, scene);
  await shows(terminal, /^\$/);
  pty.handleInput('mark=kept; echo $mark-one\r');
  await shows(terminal, /^kept-one$/);
  const { pid } = scene.box.endpoint;
  process.kill(pid, 'SIGKILL');
  await waitFor('another host', () => scene.link.state === 'connected' && scene.box.endpoint.pid !== pid, 30_000);
  pty.handleInput('echo $mark-two\r');
  await shows(terminal, /^kept-two$/);
  assert.equal(terminal.lines().filter((line) => line === 'kept-one').length, 1);
});

test('a shell that exits leaves its history, and Enter starts another one', async (t) => {
  const { pty, terminal } = openTerminal(t, await makeScene(t));
  await shows(terminal, /^\$/);
  pty.handleInput('echo history; exit 7\r');
  await shows(terminal, /exit code 7.*Press Enter/);
  pty.handleInput('\r');
  await waitFor('the footer to go', () => !terminal.lines().some((line) => line.includes('Press Enter')), 30_000);
  pty.handleInput('echo alive\r');
  await shows(terminal, /^alive$/);
  assert.ok(terminal.lines().includes('history'));
});
