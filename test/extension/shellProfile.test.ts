import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chooseDefaultShell,
  type DefaultShell,
  type DefaultShellSource,
  listProfiles,
  splitArguments,
} from '../../src/extension/shellProfile.ts';

const variables = { home: '/home/ann', env: { TOOLS: '/tools' }, folders: [] };
const installed = ['/bin/bash', '/bin/zsh', '/usr/bin/fish', '/tools/sh', '/home/ann/bin/nu'];
const findExecutable = (program: string): string | undefined =>
  installed.find((file) => file === program || file.endsWith(`/${program}`));

const profiles = {
  bash: { path: 'bash', args: ['-l', '${env:TOOLS}'] },
  zsh: { path: ['/opt/zsh', '/bin/zsh'] },
  ours: { path: '${env:TOOLS}/sh', args: '-c "a b" d' },
  gone: { path: '/opt/gone' },
  PowerShell: { source: 'PowerShell' },
  contributed: { extensionIdentifier: 'x.y', id: 'z', title: 'Z' },
  removed: null,
  odd: { path: [1, null], args: [2] },
};

test('profiles that name a program which is there are offered, with variables replaced', () => {
  assert.deepEqual(listProfiles({ profiles, variables, findExecutable }), [
    { name: 'bash', shell: '/bin/bash', args: ['-l', '/tools'] },
    { name: 'zsh', shell: '/bin/zsh', args: [] },
    { name: 'ours', shell: '/tools/sh', args: ['-c', 'a b', 'd'] },
  ]);
  for (const nothing of [undefined, null, 'bash', 3]) {
    assert.deepEqual(listProfiles({ profiles: nothing, variables, findExecutable }), []);
  }
});

function choose(overrides: Partial<DefaultShellSource>): DefaultShell {
  return chooseDefaultShell({
    profiles,
    variables,
    findExecutable,
    shell: null,
    shellArgs: [],
    defaultProfile: null,
    userShell: '/usr/bin/fish',
    ...overrides,
  });
}

test('the setting goes before the default profile, and that before the shell of the user', () => {
  assert.deepEqual(choose({}), { choice: { shell: '/usr/bin/fish', args: [] }, missing: undefined });
  assert.deepEqual(choose({ defaultProfile: 'zsh' }).choice, { shell: '/bin/zsh', args: [] });
  assert.deepEqual(choose({ defaultProfile: 'bash' }).choice, { shell: '/bin/bash', args: ['-l', '/tools'] });
  assert.deepEqual(choose({ shell: '~/bin/nu', shellArgs: ['-i'], defaultProfile: 'zsh' }).choice, {
    shell: '/home/ann/bin/nu',
    args: ['-i'],
  });
});

test('arguments without a shell in the settings go to the default profile or the shell of the user', () => {
  assert.deepEqual(choose({ shellArgs: ['-x'], defaultProfile: 'bash' }).choice, { shell: '/bin/bash', args: ['-x'] });
  assert.deepEqual(choose({ shellArgs: ['-x'] }).choice, { shell: '/usr/bin/fish', args: ['-x'] });
});

test('a default profile that cannot be run counts as none', () => {
  for (const defaultProfile of ['gone', 'PowerShell', 'Revenant', 7]) {
    assert.deepEqual(choose({ defaultProfile }).choice, { shell: '/usr/bin/fish', args: [] }, String(defaultProfile));
  }
});

test('a shell of the settings that is not there is named, and its arguments are not given to another one', () => {
  assert.deepEqual(choose({ shell: '/opt/gone', shellArgs: ['--odd'], defaultProfile: 'zsh' }), {
    choice: { shell: '/bin/zsh', args: [] },
    missing: '/opt/gone',
  });
});

test('without any shell the session host decides', () => {
  assert.deepEqual(choose({ userShell: '', shell: '  ' }), { choice: null, missing: undefined });
});

test('command lines are split at blanks outside of quotes', () => {
  const cases: [string, string[]][] = [
    ['', []],
    ['  a   b ', ['a', 'b']],
    ['-c "a b"', ['-c', 'a b']],
    ['--x="a b"c', ['--x=a bc']],
    ['"open end', ['open end']],
    ['""', ['']],
  ];
  for (const [line, expected] of cases) {
    assert.deepEqual(splitArguments(line), expected, line);
  }
});
