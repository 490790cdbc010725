import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanEnvironment } from '../../src/platform/cleanEnvironment.ts';

test('what belongs to a window, to Electron or to its debugger is left out, and nothing else', () => {
  const clean = cleanEnvironment({
    PATH: '/bin',
    HOME: '/home/ann',
    EMPTY: '',
    UNDEFINED: undefined,
    VSCODE_IPC_HOOK_CLI: '/gone.sock',
    VSCODE_INSPECTOR_OPTIONS: '{}',
    vscode_lower_case: 'as on Windows',
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: '--require gone.js',
    SNAP: '/snap/code/1',
    SNAP_NAME: 'code',
    GDK_PIXBUF_MODULE_FILE: '/snap/x',
    CHROME_DESKTOP: 'code.desktop',
    NODE_PATH: '/mine',
    SNAPPY: 'a library of its own',
  });
  assert.deepEqual(clean, {
    PATH: '/bin',
    HOME: '/home/ann',
    EMPTY: '',
    NODE_PATH: '/mine',
    SNAPPY: 'a library of its own',
  });
});

test("askpass goes when it is VS Code's, which works only with the variables of the window", () => {
  const own = { GIT_ASKPASS: '/usr/bin/ksshaskpass', SSH_ASKPASS: '/usr/bin/ksshaskpass' };
  assert.deepEqual(cleanEnvironment(own), own);
  assert.deepEqual(cleanEnvironment({ ...own, VSCODE_GIT_ASKPASS_MAIN: '/x/askpass-main.js' }), {});
});
