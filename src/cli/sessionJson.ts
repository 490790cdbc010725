import type { SessionInfo } from '../protocol/sessionInfo.ts';

/**
 * A session as `--json` prints it, times in milliseconds since the epoch. The keys up to `connectionCount` are frozen since v1,
 * with their order; further ones may follow.
 */
export function sessionJson(session: SessionInfo): object {
  const first = {
    id: session.id,
    displayName: session.displayName,
    state: session.state,
    pid: session.pid,
    exitCode: session.exitCode,
    shell: session.shell,
    args: session.args,
    cwd: session.cwd,
    cols: session.cols,
    rows: session.rows,
    createdAt: session.createdAt,
    lastActivity: session.lastActivity,
    connectionCount: session.connectionCount,
  };
  // A key that is there already keeps its place.
  return Object.assign(first, session);
}
