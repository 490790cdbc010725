import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds, profileId, settingDefaults, viewIds } from '../../src/extension/contributions.ts';
import { waitFor } from '../support/waitFor.ts';

const extensionId = 'revenant.revenant';

function terminals(): readonly vscode.Terminal[] {
  return vscode.window.terminals;
}

async function closeTerminals(): Promise<void> {
  for (const terminal of terminals()) {
    terminal.dispose();
  }
  await waitFor('the terminals to close', () => terminals().length === 0);
}

describe('the installed extension', () => {
  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
  });

  after(closeTerminals);

  it('is found under its id and activates', () => {
    assert.equal(vscode.extensions.getExtension(extensionId)?.isActive, true);
  });

  it('has registered every command that it names', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commandIds).filter((id) => !registered.has(id)),
      [],
    );
  });

  it('has its view focusable by command', async () => {
    await vscode.commands.executeCommand(`${viewIds.sessions}.focus`);
  });

  it('offers every setting with the default that the code falls back to', () => {
    const actual = Object.fromEntries(
      Object.keys(settingDefaults).map((id) => [id, vscode.workspace.getConfiguration().inspect(id)?.defaultValue]),
    );
    assert.deepEqual(actual, settingDefaults);
  });

  it('opens a terminal for a new session, in the panel and in the editor area', async () => {
    await vscode.commands.executeCommand(commandIds.newSession);
    await waitFor('a terminal', () => terminals().length === 1);
    await vscode.commands.executeCommand(commandIds.newSessionInEditor);
    await waitFor('a terminal in an editor', () =>
      vscode.window.tabGroups.all.some((group) =>
        group.tabs.some((tab) => tab.input instanceof vscode.TabInputTerminal),
      ),
    );
    assert.equal(terminals().length, 2);
    assert.ok(terminals().every((terminal) => 'pty' in terminal.creationOptions));
    await closeTerminals();
  });

  it('gives a terminal through its profile', async () => {
    const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as {
      contributes: { terminal: { profiles: { id: string; title: string }[] } };
    };
    assert.deepEqual(
      manifest.contributes.terminal.profiles.map(({ id, title }) => ({ id, title })),
      [{ id: profileId, title: 'Revenant' }],
    );
    const platform = { linux: 'linux', darwin: 'osx', win32: 'windows' }[
      process.platform as 'linux' | 'darwin' | 'win32'
    ];
    const section = vscode.workspace.getConfiguration('terminal.integrated.defaultProfile');
    await section.update(platform, 'Revenant', vscode.ConfigurationTarget.Global);
    try {
      await vscode.commands.executeCommand('workbench.action.terminal.new');
      await waitFor('a terminal of ours', () => terminals().some((terminal) => 'pty' in terminal.creationOptions));
    } finally {
      await section.update(platform, undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
