import type { SessionId } from '../../base/ids.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';

/**
 * The current session first; then the running ones of this workspace, the running ones of others and the rest, each with
 * the newest activity first.
 */
export function orderForPicker(
  sessions: readonly SessionInfo[],
  current: SessionId | undefined,
  workspaceUri: string | undefined,
): SessionInfo[] {
  const rank = (session: SessionInfo): number => {
    if (session.id === current) {
      return 0;
    }
    if (session.state !== 'running') {
      return 3;
    }
    return session.workspace?.uri === workspaceUri ? 1 : 2;
  };
  return [...sessions].sort((a, b) => rank(a) - rank(b) || b.lastActivity - a.lastActivity);
}
