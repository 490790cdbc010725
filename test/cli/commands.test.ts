import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import headless from '@xterm/headless';
import { waitFor } from '../support/waitFor.ts';
import { CommandLine, program } from './support/commandLine.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const sessionKeys = [
  'id',
  'displayName',
  'state',
  'pid',
  'exitCode',
  'shell',
  'args',
  'cwd',
  'cols',
  'rows',
  'createdAt',
  'lastActivity',
  'connectionCount',
];

interface Session {
  readonly id: string;
  readonly displayName: string;
  readonly state: string;
  readonly pid: number | null;
  readonly exitCode: number | null;
  readonly cwd: string;
  readonly cols: number;
  readonly rows: number;
  readonly shell: string;
  readonly args: readonly string[];
}

async function sessionsOf(cli: CommandLine): Promise<Session[]> {
  return (await cli.json('list', '--json')) as Session[];
}

/** What a fresh terminal shows after these bytes. */
async function linesShownFor(vt: string): Promise<string[]> {
  const terminal = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(vt, resolve));
  const { active } = terminal.buffer;
  return Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true).trimEnd() ?? '',
  );
}

test('an empty list says how to make a session', async (t) => {
  const cli = CommandLine.create(t);
  assert.equal(await cli.text('list'), 'There are no sessions. "revenant new" makes one.');
  assert.deepEqual(await cli.json('list', '--json'), []);
});

test('new prints an id; the session has the name, directory, size and program that were asked for', async (t) => {
  const cli = CommandLine.create(t);
  const directory = path.join(realpathSync(cli.home), 'work here');
  mkdirSync(directory);
  const id = await cli.text(
    'new',
    '--name',
    'Bäcker 日本',
    '--cwd',
    'work here',
    '--cols',
    '100',
    '--rows',
    '30',
    '--',
    'sleep',
    '77777',
  );
  assert.match(id, uuid);
  const [session] = await sessionsOf(cli);
  const { displayName, state, cwd, cols, rows, shell, args, exitCode } = session ?? {};
  assert.deepEqual(
    { displayName, state, cwd, cols, rows, args, exitCode },
    {
      displayName: 'Bäcker 日本',
      state: 'running',
      cwd: directory,
      cols: 100,
      rows: 30,
      args: ['77777'],
      exitCode: null,
    },
  );
  assert.match(shell ?? '', /(^|\/)sleep$/);
  const table = await cli.text('list');
  assert.match(table, new RegExp(`^ID +NAME.*\n${id.slice(0, 8)}  Bäcker 日本  running  .*~/work here$`));
});

test('new --json and list --json print the same session with the frozen keys first', async (t) => {
  const cli = CommandLine.create(t);
  const made = (await cli.json('new', '--json', '--', '/bin/sh')) as Session;
  assert.deepEqual(Object.keys(made).slice(0, sessionKeys.length), sessionKeys);
  assert.deepEqual([made.displayName, made.cols, made.rows, typeof made.pid], ['1', 80, 24, 'number']);
  const [listed] = await sessionsOf(cli);
  assert.equal(listed?.id, made.id);
});

test('send types, wait waits, capture shows, history keeps', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--name', 'work');
  await cli.text('send', 'work', '--enter', 'echo', 'sum=$((40+2))');
  await cli.text('wait', id.slice(0, 6), '--text', '^sum=42$', '--timeout', '20000');
  assert.match(await cli.text('capture', 'work'), /echo sum=\$\(\(40\+2\)\)\nsum=42\n/);
  await cli.text('send', 'work', '--', '-not an option');
  await cli.text('wait', 'work', '--text=-not an option', '--timeout', '20000');
  await cli.text('send', 'work', '--enter', '');
  await cli.text('wait', 'work', '--idle', '100', '--timeout', '20000');
  const screen = (await cli.json('capture', 'work', '--json')) as { cols: number; lines: string[]; buffer: string };
  assert.deepEqual([screen.cols, screen.buffer, screen.lines.includes('sum=42')], [80, 'normal', true]);
  assert.deepEqual(await cli.json('capture', 'work', '--format', 'json'), screen);
  const { stdout: vt } = await cli.run(['capture', 'work', '--format', 'vt']);
  assert.deepEqual(await linesShownFor(vt), screen.lines);
  assert.match(await cli.text('history', 'work'), /^sum=42$/m);
  const { stdout: raw } = await cli.run(['history', 'work', '--format', 'raw']);
  assert.match(raw, /sum=42\r\n/);
  const cast = (await cli.text('history', 'work', '--format', 'cast'))
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  assert.equal((cast[0] as { version: number }).version, 3);
  assert.ok(cast.slice(1).every(Array.isArray));
});

test('capture --scrollback adds lines above the screen', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--rows', '5');
  await cli.text('send', id, '--enter', 'seq 1 30; echo the end');
  await cli.text('wait', id, '--text', '^the end$', '--timeout', '20000');
  assert.doesNotMatch(await cli.text('capture', id), /^10$/m);
  assert.match(await cli.text('capture', id, '--scrollback', '1000'), /^9\n10\n11\n/m);
});

test('a session ends with its exit code, is restarted below its history, killed, renamed and deleted', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  await cli.text('rename', '1', 'new name');
  await cli.text('send', 'new name', '--enter', 'echo before; exit 3');
  await cli.text('wait', id, '--exit', '--timeout', '20000');
  const [ended] = await sessionsOf(cli);
  assert.deepEqual([ended?.state, ended?.exitCode, ended?.pid], ['ended', 3, null]);
  assert.match(await cli.text('list'), /ended .*with exit code 3/);
  assert.equal((await cli.run(['kill', id])).code, 1);

  await cli.text('restart', id);
  await cli.text('send', id, '--enter', 'echo after');
  await cli.text('wait', id, '--text', '^after$', '--timeout', '20000');
  assert.match(await cli.text('capture', id), /^before\n[^]*^after$/m);
  await cli.text('kill', id);
  const [killed] = await sessionsOf(cli);
  assert.equal(killed?.state, 'ended');

  await cli.text('delete', id);
  assert.deepEqual(await sessionsOf(cli), []);
  assert.equal(existsSync(path.join(cli.home, 'sessions', id)), false);
});

test('a running session is deleted without a question when nobody can answer', async (t) => {
  const cli = CommandLine.create(t);
  await cli.newShell('--name', 'first');
  await cli.newShell('--name', 'second');
  await cli.text('delete', 'first');
  await cli.text('delete', 'second', '--force');
  assert.deepEqual(await sessionsOf(cli), []);
});

test('each failure is one line on stderr and an exit code of its own', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell('--name', 'same');
  await cli.newShell('--name', 'same');
  const file = path.join(cli.home, 'host.log');
  const missing = path.join(cli.home, 'missing');
  const cases: [string[], number, RegExp][] = [
    [['capture', 'nobody'], 3, /there is no session "nobody"/],
    [['kill', '00000000-0000-4000-8000-000000000000'], 3, /no session/],
    [['send', 'same', 'x'], 1, /"same" names 2 sessions: /],
    [['wait', id, '--text', 'never', '--timeout', '50'], 4, /a match of \/never\/ did not happen within 50 ms/],
    [['wait', id, '--exit', '--timeout', '0'], 4, /did not happen within 0 ms/],
    [['wait', id, '--text', '('], 2, /--text: Invalid regular expression.*; usage: revenant wait/],
    [['wait', id], 2, /one of --exit, --text and --idle is needed/],
    [['wait', id, '--exit', '--idle', '5'], 2, /exclude each other/],
    [['capture'], 2, /S is missing; usage: revenant capture S/],
    [['capture', id, '--format', 'xml'], 2, /must be one of: text, vt, json/],
    [['list', '--all'], 2, /unknown option "--all"/],
    [['list', 'extra'], 2, /unexpected argument "extra"/],
    [['new', 'vim'], 2, /unexpected argument "vim" \(put -- before the program\)/],
    [['new', '--cols', '1'], 2, /--cols is "1"/],
    [['new', '--cwd', missing], 1, new RegExp(missing)],
    [['new', '--cwd', file], 1, new RegExp(file)],
    [['new', '--', 'no-such-program-anywhere'], 1, /no-such-program-anywhere/],
    [['new', '--', file], 1, new RegExp(file)],
    [['rename', id, ''], 2, /name/i],
    [['attach', id], 1, /attach needs a terminal/],
    [['attach', id, '--detach-key', 'f1'], 2, /"f1" is no key that can detach/],
    [['frobnicate'], 2, /there is no command "frobnicate"/],
    [['host'], 2, /a word is missing; usage: revenant host status/],
    [['host', 'dance'], 2, /there is no command "host dance"/],
  ];
  for (const [args, code, message] of cases) {
    const outcome = await cli.run(args);
    const what = `revenant ${args.join(' ')}: ${outcome.stderr}`;
    assert.deepEqual([outcome.code, outcome.stdout], [code, ''], what);
    assert.match(outcome.stderr, /^revenant: [^\n]+\n$/, what);
    assert.match(outcome.stderr, message, what);
  }
});

test('help and version need no host', async (t) => {
  const cli = CommandLine.create(t);
  const help = await cli.text('--help');
  for (const word of ['list', 'new', 'attach', 'host status', 'REVENANT_HOME', 'Exit codes']) {
    assert.ok(help.includes(word), word);
  }
  assert.equal(await cli.text('help'), help);
  assert.match(await cli.text('wait', '--help'), /usage: revenant wait S \(--exit \| --text REGEX \| --idle MS\)/);
  assert.equal(await cli.text('help', 'host', 'log'), await cli.text('host', 'log', '-h'));
  assert.match(await cli.text('help', 'host'), /host status[^]*host stop[^]*host log/);
  assert.match(await cli.text('--version'), /^revenant \d+\.\d+\.\d+$/);
  const bare = await cli.run([]);
  assert.deepEqual([bare.code, bare.stdout, bare.stderr], [2, '', `${help}\n`]);
  assert.equal(existsSync(path.join(cli.home, 'run')), false);
});

test('host status tells of host and keepers and starts none; stop leaves the sessions going', async (t) => {
  const cli = CommandLine.create(t);
  const none = (await cli.json('host', 'status', '--json')) as Record<string, unknown>;
  assert.deepEqual(Object.entries(none).slice(0, 6), [
    ['running', false],
    ['pid', null],
    ['version', null],
    ['dataDir', null],
    ['keepers', null],
    ['sessions', null],
  ]);
  assert.match(await cli.text('host', 'status'), /not running/);
  assert.match(await cli.text('host', 'stop'), /not running/);
  assert.equal((await cli.run(['host', 'log'])).code, 1);
  assert.equal(cli.hostPid(), undefined);

  const made = (await cli.json('new', '--json', '--', '/bin/sh')) as Session;
  const status = (await cli.json('host', 'status', '--json')) as Record<string, unknown>;
  const { running, pid, dataDir, sessions } = status;
  assert.deepEqual(
    { running, pid, dataDir, sessions },
    { running: true, pid: cli.hostPid(), dataDir: cli.home, sessions: 1 },
  );
  const keepers = status['keepers'] as { pid: number; sessions: number }[];
  assert.deepEqual(
    keepers.map((keeper) => [keeper.pid, keeper.sessions]),
    [[cli.keeperPids()[0], 1]],
  );
  assert.match(await cli.text('host', 'status'), /host +pid \d+[^]*keeper +pid \d+[^]*sessions +1/);

  await cli.text('host', 'stop');
  assert.equal(((await cli.json('host', 'status', '--json')) as { running: boolean }).running, false);
  const [after] = await sessionsOf(cli);
  assert.deepEqual([after?.state, after?.pid], ['running', made.pid]);
  assert.match(await cli.text('host', 'log'), /\[host \d+\]/);
});

test('a reader that leaves early is no failure', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  await cli.text('send', id, '--enter', 'seq 1 50000; echo the end');
  await cli.text('wait', id, '--text', '^the end$', '--timeout', '30000');
  const child = spawn(process.execPath, [program, 'history', id, '--format', 'raw'], { env: cli.env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.once('close', resolve));
  assert.deepEqual([code, stderr], [0, '']);
});

test('a slow reader gets every byte', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  await cli.text('send', id, '--enter', 'seq 1 100000; echo the end');
  await cli.text('wait', id, '--text', '^the end$', '--timeout', '30000');
  const child = spawn(process.execPath, [program, 'history', id, '--format', 'raw'], { env: cli.env });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    child.stdout.pause();
    setImmediate(() => child.stdout.resume());
  });
  await new Promise((resolve) => child.once('close', resolve));
  const numbers = Buffer.concat(chunks)
    .toString()
    .match(/^\d+(?=\r$)/gm);
  assert.equal(numbers?.length, 100_000);
  assert.equal(
    numbers.every((text, index) => Number(text) === index + 1),
    true,
  );
});

test('a host that is killed is replaced by the next command, and the session goes on', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  const [before] = await sessionsOf(cli);
  const pid = cli.hostPid();
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
  await cli.text('send', id, '--enter', 'echo still=$((1+1))');
  await cli.text('wait', id, '--text', '^still=2$', '--timeout', '20000');
  const [after] = await sessionsOf(cli);
  assert.deepEqual([after?.state, after?.pid], ['running', before?.pid]);
  await waitFor('another host', () => cli.hostPid() !== pid);
});
