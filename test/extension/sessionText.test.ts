import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes,
  programOf,
  sessionAccessibleLabel,
  sessionDescription,
  sessionIcon,
  shortAge,
  shortDirectory,
} from '../../src/extension/sessionText.ts';
import { english, makeSession } from './support/sessions.ts';

const minute = 60_000;
const hour = 60 * minute;
const around = { home: '/home/ann', folders: [{ name: 'shop', directory: '/home/ann/work/shop' }] };

test('ages are told in the largest whole unit', () => {
  const cases: [number, string][] = [
    [-5, 'now'],
    [0, 'now'],
    [minute - 1, 'now'],
    [minute, '1 min'],
    [hour - 1, '59 min'],
    [hour, '1 h'],
    [24 * hour - 1, '23 h'],
    [50 * hour, '2 d'],
  ];
  for (const [ms, expected] of cases) {
    assert.equal(shortAge(ms, english), expected, String(ms));
  }
});

test('directories are told as people call them', { skip: process.platform === 'win32' }, () => {
  const cases: [string, string][] = [
    ['/home/ann/work/shop', 'shop'],
    ['/home/ann/work/shop/src/lib', 'src/lib'],
    ['/home/ann/work/shopping', '~/work/shopping'],
    ['/home/ann', '~'],
    ['/home/anna', '/home/anna'],
    ['/home/ann/..config', '~/..config'],
    ['/etc', '/etc'],
    ['', ''],
  ];
  for (const [directory, expected] of cases) {
    assert.equal(shortDirectory(directory, around), expected, directory);
  }
  const two = { ...around, folders: [...around.folders, { name: 'lib', directory: '/srv/lib' }] };
  assert.equal(shortDirectory('/srv/lib/a', two), 'lib/a', 'of several folders the name is told too');
});

test('the program is the one in the foreground, else the shell', () => {
  assert.equal(programOf(makeSession({ program: 'vim', shell: '/bin/zsh' })), 'vim');
  assert.equal(programOf(makeSession({ shell: '/bin/zsh' })), 'zsh');
  assert.equal(programOf(makeSession({ shell: 'C:\\Windows\\System32\\cmd.exe' })), 'cmd');
});

test('a row tells program or end, directory and age', { skip: process.platform === 'win32' }, () => {
  const cwd = '/home/ann/work/shop';
  const describe = (overrides: Parameters<typeof makeSession>[0]): string =>
    sessionDescription(makeSession({ cwd, createdAt: 0, ...overrides }), around, 3 * hour, english);
  assert.equal(describe({ program: 'vim', lastActivity: 3 * hour }), 'vim · shop · 3 h');
  assert.equal(describe({ state: 'ended', exitCode: 1, endedAt: 2 * hour }), 'exit code 1 · shop · 1 h');
  assert.equal(describe({ state: 'ended', signal: 9, endedAt: 2 * hour }), 'signal 9 · shop · 1 h');
  assert.equal(describe({ state: 'lost', endedAt: null, lastActivity: hour }), 'lost · shop · 2 h');
});

test('a screen reader hears the state in words', { skip: process.platform === 'win32' }, () => {
  const session = makeSession({ displayName: 'build', state: 'ended', exitCode: 2, endedAt: 0, cwd: '/etc' });
  const expected = 'build, Ended with exit code 2, program bash, in /etc, 5 min';
  assert.equal(sessionAccessibleLabel(session, around, 5 * minute, english), expected);
});

test('each state has its own icon', () => {
  const icons = [
    makeSession(),
    makeSession({ problem: 'The disk is full.' }),
    makeSession({ state: 'ended', exitCode: 0 }),
    makeSession({ state: 'ended', exitCode: 3 }),
    makeSession({ state: 'ended', signal: 15 }),
    makeSession({ state: 'lost' }),
  ].map((session) => Object.values(sessionIcon(session)).join(' '));
  assert.equal(new Set(icons).size, icons.length);
});

test('sizes are told in binary units', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [3_500_000, '3.3 MiB'],
    [67_108_864, '64 MiB'],
  ];
  for (const [bytes, expected] of cases) {
    assert.equal(formatBytes(bytes), expected);
  }
});
