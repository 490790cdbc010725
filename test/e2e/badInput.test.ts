import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, test } from 'node:test';
import { waitFor } from '../support/waitFor.ts';
import type { Workbench } from '../vscode/workbench.ts';
import { Scene } from './support/scene.ts';

// i) What people read when something is wrong: the cause, and what helps. Read from the screen.

async function withScene(scene: Scene, action: (window: Workbench) => Promise<void>): Promise<void> {
  try {
    await action(await scene.app.openWindow());
  } finally {
    await scene.end();
  }
}

/** Waits for a message, checks that it has a button, and puts it away. */
async function readMessage(window: Workbench, text: RegExp, button: string): Promise<void> {
  const message = window.notification(text);
  await message.waitFor();
  await message.getByRole('button', { name: button }).waitFor();
  await window.runCommand('Notifications: Clear All Notifications');
  await message.waitFor({ state: 'detached' });
}

test('settings that are of no use are named, with a way to them, and sessions start all the same', async () => {
  const scene = await Scene.open({
    'revenant.defaultShell': '/no/such/shell',
    'revenant.defaultDirectory': '/no/such/directory',
    'revenant.history.limitBytes': 5,
  });
  await withScene(scene, async (window) => {
    await window.runCommand('Revenant: New Session');
    for (const text of [
      /"revenant\.defaultShell" names "\/no\/such\/shell", which is not a program that can be run/,
      /"revenant\.defaultDirectory" gives "\/no\/such\/directory", which is not a directory/,
      /"revenant\.history\.limitBytes" is not used: it must be a whole number from \d+ to \d+, but is 5/,
    ]) {
      const message = window.notification(text);
      await message.waitFor();
      await message.getByRole('button', { name: 'Open Settings' }).waitFor();
    }
    await scene.screenshot(window, 'i-settings');
    // The messages do not wait for the session, which has to start a host first.
    await waitFor('the session', async () => (await scene.sessions()).some(({ state }) => state === 'running'));
    const session = await scene.onlySession();
    assert.equal(session.state, 'running');
    assert.equal(session.cwd, scene.workspace);
  });
});

describe('a session that cannot be started or read', () => {
  test('a directory or a program that cannot be used is refused where it is typed', async () => {
    const scene = await Scene.open();
    fs.writeFileSync(path.join(scene.workspace, 'notes.txt'), 'no program', { mode: 0o600 });
    await withScene(scene, async (window) => {
      await window.runCommand('Revenant: New Session…');
      await window.whenAsked('New Session: Name');
      await window.answerInput('broken');
      await window.whenAsked('New Session: Directory');
      await window.typeInQuickInput('/no/such/directory');
      await window.quickPickRow('there is no such directory').waitFor();
      await window.answerInput(scene.workspace);
      await window.whenAsked('New Session: Program');
      for (const program of ['/no/such/program', path.join(scene.workspace, 'notes.txt')]) {
        await window.typeInQuickInput(program);
        await window.quickPickRow(`${program}there is no such program, or it cannot be executed`).waitFor();
      }
      await scene.screenshot(window, 'i-program');
      assert.deepEqual(await scene.sessions(), []);
    });
  });

  test('damaged metadata is set aside with a message; other sessions are unharmed', async () => {
    const damaged = randomUUID();
    const scene = await Scene.open({}, (home) => {
      const directory = path.join(home, 'sessions', damaged);
      fs.mkdirSync(directory, { recursive: true });
      fs.writeFileSync(path.join(directory, 'metadata.json'), '{"version":1,"id":');
    });
    await withScene(scene, async (window) => {
      await readMessage(window, new RegExp(damaged), 'Show Log');
      await window.openTerminal('Revenant: New Session', /ready> $/);
      assert.equal((await scene.onlySession()).state, 'running');
      const kept = fs.readdirSync(path.join(scene.home, 'damaged'));
      assert.equal(kept.length, 1);
      assert.ok(kept[0]?.startsWith(damaged));
    });
  });
});

test('a data directory that cannot be used is named, in the tree too, and tried again on request', async () => {
  const scene = await Scene.open({}, (home) => fs.writeFileSync(home, 'in the way'));
  await withScene(scene, async (window) => {
    await window
      .notification(/No connection to the session host: .*\/r cannot be used: it is not a directory/)
      .waitFor();
    await window.showViewContainer('Revenant');
    await window.page
      .locator('.part.sidebar')
      .getByText(/the directory that holds the sessions cannot be used/)
      .first()
      .waitFor();
    await scene.screenshot(window, 'i-data-directory');
    fs.rmSync(scene.home);
    await window.page.locator('.part.sidebar').getByRole('button', { name: 'Try Again' }).click();
    await window.openTerminal('Revenant: New Session', /ready> $/);
  });
});
