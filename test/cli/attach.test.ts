import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../support/waitFor.ts';
import { CommandLine } from './support/commandLine.ts';
import { ShownTerminal } from './support/shownTerminal.ts';

const detach = '\x1c';

test('attach shows what was there, takes what is typed, and the session goes on after a detach', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--name', 'work');
  await cli.text('send', id, '--enter', 'echo already=$((1+1))');
  await cli.text('wait', id, '--text', '^already=2$', '--timeout', '20000');

  const shown = new ShownTerminal(t, cli, ['attach', 'work']);
  await shown.shows(/^already=2$/m);
  shown.type('echo typed=$((2+2))\r');
  await shown.shows(/^typed=4$/m);
  shown.type(detach);
  shown.type(detach);
  await shown.shows(/\[detached from work\]$/);
  assert.equal(await shown.exitCode, 0);
  const [session] = (await cli.json('list', '--json')) as { state: string; connectionCount: number }[];
  assert.deepEqual([session?.state, session?.connectionCount], ['running', 0]);
});

test('one detach key alone is typed into the session', async (t) => {
  const cli = CommandLine.create(t);
  // Ctrl+\ makes a terminal send SIGQUIT.
  const id = await cli.text(
    'new',
    '--',
    '/bin/sh',
    '-c',
    'trap "echo quit" QUIT; echo up; while read x; do echo "got $x"; done',
  );
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/^up$/m);
  shown.type(`${detach}abc\r`);
  await shown.shows(/quit[^]*got abc/);
  // And by itself when no other key follows for a while.
  shown.type(detach);
  await shown.shows(/quit[^]*quit/);
});

for (const { what, args, env } of [
  { what: 'an option', args: ['--detach-key', 'ctrl-a d'], env: {} },
  { what: 'the environment', args: [], env: { REVENANT_DETACH_KEY: '^a d' } },
]) {
  test(`other detach keys come from ${what}`, async (t) => {
    const cli = CommandLine.create(t);
    const id = await cli.newShell();
    const shown = new ShownTerminal(t, cli, ['attach', id, ...args], env);
    await shown.shows(/[$#]/);
    shown.type('\x01d');
    await shown.shows(/\[detached from 1\]/);
    assert.equal(await shown.exitCode, 0);
  });
}

test('the session takes the size of the terminal and follows it', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--cols', '40', '--rows', '10');
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/[$#]/);
  shown.type('stty size\r');
  await shown.shows(/^24 80$/m);
  shown.resize(100, 30);
  await waitFor('the new size', async () => {
    const [session] = (await cli.json('list', '--json')) as { cols: number; rows: number }[];
    return session?.cols === 100 && session.rows === 30;
  });
  shown.type('stty size\r');
  await shown.shows(/^30 100$/m);
});

test('one who only looks neither types nor changes the size', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--cols', '40', '--rows', '10');
  const shown = new ShownTerminal(t, cli, ['attach', '--read-only', id]);
  await shown.shows(/[$#]/);
  shown.type('echo never\r');
  await cli.text('send', id, '--enter', 'echo sent; stty size');
  await shown.shows(/^sent\n10 40$/m);
  assert.doesNotMatch(shown.text(), /never/);
  shown.type(detach + detach);
  await shown.shows(/\[detached from 1\]/);
});

test('a session that ends says so; Enter starts a shell below its history, and q leaves', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--name', 'work');
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/[$#]/);
  shown.type('echo kept; exit 5\r');
  await shown.shows(/ended .*with exit code 5\. Press Enter to start a shell in ~\.\nPress q to leave\.$/);
  shown.type('ignored\r');
  await waitFor('the new shell', async () => {
    const [session] = (await cli.json('list', '--json')) as { state: string }[];
    return session?.state === 'running';
  });
  shown.type('echo again=$((3+3))\r');
  const text = await shown.shows(/^again=6$/m);
  assert.match(text, /^kept\n[^]*^again=6$/m);
  assert.doesNotMatch(text, /ignored|Press Enter/);

  shown.type('exit\r');
  await shown.shows(/Press q to leave\.$/);
  shown.type('q');
  await shown.shows(/\[detached from work\]$/);
  assert.equal(await shown.exitCode, 0);
});

test('a session that has ended is shown with its history', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.text('new', '--', '/bin/sh', '-c', 'echo its history; exit 1');
  await cli.text('wait', id, '--exit', '--timeout', '20000');
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/its history\n[^]*with exit code 1\. Press Enter/);
  shown.type('\x03');
  assert.equal(await shown.exitCode, 0);
});

test('after a detach the terminal is an ordinary one, whatever the program had turned on', async (t) => {
  const cli = CommandLine.create(t);
  const modes = '\\033[?1049h\\033[?1003h\\033[?1006h\\033[?2004h\\033[?25l\\033[?1h\\033[?7l';
  const id = await cli.text('new', '--', '/bin/sh', '-c', `printf '${modes}full screen'; sleep 77777`);
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  const fresh = { ...shown.terminal.modes };
  await shown.shows(/full screen/);
  await waitFor('the modes', () => shown.terminal.modes.mouseTrackingMode === 'any');
  assert.equal(shown.terminal.buffer.active.type, 'alternate');
  shown.type(detach + detach);
  await shown.shows(/\[detached from 1\]$/);
  assert.deepEqual({ ...shown.terminal.modes }, fresh);
  assert.equal(shown.terminal.buffer.active.type, 'normal');
});

test('a session that is deleted ends the attach', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--name', 'work');
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/[$#]/);
  await cli.text('delete', id);
  await shown.shows(/\[session work was deleted\]$/);
  assert.equal(await shown.exitCode, 0);
});

test('when the host is killed, attach comes back by itself and misses nothing', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/[$#]/);
  shown.type('echo before=$((4+4))\r');
  await shown.shows(/^before=8$/m);
  const pid = cli.hostPid();
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
  await shown.shows(/connection lost, connecting again/);
  shown.type('q');
  await waitFor('the message to go', () => !/connection lost/.test(shown.text()));
  // Ctrl+U, should the q have come through.
  shown.type('\x15echo after=$((5+5))\r');
  await shown.shows(/^before=8\n[^]*^after=10$/m);
});

test('a flood is shown to its end', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  await shown.shows(/[$#]/);
  shown.type('seq 1 200000; echo the end\r');
  await shown.shows(/^199999\n200000\nthe end$/m);
});

test('delete asks in a terminal when the session runs', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--name', 'work');
  for (const { answer, code, remains } of [
    { answer: '\r', code: 1, remains: 1 },
    { answer: '\x04', code: 1, remains: 1 },
    { answer: 'y\r', code: 0, remains: 0 },
  ]) {
    const shown = new ShownTerminal(t, cli, ['delete', id]);
    await shown.shows(/Session "work" is running .*\[y\/N\]/);
    shown.type(answer);
    assert.equal(await shown.exitCode, code);
    assert.equal(((await cli.json('list', '--json')) as unknown[]).length, remains);
  }
});

test('new takes the size of the terminal', async (t) => {
  const cli = CommandLine.create(t);
  const shown = new ShownTerminal(t, cli, ['new', '--json', '--', '/bin/sh']);
  await shown.shows(/"cols": 80,\n *"rows": 24,/);
  assert.equal(await shown.exitCode, 0);
});
