import * as path from 'node:path';
import { sizeLimits } from '../../protocol/sessionInfo.ts';
import type { Command } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { writeJson, writeLine } from '../output.ts';
import { usageError } from '../parseArguments.ts';
import { sessionEnvironment } from '../sessionEnvironment.ts';
import { sessionJson } from '../sessionJson.ts';

/** What a session is as wide and high as when nobody looks at it. */
const defaultSize = { cols: 80, rows: 24 } as const;

export const newCommand: Command = {
  name: 'new',
  synopsis: '[--name N] [--cwd D] [--cols C] [--rows R] [--json] [-- program args…]',
  summary: 'Start a session and print its id',
  details: [
    '--name N  what to call it; default: the lowest free number',
    '--cwd D   directory to start in; default: the current one',
    "--cols C  columns, --rows R rows; default: the terminal's size, else 80 x 24",
    '--json    print all that is known of the session',
    'program   what to run; default: your shell',
  ],
  options: { name: 'value', cwd: 'value', cols: 'value', rows: 'value', json: 'flag' },
  async run(context, parsed) {
    const [unexpected] = parsed.positionals;
    if (unexpected !== undefined) {
      throw usageError(`unexpected argument "${unexpected}" (put -- before the program)`);
    }
    const [shell, ...args] = parsed.rest ?? [];
    if (parsed.rest !== undefined && shell === undefined) {
      throw usageError('the program is missing after --');
    }
    const { stdout } = context;
    const size = stdout.isTTY ? { cols: stdout.columns, rows: stdout.rows } : defaultSize;
    const cols = parsed.tryInteger('cols', { min: sizeLimits.minCols, max: sizeLimits.maxCols });
    const rows = parsed.tryInteger('rows', { min: sizeLimits.minRows, max: sizeLimits.maxRows });
    const connection = await context.connect();
    const { session } = await connection.request('create', {
      name: parsed.tryText('name') ?? null,
      shell: shell ?? null,
      args,
      cwd: path.resolve(context.cwd, parsed.tryText('cwd') ?? '.'),
      env: sessionEnvironment(context.env),
      cols: cols ?? clamp(size.cols, sizeLimits.minCols, sizeLimits.maxCols),
      rows: rows ?? clamp(size.rows, sizeLimits.minRows, sizeLimits.maxRows),
      workspace: null,
      history: null,
    });
    await (parsed.has('json') ? writeJson(stdout, sessionJson(session)) : writeLine(stdout, session.id));
    return exitCode.success;
  },
};

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
