import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { spawn } from '@lydell/node-pty';
import { waitFor } from '../support/waitFor.ts';
import { outsideEnvironment } from '../vscode/server/vscodeServer.ts';
import type { Workbench } from '../vscode/workbench.ts';
import { Scene } from './support/scene.ts';

let scene: Scene;
let window: Workbench;

before(async () => {
  scene = await Scene.open();
  window = await scene.app.openWindow();
  await window.openTerminal('Revenant: New Session', /ready> $/);
});

after(() => scene.end());

test('f) two windows on one session see the same, and what is typed in one appears in the other', async () => {
  const other = await scene.app.openWindow();
  // The second window of the workspace brings its sessions back by itself; if it has not, the picker opens it.
  await other.runCommand('Revenant: Open Session…');
  await other.pick('1');
  await other.waitForTerminal(/ready> $/);
  await window.typeInTerminal('echo from-$((1+0))\n');
  await other.waitForTerminal(/^from-1$/m);
  await other.typeInTerminal('echo from-$((1+1))\n');
  await window.waitForTerminal(/^from-2$/m);
  let texts: (string | undefined)[] = [];
  await waitFor('both to show the same', async () => {
    texts = [await window.terminalText(), await other.terminalText()];
    return texts[0] === texts[1];
  }).catch((error: unknown) => {
    throw new Error(`They show different things: ${JSON.stringify(texts)}`, { cause: error });
  });
  assert.equal((await scene.onlySession()).connectionCount, 2);
  await other.page.close();
  await waitFor('the closed window to be gone', async () => (await scene.onlySession()).connectionCount === 1);
});

test('g) the command line attaches to a session that a window shows', async (t) => {
  const session = await scene.onlySession();
  const terminal = spawn(process.execPath, [scene.cliScript, 'attach', session.id], {
    cols: 80,
    rows: 24,
    cwd: scene.workspace,
    env: { ...outsideEnvironment(), REVENANT_HOME: scene.home, TERM: 'xterm-256color' },
  });
  let output = '';
  let hasExited = false;
  terminal.onData((data) => (output += data));
  terminal.onExit(() => (hasExited = true));
  t.after(() => {
    if (!hasExited) {
      terminal.kill('SIGKILL');
    }
  });
  await waitFor('the attached terminal to show the screen', () => output.includes('from-2'));
  terminal.write('echo from-$((1+2))\r');
  await window.waitForTerminal(/^from-3$/m);
  await waitFor('its echo in the attached terminal', () => output.includes('from-3'));
  await window.typeInTerminal('echo from-$((2+2))\n');
  await waitFor('what the window typed', () => output.includes('from-4'));
  terminal.write('\x1c\x1c');
  await waitFor('it to detach', () => hasExited);
  assert.match(output, /detached/);
  assert.equal((await scene.onlySession()).state, 'running');
});

test('the tree follows what the command line does, within a second', async () => {
  await window.showViewContainer('Revenant');
  await window.treeRow('1').waitFor();
  const created = await scene.cli('new', '--name', 'from-cli', '--json');
  assert.equal(created.code, 0, created.stderr);
  await window.treeRow('from-cli').waitFor({ timeout: 1000 });
  assert.equal((await scene.cli('rename', 'from-cli', 'renamed')).code, 0);
  await window.treeRow('renamed').waitFor({ timeout: 1000 });
  assert.equal((await scene.cli('kill', 'renamed')).code, 0);
  assert.equal((await scene.cli('delete', 'renamed', '--force')).code, 0);
  await window.treeRow('renamed').waitFor({ state: 'detached', timeout: 1000 });
});

test('h) delete removes every file of a session', async () => {
  const session = await scene.onlySession();
  const directory = path.join(scene.home, 'sessions', session.id);
  assert.ok(fs.existsSync(path.join(directory, 'metadata.json')));
  await window.showViewContainer('Revenant');
  await window.chooseFromContextMenu(window.treeRow('1'), 'Delete');
  await window.dialog().waitFor();
  await window.dialog().getByRole('button', { name: 'Delete' }).click();
  await waitFor('the session to be gone', async () => (await scene.sessions()).length === 0);
  assert.deepEqual(fs.readdirSync(path.join(scene.home, 'sessions')), []);
  await waitFor('its terminal to close', async () => (await window.terminalTexts()).length === 0);
});
