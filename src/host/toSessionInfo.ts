import type { SessionInfo } from '../protocol/sessionInfo.ts';
import type { SessionDetails } from '../session/api.ts';

/** A session as it goes over the wire. */
export function toSessionInfo(session: SessionDetails): SessionInfo {
  return {
    id: session.id,
    displayName: session.displayName,
    isNamed: session.isNamed,
    state: session.state,
    pid: session.pid ?? null,
    exitCode: session.exitCode ?? null,
    signal: session.signal ?? null,
    shell: session.shell,
    args: [...session.args],
    cwd: session.cwd,
    cols: session.cols,
    rows: session.rows,
    createdAt: session.createdAt,
    lastActivity: session.lastActivity,
    endedAt: session.endedAt ?? null,
    connectionCount: session.connectionCount,
    title: session.title,
    program: session.program,
    workspace: session.workspace === undefined ? null : { ...session.workspace },
    historyBytes: session.historyBytes,
    problem: session.problem ?? null,
  };
}
