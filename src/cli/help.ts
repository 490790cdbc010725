import type { Command } from './command.ts';

const conventions = `S is a session's id, the beginning of it (4 characters or more), or its name.

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 no such session, 4 time-out.

Environment:
  REVENANT_HOME        directory for sessions, sockets and logs, instead of the system's places
  REVENANT_DETACH_KEY  keys that detach, instead of "ctrl-\\ ctrl-\\"; see "revenant help attach"`;

/** The help of the whole command line. */
export function generalHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Terminals that do not die.

Usage: revenant COMMAND [arguments]
       revenant help COMMAND
       revenant --version

Commands:
${lines.join('\n')}

${conventions}
`;
}

export function usageLine({ name, synopsis }: Command): string {
  return `usage: revenant ${name}${synopsis === '' ? '' : ` ${synopsis}`}`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const details = command.details.length === 0 ? '' : `\n${command.details.map((line) => `  ${line}`).join('\n')}\n`;
  return `${command.summary}.\n\n${usageLine(command)}\n${details}`;
}
