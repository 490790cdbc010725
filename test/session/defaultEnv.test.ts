import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getDefaultEnv } from '../../src/session/defaultEnv.ts';

const terminal = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

function check(title: string, given: Record<string, string | undefined>, expected: Record<string, string>): void {
  test(title, () => {
    assert.deepEqual(getDefaultEnv(given), { ...expected, ...terminal });
  });
}

check(
  'what belongs to the user stays',
  { PATH: '/bin', LANG: 'C.UTF-8', SSH_AUTH_SOCK: '/s' },
  {
    PATH: '/bin',
    LANG: 'C.UTF-8',
    SSH_AUTH_SOCK: '/s',
  },
);
check(
  'what belongs to a window, to Electron or to a snap goes',
  {
    VSCODE_IPC_HOOK_CLI: '/x',
    VSCODE_PID: '1',
    ELECTRON_RUN_AS_NODE: '1',
    SNAP: '/snap',
    SNAP_NAME: 'code',
    GDK_PIXBUF_MODULE_FILE: '/f',
    TERM_PROGRAM: 'vscode',
    TERM_PROGRAM_VERSION: '1',
    TMUX: '/tmp/t',
    COLUMNS: '10',
  },
  {},
);
check(
  'the session of the parent goes, the place of the sessions stays',
  { REVENANT_SESSION: 'x', REVENANT_HOME: '/h' },
  {
    REVENANT_HOME: '/h',
  },
);
check('the terminal is the one that is emulated', { TERM: 'dumb', COLORTERM: '' }, {});
check('a variable without a value is none', { EMPTY: '', GONE: undefined }, { EMPTY: '' });
check(
  'a debugger leaves NODE_OPTIONS, the user does not',
  {
    NODE_OPTIONS:
      '--require "/ext/ms-vscode.js-debug/bootloader.js" --max-old-space-size=4096 --inspect-publish-uid=http',
  },
  { NODE_OPTIONS: '--max-old-space-size=4096' },
);
check('NODE_OPTIONS with nothing but a debugger goes', { NODE_OPTIONS: ' --require /x/js-debug/bootloader.js ' }, {});
check(
  'a module that the user requires stays',
  { NODE_OPTIONS: '--require ./setup.js' },
  {
    NODE_OPTIONS: '--require ./setup.js',
  },
);
