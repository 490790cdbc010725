import { messageOf, RevenantError } from '../../base/errors.ts';
import { printable } from '../../client/describeSession.ts';
import type { RequestParams } from '../../protocol/hostMessages.ts';
import type { Command } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { findSession } from '../findSession.ts';
import { type ParsedArguments, usageError } from '../parseArguments.ts';

/** What timers of JavaScript can count, some 24 days. */
const mostMs = 2 ** 31 - 1;

export const waitCommand: Command = {
  name: 'wait',
  synopsis: 'S (--exit | --text REGEX | --idle MS) [--timeout MS]',
  summary: 'Wait until something happens in a session',
  details: [
    '--exit        until its process has ended',
    '--text REGEX  until screen or scrollback has a match (JavaScript, flags mu)',
    '--idle MS     until it has printed nothing for so many milliseconds',
    '--timeout MS  give up after so many milliseconds, with exit code 4',
    'With --text and --idle it fails when the process ends first.',
  ],
  options: { exit: 'flag', text: 'value', idle: 'value', timeout: 'value' },
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const until = readCondition(parsed);
    const timeoutMs = parsed.tryInteger('timeout', { min: 0, max: mostMs }) ?? null;
    const connection = await context.connect();
    const session = await findSession(connection, target);
    const { outcome } = await connection.request(
      'wait',
      { session: session.id, until, timeoutMs },
      { timeoutMs: null },
    );
    switch (outcome) {
      case 'met':
        return exitCode.success;
      case 'timeout':
        throw new RevenantError('timeout', `${describe(until)} did not happen within ${timeoutMs} ms`);
      case 'ended': {
        const name = printable(session.displayName);
        if (until.kind === 'exit') {
          throw new RevenantError('session-not-found', `session "${name}" was deleted`);
        }
        throw new RevenantError('not-running', `the process of session "${name}" ended before ${describe(until)}`);
      }
    }
  },
};

type Condition = RequestParams<'wait'>['until'];

function readCondition(parsed: ParsedArguments): Condition {
  const conditions: Condition[] = [];
  if (parsed.has('exit')) {
    conditions.push({ kind: 'exit' });
  }
  const pattern = parsed.tryText('text');
  if (pattern !== undefined) {
    checkPattern(pattern);
    conditions.push({ kind: 'text', pattern });
  }
  const ms = parsed.tryInteger('idle', { min: 0, max: mostMs });
  if (ms !== undefined) {
    conditions.push({ kind: 'idle', ms });
  }
  const [condition, other] = conditions;
  if (condition === undefined) {
    throw usageError('one of --exit, --text and --idle is needed');
  }
  if (other !== undefined) {
    throw usageError(`--${condition.kind} and --${other.kind} exclude each other`);
  }
  return condition;
}

function checkPattern(pattern: string): void {
  try {
    new RegExp(pattern, 'mu');
  } catch (error) {
    throw usageError(`--text: ${messageOf(error)}`);
  }
}

function describe(until: Condition): string {
  switch (until.kind) {
    case 'exit':
      return 'its end';
    case 'text':
      return `a match of /${until.pattern}/`;
    case 'idle':
      return `a silence of ${until.ms} ms`;
  }
}
