import type { Command } from '../command.ts';
import { exitCode } from '../exitCode.ts';
import { findSession } from '../findSession.ts';
import { usageError } from '../parseArguments.ts';

export const sendCommand: Command = {
  name: 'send',
  synopsis: 'S [--enter] TEXT…',
  summary: 'Type text into a session',
  details: ['--enter  press Enter after it; alone it presses just that', 'Several words are joined by spaces.'],
  options: { enter: 'flag' },
  async run(context, parsed) {
    const [target, ...words] = [...parsed.positionals, ...(parsed.rest ?? [])];
    if (target === undefined) {
      throw usageError('S is missing');
    }
    if (words.length === 0 && !parsed.has('enter')) {
      throw usageError('TEXT is missing');
    }
    const connection = await context.connect();
    const session = await findSession(connection, target);
    // Enter is a carriage return, as a keyboard sends it; the PTY makes a line feed of it where programs want one.
    await connection.request('send', {
      session: session.id,
      text: words.join(' ') + (parsed.has('enter') ? '\r' : ''),
    });
    return exitCode.success;
  },
};
