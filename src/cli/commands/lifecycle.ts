import { createInterface } from 'node:readline/promises';
import { RevenantError } from '../../base/errors.ts';
import { printable } from '../../client/describeSession.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { findSession } from '../findSession.ts';
import { sessionEnvironment } from '../sessionEnvironment.ts';

export const renameCommand: Command = {
  name: 'rename',
  synopsis: 'S NAME',
  summary: 'Give a session another name',
  details: [],
  options: {},
  async run(context, parsed) {
    const [target, name] = parsed.words('S', 'NAME');
    const connection = await context.connect();
    const session = await findSession(connection, target);
    await connection.request('rename', { session: session.id, name });
    return exitCode.success;
  },
};

export const killCommand: Command = {
  name: 'kill',
  synopsis: 'S',
  summary: 'End the process of a session; its history stays',
  details: ['The process is told to hang up, and after two seconds it is killed.'],
  options: {},
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const connection = await context.connect();
    const session = await findSession(connection, target);
    if (session.state !== 'running') {
      throw new RevenantError('not-running', `session "${printable(session.displayName)}" is not running`);
    }
    await connection.request('kill', { session: session.id });
    return exitCode.success;
  },
};

export const restartCommand: Command = {
  name: 'restart',
  synopsis: 'S',
  summary: 'Start the shell of a session again, in its last directory, below its history',
  details: ['A process that still runs is ended first.'],
  options: {},
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const connection = await context.connect();
    const session = await findSession(connection, target);
    await connection.request('restart', { session: session.id, env: sessionEnvironment(context.env) });
    return exitCode.success;
  },
};

export const deleteCommand: Command = {
  name: 'delete',
  synopsis: 'S [--force]',
  summary: 'End a session and remove its history for good',
  details: ['--force  do not ask, even when it is running'],
  options: { force: 'flag' },
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const connection = await context.connect();
    const session = await findSession(connection, target);
    const mustAsk = session.state === 'running' && !parsed.has('force') && context.stdin.isTTY && context.stdout.isTTY;
    if (mustAsk && !(await confirm(context, session))) {
      throw new RevenantError('aborted', `session "${printable(session.displayName)}" was not deleted`);
    }
    await connection.request('delete', { session: session.id });
    return exitCode.success;
  },
};

async function confirm({ stdin, stdout }: CommandContext, session: SessionInfo): Promise<boolean> {
  const program = printable(session.program || session.shell);
  const question = `Session "${printable(session.displayName)}" is running (${program}). End it and remove its history? [y/N] `;
  const readline = createInterface({ input: stdin, output: stdout });
  // The end of the input is a no; without this the answer would be waited for in vain.
  const ended = new Promise<string>((resolve) => readline.once('close', () => resolve('')));
  try {
    return /^\s*y(es)?\s*$/i.test(await Promise.race([readline.question(question), ended]));
  } finally {
    readline.close();
  }
}
