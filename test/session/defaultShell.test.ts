import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { test } from 'node:test';
import { getDefaultShell } from '../../src/session/defaultShell.ts';

test('$SHELL is the default shell', () => {
  assert.equal(getDefaultShell({ SHELL: '/usr/bin/fish' }, 'linux'), '/usr/bin/fish');
});

for (const shell of ['', 'bash', '/bin/false', '/usr/sbin/nologin']) {
  test(`a $SHELL of ${JSON.stringify(shell)} is passed over`, () => {
    const found = getDefaultShell({ SHELL: shell }, 'linux');
    assert.notEqual(found, shell);
    assert.match(found, /^\//);
  });
}

test('without $SHELL it is the login shell of the user', () => {
  const login = userInfo().shell;
  assert.equal(getDefaultShell({}, 'linux'), login?.startsWith('/') && !login.endsWith('nologin') ? login : '/bin/sh');
});

test('on Windows it is PowerShell, wherever Windows is', () => {
  assert.equal(
    getDefaultShell({ SystemRoot: 'D:\\Win', SHELL: '/bin/bash' }, 'win32'),
    'D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  );
});
