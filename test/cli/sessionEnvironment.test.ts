import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionEnvironment } from '../../src/cli/sessionEnvironment.ts';

test("a session gets the caller's environment without what is true of the caller's terminal only", () => {
  const env = sessionEnvironment({
    HOME: '/home/ann',
    SSH_AUTH_SOCK: '/agent',
    TERMINAL: 'mine',
    TERM: 'tmux-256color',
    TERM_PROGRAM: 'vscode',
    TMUX: '/tmp/tmux',
    TMUX_PANE: '%1',
    KITTY_WINDOW_ID: '1',
    WT_SESSION: 'x',
    LINES: '5',
    VSCODE_PID: '1',
  });
  assert.deepEqual(env, {
    HOME: '/home/ann',
    SSH_AUTH_SOCK: '/agent',
    TERMINAL: 'mine',
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
  });
});
