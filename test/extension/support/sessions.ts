import { randomUUID } from 'node:crypto';
import { isSessionId, type SessionId } from '../../../src/base/ids.ts';
import type { L10n } from '../../../src/extension/l10n.ts';
import type { SessionInfo } from '../../../src/protocol/sessionInfo.ts';

/** Texts as they are in the sources, with their arguments filled in, as `vscode.l10n` does without a translation. */
export const english: L10n = {
  t: (message, ...args) =>
    message.replace(/\{(\d+)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole)),
};

export function newSessionId(): SessionId {
  const id = randomUUID();
  if (!isSessionId(id)) {
    throw new Error(`${id} is no session id.`);
  }
  return id;
}

/** A running session, but for what is said otherwise. */
export function makeSession(overrides: Partial<SessionInfo> = {}): SessionInfo {
  return {
    id: newSessionId(),
    displayName: '1',
    isNamed: false,
    state: 'running',
    pid: 4711,
    exitCode: null,
    signal: null,
    shell: '/bin/bash',
    args: [],
    cwd: '/home/ann/project',
    cols: 80,
    rows: 24,
    createdAt: 0,
    lastActivity: 0,
    endedAt: null,
    connectionCount: 0,
    title: '',
    program: '',
    workspace: null,
    historyBytes: 0,
    problem: null,
    ...overrides,
  };
}
