import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isAlive } from '../support/isAlive.ts';
import { waitFor } from '../support/waitFor.ts';
import type { Workbench } from '../vscode/workbench.ts';
import { Scene } from './support/scene.ts';

// A shell that prints numbers goes through everything that a window can do to it. One story, told in order: each test
// goes on where the one before stopped.

let scene: Scene;
let window: Workbench;
let pid: number;

before(async () => {
  // Else VS Code fills an empty panel with a terminal of its own when it starts, beside what comes back.
  scene = await Scene.open({ 'terminal.integrated.hideOnStartup': 'whenEmpty' });
  window = await scene.app.openWindow();
});

after(() => scene.end());

/** The numbers after "count" on the screen and in the scrollback, as they stand there. */
function countsIn(text: string): number[] {
  return [...text.matchAll(/^count (\d+)$/gm)].map((match) => Number(match[1]));
}

function assertUnbroken(counts: readonly number[]): void {
  const first = counts[0] ?? Number.NaN;
  assert.deepEqual(
    counts,
    counts.map((_, index) => first + index),
  );
}

async function countAtLeast(wanted: number): Promise<number[]> {
  return waitFor(`count ${wanted} on the screen`, async () => {
    const counts = countsIn((await window.terminalText()) ?? '');
    return (counts.at(-1) ?? 0) >= wanted ? counts : undefined;
  });
}

test('a session from the palette runs a counter', async () => {
  await window.openTerminal('Revenant: New Session', /ready> $/);
  await window.typeInTerminal('i=0; while :; do i=$((i+1)); echo "count $i"; sleep 0.2; done\n');
  await countAtLeast(3);
  const session = await scene.onlySession();
  assert.equal(session.state, 'running');
  assert.equal(session.cwd, scene.workspace);
  assert.ok(session.pid !== null && isAlive(session.pid));
  pid = session.pid;
});

test('a) after a reload of the page the terminal is back by itself: same process, the count unbroken, nothing twice', async () => {
  await window.reload();
  const reached = countsIn(await window.waitForTerminal(/count \d+\n/, 30_000)).at(-1) ?? 0;
  const counts = await countAtLeast(reached + 3);
  assertUnbroken(counts);
  assert.equal(counts[0], 1);
  assert.equal((await scene.onlySession()).pid, pid);
  assert.equal((await window.terminalTexts()).length, 1, 'there is one terminal, and no empty one beside it');
  await scene.screenshot(window, 'a-after-reload');
});

test('b) the tab is closed, the session goes on, and opens from the tree into the editor area', async () => {
  await window.runCommand('Terminal: Kill the Active Terminal Instance');
  await window.notification(/goes on running|keeps running|still running/).waitFor();
  await waitFor('the terminal to close', async () => (await window.terminalTexts()).length === 0);
  const before = await scene.onlySession();
  assert.equal(before.pid, pid);
  assert.equal(before.connectionCount, 0);

  await window.showViewContainer('Revenant');
  await window.chooseFromContextMenu(window.treeRow('1'), 'Open in Editor Area');
  await window.waitForTerminal(
    /count \d+\n/,
    20_000,
    '.editor-container .terminal-wrapper, .editor-instance .terminal-wrapper',
  );
  const reached = countsIn((await window.terminalText()) ?? '').at(-1) ?? 0;
  const counts = await countAtLeast(reached + 3);
  assertUnbroken(counts);
  assert.equal(counts[0], 1);
  await scene.screenshot(window, 'b-editor-from-tree');
});

test('c) all of VS Code is killed and started again: same process, same screen, in the editor area as before', async () => {
  const seen = countsIn((await window.terminalText()) ?? '').at(-1) ?? 0;
  await scene.app.kill();
  assert.ok(isAlive(pid));
  await scene.app.start();
  window = await scene.app.openWindow();
  const counts = await countAtLeast(seen + 3);
  assertUnbroken(counts);
  assert.equal(counts[0], 1);
  assert.equal((await scene.onlySession()).pid, pid);
  assert.equal(
    (await window.terminalTexts('.editor-container .terminal-wrapper, .editor-instance .terminal-wrapper')).length,
    1,
  );
});

test('d) SIGKILL to the session host during output: same process, every line once', async () => {
  const host = await scene.hostStatus();
  assert.ok(host.pid !== null);
  process.kill(host.pid, 'SIGKILL');
  const reached = countsIn((await window.terminalText()) ?? '').at(-1) ?? 0;
  const counts = await countAtLeast(reached + 5);
  assertUnbroken(counts);
  const status = await scene.hostStatus();
  assert.notEqual(status.pid, host.pid);
  await scene.screenshot(window, 'd-host-killed');
  const session = await scene.onlySession();
  assert.equal(session.pid, pid);
  assertUnbroken(countsIn((await scene.history(session.id)).replaceAll('\r', '')));
});

test('e) SIGKILL to host and keeper: the session is lost, its history is there, Enter starts a shell in the last directory', async () => {
  await window.typeInTerminal('');
  await window.page.keyboard.press('Control+c');
  await window.waitForTerminal(/\^C\n*ready> $/);
  await window.typeInTerminal('cd sub && pwd\n');
  await window.waitForTerminal(/workspace\/sub\n/);
  await waitFor('the host to know the directory', async () => (await scene.onlySession()).cwd.endsWith('/sub'));
  const status = await scene.hostStatus();
  for (const victim of [...status.keepers.map((keeper) => keeper.pid), status.pid]) {
    process.kill(victim ?? Number.NaN, 'SIGKILL');
  }
  await waitFor('the shell to end with its keeper', () => !isAlive(pid));
  await window.waitForTerminal(/lost[^]*Press Enter[^]*workspace\/sub/, 30_000);
  const text = (await window.terminalText()) ?? '';
  assert.match(text, /count 1\ncount 2\n/);
  assert.equal((await scene.onlySession()).state, 'lost');
  await scene.screenshot(window, 'e-lost');

  await window.typeInTerminal('\n');
  await window.waitForTerminal(/ready> $/);
  await window.typeInTerminal('pwd\n');
  await window.waitForTerminal(/ready> pwd\n[^\n]*workspace\/sub\n/);
  const session = await scene.onlySession();
  assert.equal(session.state, 'running');
  assert.notEqual(session.pid, pid);
  assert.match((await window.terminalText()) ?? '', /count 1\ncount 2\n/, 'the history is above the new shell');
  await scene.screenshot(window, 'e-restarted');
});
