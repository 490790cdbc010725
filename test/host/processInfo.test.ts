import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { inspectProcess } from '../../src/host/processInfo.ts';
import { OpenTerminals } from '../../src/keeper/openTerminals.ts';
import { PtyChild } from '../../src/keeper/ptyChild.ts';
import { testEnv } from '../keeper/support/keeperBox.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { nextEvent, waitFor } from '../support/waitFor.ts';

const isUnix = process.platform !== 'win32';

test('tells what runs in the foreground of a terminal, and where', { skip: !isUnix }, async (t) => {
  const directory = realpathSync(makeTempDirectory(t));
  const inner = path.join(directory, 'in (n) er');
  mkdirSync(inner);
  // A name with spaces, parentheses and more than the 15 bytes that the system keeps of it.
  const odd = path.join(directory, 'a-long-name-with-(parens)');
  copyFileSync(realpathSync('/bin/sleep'), odd);
  const options = { file: '/bin/bash', args: ['--norc', '-i'], cwd: directory, env: testEnv, cols: 80, rows: 24 };
  const shell = await PtyChild.start(options, new OpenTerminals());
  t.after(async () => {
    const exit = nextEvent('the end of the shell', shell.onDidExit);
    shell.signal('SIGKILL');
    await exit;
  });
  const becomes = (expected: { cwd: string; program: string }): Promise<boolean> =>
    waitFor(`${expected.program} in ${expected.cwd}`, async () => {
      const { cwd, program } = await inspectProcess(shell.pid);
      return cwd === expected.cwd && program === expected.program;
    });
  await becomes({ cwd: directory, program: 'bash' });
  shell.write(Buffer.from('(cd "in (n) er" && exec sleep 100)\r'));
  await becomes({ cwd: inner, program: 'sleep' });
  shell.write(Buffer.from('\x03'));
  await becomes({ cwd: directory, program: 'bash' });
  shell.write(Buffer.from(`"./${path.basename(odd)}" 100\r`));
  await becomes({ cwd: directory, program: path.basename(odd) });
  shell.write(Buffer.from('\x03'));
});

test('tells of a process without a terminal what it is itself', { skip: !isUnix }, async (t) => {
  const directory = realpathSync(makeTempDirectory(t));
  const child = spawn('sleep', ['100'], { cwd: directory, stdio: 'ignore', detached: true });
  t.after(() => child.kill('SIGKILL'));
  await waitFor('the program to be there', async () => (await inspectProcess(child.pid ?? 0)).program === 'sleep');
  assert.deepEqual(await inspectProcess(child.pid ?? 0), { cwd: directory, program: 'sleep' });
  if (process.platform === 'linux') {
    rmSync(directory, { recursive: true });
    assert.deepEqual(await inspectProcess(child.pid ?? 0), { program: 'sleep' });
  }
});

test(
  'leaves out a sentence that a program wrote in place of its name',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const child = spawn('sleep', ['100'], { argv0: 'sleep: waiting [of 100]', stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    await waitFor('the program to be there', async () => (await inspectProcess(child.pid ?? 0)).program === 'sleep');
  },
);

test('knows nothing of a process that is gone', async () => {
  assert.deepEqual(await inspectProcess(4_194_999), {});
});
