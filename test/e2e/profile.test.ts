import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { waitFor } from '../support/waitFor.ts';
import type { Workbench } from '../vscode/workbench.ts';
import { Scene } from './support/scene.ts';

let scene: Scene;
let window: Workbench;

before(async () => {
  const profile = 'Revenant';
  scene = await Scene.open({
    'terminal.integrated.defaultProfile.linux': profile,
    'terminal.integrated.defaultProfile.osx': profile,
    'terminal.integrated.defaultProfile.windows': profile,
  });
  window = await scene.app.openWindow();
  // VS Code knows of the profile when it knows of the extension; the view tells.
  await window.showViewContainer('Revenant');
});

after(() => scene.end());

function tabs(): Locator {
  return window.page.locator('.terminal-tabs-entry').filter({ hasText: /^\s*\d+$/ });
}

test('as the default profile, a new terminal from the panel is a session', async () => {
  await window.openTerminal('Revenant: New Session', /ready> $/);
  await window.typeInTerminal('echo mark-$((40+2))\n');
  await window.waitForTerminal(/^mark-42$/m);
  await window.page.locator('.panel .title-actions .codicon-plus').first().click();
  await waitFor('a second session', async () => (await scene.sessions()).length === 2);
  await tabs().filter({ hasText: '2' }).waitFor();
  await window.typeInTerminal('echo second-$((1+1))\n');
  await waitFor('its echo', async () => (await window.terminalTexts()).some((text) => text.includes('second-2')));
  await scene.screenshot(window, 'profile');
});

test('after a reload the terminal that VS Code opens by itself is one of those that come back, not one more', async () => {
  const before = await scene.sessions();
  await window.reload();
  await waitFor('both to be attached', async () =>
    (await scene.sessions()).every(({ connectionCount }) => connectionCount === 1),
  );
  await waitFor('two terminals', async () => (await tabs().count()) === 2);
  const now = await scene.sessions();
  assert.deepEqual(new Set(now.map(({ pid }) => pid)), new Set(before.map(({ pid }) => pid)));
  await waitFor('the screen from before', async () =>
    (await window.terminalTexts()).some((text) => /^mark-42\n[^]*ready> $/m.test(text)),
  );
});
