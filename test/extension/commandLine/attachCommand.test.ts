import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { attachCommandLine, type AttachCommandOptions } from '../../../src/extension/commandLine/attachCommand.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';
import { newSessionId } from '../support/sessions.ts';

const session = newSessionId();
const options: AttachCommandOptions = {
  session,
  command: undefined,
  node: '/usr/bin/node',
  script: '/ext/cli.js',
  home: undefined,
  platform: 'linux',
};

test('the installed command is called by its name or path', () => {
  assert.equal(attachCommandLine({ ...options, command: 'revenant' }), `revenant attach ${session}`);
  assert.equal(attachCommandLine({ ...options, command: '/a b/revenant' }), `'/a b/revenant' attach ${session}`);
  const windows = { ...options, platform: 'win32', home: "C:\\it's" } as const;
  assert.equal(
    attachCommandLine(windows),
    `$env:REVENANT_HOME='C:\\it''s'; $env:ELECTRON_RUN_AS_NODE='1'; & '/usr/bin/node' '/ext/cli.js' attach ${session}`,
  );
});

test("without it a shell runs the extension's own, whatever the paths", { skip: process.platform === 'win32' }, (t) => {
  const directory = path.join(makeTempDirectory(t), `it's $HOME "quoted"`);
  fs.mkdirSync(directory);
  const script = path.join(directory, 'cli.js');
  fs.writeFileSync(
    script,
    'console.log(JSON.stringify([process.argv.slice(2), process.env.REVENANT_HOME, process.env.ELECTRON_RUN_AS_NODE]))',
  );
  const line = attachCommandLine({ ...options, node: process.execPath, script, home: directory });
  const output = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(output), [['attach', session], directory, '1']);
});
