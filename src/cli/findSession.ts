import { RevenantError } from '../base/errors.ts';
import { printable, resolveSession } from '../client/describeSession.ts';
import type { HostConnection } from '../client/hostConnection.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';

/** The session that a word on the command line names. Throws `session-not-found` or `ambiguous-session`. */
export async function findSession(connection: HostConnection, text: string): Promise<SessionInfo> {
  const { sessions } = await connection.request('list', {});
  const lookup = resolveSession(sessions, text);
  switch (lookup.kind) {
    case 'found':
      return lookup.session;
    case 'none':
      throw new RevenantError(
        'session-not-found',
        `there is no session "${printable(text)}"; "revenant list" shows all`,
      );
    case 'ambiguous': {
      const ids = lookup.sessions.map(({ id }) => shortId(id)).join(', ');
      throw new RevenantError(
        'ambiguous-session',
        `"${printable(text)}" names ${lookup.sessions.length} sessions: ${ids}`,
      );
    }
  }
}

/** As much of an id as people need: its first group. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
