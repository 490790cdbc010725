import { isSessionId, type SessionId } from '../../../../src/base/ids.ts';
import type { SessionInfo } from '../../../../src/protocol/sessionInfo.ts';

/** A valid id, the same one for the same number. */
export function sessionId(number: number): SessionId {
  const id = `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
  if (!isSessionId(id)) {
    throw new Error(`${id} is no session id.`);
  }
  return id;
}

export function sessionInfo(changes: Partial<SessionInfo> = {}): SessionInfo {
  return {
    id: sessionId(1),
    displayName: '1',
    isNamed: false,
    state: 'running',
    pid: 4242,
    exitCode: null,
    signal: null,
    shell: '/bin/sh',
    args: [],
    cwd: '/srv',
    cols: 100,
    rows: 40,
    createdAt: 1_700_000_000_000,
    lastActivity: 1_700_000_000_000,
    endedAt: null,
    connectionCount: 1,
    title: '',
    program: 'sh',
    workspace: null,
    historyBytes: 0,
    problem: null,
    ...changes,
  };
}
