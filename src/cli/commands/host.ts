import { isRevenantError, RevenantError } from '../../base/errors.ts';
import type { HostConnection } from '../../client/hostConnection.ts';
import { nullLog } from '../../base/log.ts';
import { hostLogFile, tryReadHostEndpoint, waitUntilHostIsGone } from '../../client/hostEndpointFile.ts';
import { tryReadText } from '../../platform/privateFiles.ts';
import type { HostStatus } from '../../protocol/hostMessages.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { writeJson, writeLine, writeOut } from '../output.ts';

/** None of these starts a host: they tell of the one that is there. */
async function tryConnect(context: CommandContext): Promise<HostConnection | undefined> {
  try {
    return await context.connect({ startIfNeeded: false });
  } catch (error) {
    if (isRevenantError(error, 'host-unavailable')) {
      return undefined;
    }
    throw error;
  }
}

export const hostStatusCommand: Command = {
  name: 'host status',
  synopsis: '[--json]',
  summary: 'Tell whether the session host runs, and of its keepers',
  details: ['--json  print it as an object'],
  options: { json: 'flag' },
  async run(context, parsed) {
    parsed.words();
    const connection = await tryConnect(context);
    const status = await connection?.request('status', {});
    if (parsed.has('json')) {
      await writeJson(context.stdout, statusJson(status));
    } else {
      await writeLine(context.stdout, status === undefined ? notRunning(context) : describe(status));
    }
    return exitCode.success;
  },
};

/** The keys of version 1, frozen; further ones may follow. Without a host all but `running` are null. */
function statusJson(status: HostStatus | undefined): object {
  const { pid = null, version = null, dataDir = null, keepers = null, sessions = null } = status ?? {};
  const { startedAt = null, logFile = null } = status ?? {};
  return { running: status !== undefined, pid, version, dataDir, keepers, sessions, startedAt, logFile };
}

function notRunning({ paths }: CommandContext): string {
  return `The session host is not running. Sessions are in ${paths.data}`;
}

function describe(status: HostStatus): string {
  const keepers = status.keepers.map(
    ({ pid, version, sessions }) => `keeper    pid ${pid}, version ${version}, running sessions: ${sessions}`,
  );
  return [
    `host      pid ${status.pid}, version ${status.version}, since ${new Date(status.startedAt).toISOString()}`,
    ...keepers,
    `sessions  ${status.sessions}`,
    `data      ${status.dataDir}`,
    `log       ${status.logFile}`,
  ].join('\n');
}

/** A host writes everything to disk before it leaves. */
const stopLimitMs = 15_000;

export const hostStopCommand: Command = {
  name: 'host stop',
  synopsis: '',
  summary: 'Stop the session host; sessions go on, and the next command starts it again',
  details: [],
  options: {},
  async run(context, parsed) {
    parsed.words();
    const connection = await tryConnect(context);
    if (connection === undefined) {
      await writeLine(context.stdout, notRunning(context));
      return exitCode.success;
    }
    const endpoint = await tryReadHostEndpoint(context.paths.run, nullLog);
    try {
      await connection.request('stop', { sessions: false }, { timeoutMs: stopLimitMs });
    } catch (error) {
      // It may be gone before its answer is here.
      if (!isRevenantError(error, 'closed')) {
        throw error;
      }
    }
    const limits = { limitMs: stopLimitMs, log: nullLog };
    if (endpoint !== undefined && !(await waitUntilHostIsGone(context.paths.run, endpoint, limits))) {
      throw new RevenantError('host-unresponsive', `the session host (pid ${endpoint.pid}) does not stop`);
    }
    return exitCode.success;
  },
};

export const hostLogCommand: Command = {
  name: 'host log',
  synopsis: '',
  summary: 'Print the log of the session host',
  details: [],
  options: {},
  async run(context, parsed) {
    parsed.words();
    const file = hostLogFile(context.paths.data);
    const text = await tryReadText(file);
    if (text === undefined) {
      throw new RevenantError('io', `there is no log yet: ${file}`);
    }
    await writeOut(context.stdout, text);
    return exitCode.success;
  },
};
