import type { Command } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { findSession } from '../findSession.ts';
import { BulkWriter } from '../output.ts';
import { usageError } from '../parseArguments.ts';

/** More lines than any screen keeps. */
const mostScrollbackLines = 1_000_000;

export const captureCommand: Command = {
  name: 'capture',
  synopsis: 'S [--format text|vt|json] [--scrollback LINES]',
  summary: 'Print the screen of a session as it is now',
  details: [
    '--format text       its text, a line each (default)',
    '--format vt         the bytes that give the same screen in a freshly reset terminal',
    '--format json       text, cursor, size, title and buffer; --json is the same',
    '--scrollback LINES  so many lines above the screen too',
  ],
  options: { format: 'value', scrollback: 'value', json: 'flag' },
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const chosen = parsed.choice('format', ['text', 'vt', 'json']);
    if (parsed.has('json') && parsed.has('format') && chosen !== 'json') {
      throw usageError(`--json and --format ${chosen} exclude each other`);
    }
    const format = parsed.has('json') ? 'json' : chosen;
    const scrollback = parsed.tryInteger('scrollback', { min: 0, max: mostScrollbackLines }) ?? null;
    const connection = await context.connect();
    const session = await findSession(connection, target);
    const writer = new BulkWriter(context.stdout, connection);
    await connection.request('capture', { session: session.id, format, scrollback }, { onBulk: writer.write });
    await writer.finish({ endLine: format !== 'vt' });
    return exitCode.success;
  },
};

export const historyCommand: Command = {
  name: 'history',
  synopsis: 'S [--format text|cast|raw]',
  summary: 'Print everything that is kept of what a session printed',
  details: [
    '--format text  as plain text (default)',
    '--format cast  as asciicast v3, for asciinema and its players',
    '--format raw   byte for byte',
  ],
  options: { format: 'value' },
  async run(context, parsed) {
    const [target] = parsed.words('S');
    const format = parsed.choice('format', ['text', 'cast', 'raw']);
    const connection = await context.connect();
    const session = await findSession(connection, target);
    const writer = new BulkWriter(context.stdout, connection);
    // Without a limit of time: a pager may stop reading for as long as somebody reads.
    const options = { onBulk: writer.write, timeoutMs: null };
    await connection.request('history', { session: session.id, format }, options);
    await writer.finish({ endLine: format !== 'raw' });
    return exitCode.success;
  },
};
