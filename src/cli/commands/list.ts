import { describeEnd, formatAge, printable, shortenHome } from '../../client/describeSession.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import type { Command } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { shortId } from '../findSession.ts';
import { formatTable } from '../formatTable.ts';
import { writeJson, writeLine } from '../output.ts';
import { sessionJson } from '../sessionJson.ts';

export const listCommand: Command = {
  name: 'list',
  synopsis: '[--json]',
  summary: 'List the sessions, the most recently active first',
  details: ['--json  print an array of all that is known of them'],
  options: { json: 'flag' },
  async run(context, parsed) {
    parsed.words();
    const connection = await context.connect();
    const { sessions } = await connection.request('list', {});
    if (parsed.has('json')) {
      await writeJson(context.stdout, sessions.map(sessionJson));
    } else if (sessions.length === 0) {
      await writeLine(context.stdout, 'There are no sessions. "revenant new" makes one.');
    } else {
      await writeLine(context.stdout, describe(sessions, context.clock.now()));
    }
    return exitCode.success;
  },
};

function describe(sessions: readonly SessionInfo[], now: number): string {
  const rows = sessions.map((session) => [
    shortId(session.id),
    printable(session.displayName),
    describeEnd(session, now),
    printable(session.program || [session.shell, ...session.args].join(' ')),
    formatAge(now - session.lastActivity),
    shortenHome(printable(session.cwd)),
  ]);
  return formatTable([['ID', 'NAME', 'STATE', 'PROGRAM', 'ACTIVE', 'DIRECTORY'], ...rows]);
}
