import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { OpenTerminals } from '../../src/keeper/openTerminals.ts';
import { PtyChild, type PtyChildExit } from '../../src/keeper/ptyChild.ts';
import { isAlive } from '../support/isAlive.ts';
import { waitFor } from '../support/waitFor.ts';
import { testEnv } from './support/keeperBox.ts';

const isUnix = process.platform !== 'win32';

async function startScript(t: TestContext, script: string): Promise<PtyChild> {
  const options = { file: '/bin/sh', args: ['-c', script], cwd: '/', env: testEnv, cols: 80, rows: 24 };
  const child = await PtyChild.start(options, new OpenTerminals());
  t.after(() => child.signal('SIGKILL'));
  return child;
}

/** What `seq 1 count` prints on a terminal. */
function sequence(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 1}\r\n`).join('');
}

test('hands on output in order and whole, however often it is paused', { skip: !isUnix }, async (t) => {
  // A paused stream still holds what was read; reading on from the system must not overtake it.
  const child = await startScript(t, 'seq 1 300000');
  const parts: Buffer[] = [];
  let exit: PtyChildExit | undefined;
  let pauses = 0;
  child.onDidOutput((bytes) => {
    parts.push(Buffer.from(bytes));
    if (randomInt(8) === 0) {
      pauses++;
      child.pause();
      setTimeout(() => child.resume(), randomInt(5));
    }
  });
  child.onDidExit((value) => (exit = value));
  await waitFor('the end', () => exit);
  assert.ok(pauses > 10, `${pauses} pauses`);
  assert.ok(Buffer.concat(parts).toString() === sequence(300_000));
});

test('takes nothing more while it is paused, but for what was under way', { skip: !isUnix }, async (t) => {
  const child = await startScript(t, 'exec yes');
  let bytesAfterPause = 0;
  let isPaused = false;
  child.onDidOutput((bytes) => {
    bytesAfterPause += isPaused ? bytes.length : 0;
    isPaused = true;
    child.pause();
  });
  await waitFor('output', () => isPaused);
  const start = performance.now();
  await waitFor('half a second', () => performance.now() - start > 500);
  assert.ok(bytesAfterPause <= 64 * 1024, `${bytesAfterPause} bytes`);
});

test('bears writes, resizes and signals after the end', { skip: !isUnix }, async (t) => {
  const child = await startScript(t, 'exit 4');
  let exit: PtyChildExit | undefined;
  child.onDidExit((value) => (exit = value));
  await waitFor('the end', () => exit);
  assert.deepEqual(exit, { exitCode: 4, signal: 0 });
  assert.equal(child.write(Buffer.from('too late')), true);
  child.resize(100, 30);
  child.signal('SIGTERM');
  child.pause();
  child.resume();
});

test('gives the end only after the last output, also of many that end at once', { skip: !isUnix }, async (t) => {
  const ends = Array.from({ length: 20 }, async (_, index) => {
    const child = await startScript(t, `head -c ${index * 7_000} /dev/zero; printf last`);
    let output = 0;
    let outputAtExit: number | undefined;
    child.onDidOutput((bytes) => (output += bytes.length));
    child.onDidExit(() => (outputAtExit = output));
    await waitFor('the end', () => outputAtExit !== undefined);
    assert.equal(isAlive(child.pid), false);
    return outputAtExit;
  });
  assert.deepEqual(
    await Promise.all(ends),
    Array.from({ length: 20 }, (_, index) => index * 7_000 + 4),
  );
});

test(
  'tells the terminal that input is UTF-8, so that one backspace erases one character',
  { skip: !isUnix },
  async (t) => {
    // Without IUTF8 the system erased one byte: half of a character stayed in what `cat` or `read` then got.
    const child = await startScript(t, 'echo ready; head -n 1 | od -An -tx1');
    let output = '';
    child.onDidOutput((bytes) => (output += Buffer.from(bytes).toString('latin1')));
    await waitFor('the program', () => output.includes('ready'));
    child.write(Buffer.from('aü\x7fb\r'));
    await waitFor('the line', () => / 0a\r\n/.test(output));
    assert.match(output, /(^|\n) 61 62 0a\r\n/);
  },
);
