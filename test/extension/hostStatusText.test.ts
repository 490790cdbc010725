import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostStatusText } from '../../src/extension/hostStatusText.ts';
import { english } from './support/sessions.ts';

test('tells process, version, keepers, sessions, data directory and log', () => {
  const status = {
    pid: 10,
    version: '1.2.3',
    dataDir: '/data',
    keepers: [{ pid: 11, version: '1.2.2', sessions: 4 }],
    sessions: 5,
    startedAt: 77,
    logFile: '/data/host.log',
  };
  const text = hostStatusText(status, english, (ms) => `time ${ms}`);
  assert.deepEqual(text.split('\n'), [
    'Session host: process 10, version 1.2.3',
    'Running since: time 77',
    'Sessions: 5',
    'Pty keeper: process 11, version 1.2.2, 4 session(s)',
    'Data directory: /data',
    'Log: /data/host.log',
  ]);
  assert.match(hostStatusText({ ...status, keepers: [] }, english, String), /^Pty keepers: none$/m);
});
