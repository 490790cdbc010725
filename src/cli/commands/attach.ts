import { printable } from '../../client/describeSession.ts';
import { AttachedTerminal } from '../attach/attachedTerminal.ts';
import { defaultDetachKeys, parseDetachKeys } from '../attach/detachKeys.ts';
import { RawTerminal } from '../attach/rawTerminal.ts';
import type { Command } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { findSession } from '../findSession.ts';
import { writeLine } from '../output.ts';
import { sessionEnvironment } from '../sessionEnvironment.ts';

export const attachCommand: Command = {
  name: 'attach',
  synopsis: 'S [--read-only] [--detach-key KEYS]',
  summary: 'Show a session in this terminal and type into it',
  details: [
    '--read-only        look without typing; the session keeps its size',
    '--detach-key KEYS  what detaches, such as "ctrl-a d"; default: REVENANT_DETACH_KEY, else "ctrl-\\ ctrl-\\"',
    'The session goes on after a detach. In one that has ended, Enter starts a shell and q leaves.',
  ],
  options: { 'read-only': 'flag', 'detach-key': 'value' },
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const { stdin, stdout, env, clock } = context;
    const keys = parsed.tryText('detach-key') ?? (env['REVENANT_DETACH_KEY'] || defaultDetachKeys);
    const detachKeys = parseDetachKeys(keys);
    const terminal = new RawTerminal(stdin, stdout);
    const connection = await context.connect();
    const session = await findSession(connection, target);
    const attached = new AttachedTerminal({
      terminal,
      connection,
      reconnect: () => context.connect(),
      session,
      isReadOnly: parsed.has('read-only'),
      canAskTerminal: (env['TERM'] || 'dumb') !== 'dumb',
      detachKeys,
      environment: sessionEnvironment(env),
      clock,
    });
    const outcome = await attached.run();
    const name = printable(session.displayName);
    await writeLine(stdout, outcome === 'deleted' ? `[session ${name} was deleted]` : `[detached from ${name}]`);
    return exitCode.success;
  },
};
