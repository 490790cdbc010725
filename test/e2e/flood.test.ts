import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Workbench } from '../vscode/workbench.ts';
import { BrowserApp } from './support/browserApp.ts';
import { Scene } from './support/scene.ts';

// A window of a real VS Code and output that comes faster than it can be drawn. One story, told in order.

let scene: Scene;
let window: Workbench;
let session: string;

before(async () => {
  // Else VS Code may fill the panel with a terminal of its own beside the one that is opened here.
  scene = await Scene.open({
    'terminal.integrated.hideOnStartup': 'whenEmpty',
    // The built-in terminals': without the machine's own rc files.
    'terminal.integrated.profiles.linux': { bare: { path: '/bin/bash', args: ['--noprofile', '--norc'] } },
    'terminal.integrated.profiles.osx': { bare: { path: '/bin/bash', args: ['--noprofile', '--norc'] } },
    'terminal.integrated.defaultProfile.linux': 'bare',
    'terminal.integrated.defaultProfile.osx': 'bare',
  });
  window = await scene.app.openWindow();
  await window.openTerminal('Revenant: New Session', /ready> $/);
  await window.typeInTerminal('echo "<$REVENANT_SESSION>"\n');
  session = /^<([-\da-f]+)>$/m.exec(await window.waitForTerminal(/^<[-\da-f]+>\nready> $/m))?.[1] ?? '';
});

after(() => scene.end());

/** Some 20 MB, which the built-in terminal of the same window draws in 15 to 30 s. */
const manyLines = 2_500_000;

let floods = 0;

/** A command that floods and then says so, in words that its own echo does not hold. */
function flood(): { readonly command: string; readonly end: string } {
  floods++;
  return { command: `seq 1 ${manyLines}; echo flo""od-${floods}`, end: `flood-${floods}` };
}

/** Types a command without the window's help, and waits until the session has its output. */
async function runElsewhere(command: string, end: string): Promise<void> {
  const sent = await scene.cli('send', session, '--enter', command);
  assert.equal(sent.code, 0, sent.stderr);
  const waited = await scene.cli('wait', session, '--text', `^${end}$`, '--timeout', '60000');
  assert.equal(waited.code, 0, waited.stderr);
}

/** Waits until the window shows exactly what the session's screen holds, with all the scrollback that a window has. */
async function assertShowsSession(end: string): Promise<void> {
  await window.waitForTerminal(new RegExp(`^${end}\nready> $`, 'm'), 30_000);
  const { stdout } = await scene.cli('capture', session, '--scrollback', '1000');
  const expected = stdout.trimEnd().split('\n');
  const shown = ((await window.terminalText()) ?? '').trimEnd().split('\n');
  assert.ok(shown.includes(String(manyLines)), 'the last line of the flood is there');
  assert.deepEqual(shown, expected);
}

test('the prompt is back after a flood, over the right last screen', async (t) => {
  const { command, end } = flood();
  await window.typeInTerminal(`${command}\n`);
  const startMs = performance.now();
  await window.waitForTerminal(new RegExp(`^${end}\nready> $`, 'm'), 60_000);
  t.diagnostic(`prompt back after ${(performance.now() - startMs).toFixed()} ms`);
  await assertShowsSession(end);
  await scene.screenshot(window, 'flood-a-prompt');
});

test('in an endless flood the window can be used, and Ctrl+C brings the prompt', async (t) => {
  await window.typeInTerminal('yes "$(seq -s " " 1 20)"\n');
  await window.waitForTerminal(/(?:^1 2 3 [\d ]+ 20\n){500}/m, 30_000);
  await window.page.keyboard.press('F1');
  await window.page.locator('.quick-input-widget:visible input.input').waitFor();
  await scene.screenshot(window, 'flood-b-palette');
  await window.page.keyboard.press('Escape');
  // The focus goes back to the terminal before the key.
  await window.typeInTerminal('');
  const startMs = performance.now();
  await window.page.keyboard.press('Control+c');
  await window.waitForTerminal(/\^C\nready> $/);
  t.diagnostic(`prompt ${(performance.now() - startMs).toFixed()} ms after Ctrl+C`);
  await window.typeInTerminal('echo still-$((40+2))\n');
  await window.waitForTerminal(/^still-42\nready> $/m);
  await scene.screenshot(window, 'flood-b-prompt');
});

test('a browser tab that was frozen during a flood shows exactly the session when it is looked at again', async () => {
  // A browser freezes only tabs that nobody sees, and a headless one has none. A page that is paused in the debugger runs
  // as little as a frozen one: no script, no timer, no message.
  const devtools = await window.page.context().newCDPSession(window.page);
  const paused = new Promise((resolve) => devtools.once('Debugger.paused', resolve));
  await devtools.send('Debugger.enable');
  await devtools.send('Debugger.pause');
  await paused;
  const { command, end } = flood();
  await runElsewhere(command, end);
  await runElsewhere('echo la""ter', 'later');
  await devtools.send('Debugger.disable');
  await assertShowsSession('later');
  await scene.screenshot(window, 'flood-c-tab');
});

test('an extension host that was stopped during a flood shows exactly the session when it goes on', async (t) => {
  const { app } = scene;
  const pid = app instanceof BrowserApp ? app.extensionHostPids.at(-1) : undefined;
  if (pid === undefined) {
    t.skip("only the browser's server tells the process of the extension host");
    return;
  }
  process.kill(pid, 'SIGSTOP');
  try {
    const { command, end } = flood();
    await runElsewhere(command, end);
    await runElsewhere('echo much-la""ter', 'much-later');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await assertShowsSession('much-later');
  await scene.screenshot(window, 'flood-d-extension-host');
});

test('floods beside a built-in terminal that floods as well all end with the prompt', async (t) => {
  // A window that is busy acknowledges late: the host sends whole frames, cut anywhere, and drops what comes meanwhile.
  await window.openTerminal('Terminal: Create New Terminal', /ready> ?$/);
  await window.typeInTerminal('while :; do seq 1 100000; done\n');
  await window.waitForTerminal(/^\d{5}\n\d{5}$/m);
  await window.openTerminal('Revenant: New Session', /ready> $/);
  for (let round = 1; round <= 6; round++) {
    const startMs = performance.now();
    await window.typeInTerminal(`seq 1 ${manyLines}; echo beside""-${round}\n`);
    await window.waitForTerminal(new RegExp(`^${manyLines}\nbeside-${round}\nready> $`, 'm'), 30_000);
    t.diagnostic(`prompt back after ${(performance.now() - startMs).toFixed()} ms`);
  }
  await scene.screenshot(window, 'flood-e-beside');
});
