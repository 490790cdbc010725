import { isRevenantError, messageOf } from '../base/errors.ts';
import { thisBuild } from '../platform/build.ts';
import type { Command, CommandContext } from './command.ts';
import { attachCommand } from './commands/attach.ts';
import { captureCommand, historyCommand } from './commands/content.ts';
import { deleteCommand, killCommand, renameCommand, restartCommand } from './commands/lifecycle.ts';
import { hostLogCommand, hostStatusCommand, hostStopCommand } from './commands/host.ts';
import { listCommand } from './commands/list.ts';
import { newCommand } from './commands/new.ts';
import { sendCommand } from './commands/send.ts';
import { waitCommand } from './commands/wait.ts';
import { exitCode, type ExitCode, exitCodeOf } from './exitCode.ts';
import { commandHelp, generalHelp, usageLine } from './help.ts';
import { writeLine, writeOut } from './output.ts';
import { parseArguments } from './parseArguments.ts';

const commands: readonly Command[] = [
  listCommand,
  newCommand,
  attachCommand,
  sendCommand,
  captureCommand,
  waitCommand,
  historyCommand,
  renameCommand,
  killCommand,
  restartCommand,
  deleteCommand,
  hostStatusCommand,
  hostStopCommand,
  hostLogCommand,
];

/** Runs one command line (without the program's own name) to its end. Never rejects: failures are told on stderr. */
export async function runCommandLine(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [first, ...others] = words;
  switch (first) {
    case undefined:
      await writeOut(context.stderr, generalHelp(commands));
      return exitCode.usage;
    case '-h':
    case '--help':
    case 'help':
      return others.length === 0 ? await printGeneralHelp(context) : await printHelp(others, context);
    case '--version':
      await writeLine(context.stdout, `revenant ${thisBuild.version}`);
      return exitCode.success;
    default:
      return await runCommand(words, context);
  }
}

async function printGeneralHelp(context: CommandContext): Promise<ExitCode> {
  await writeOut(context.stdout, generalHelp(commands));
  return exitCode.success;
}

async function printHelp(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const matches = findCommands(words);
  if (matches.length === 0) {
    return await complainOfCommand(words, context);
  }
  await writeOut(context.stdout, matches.map(commandHelp).join('\n'));
  return exitCode.success;
}

async function runCommand(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [command, ...others] = findCommands(words);
  if (command === undefined) {
    return await complainOfCommand(words, context);
  }
  if (others.length > 0) {
    // A group alone, or with a word that is none of its commands.
    const isHelp = words[1] === '--help' || words[1] === '-h';
    return isHelp ? await printHelp(words.slice(0, 1), context) : await complainOfGroup(words, context);
  }
  try {
    const parsed = parseArguments(command.options, words.slice(command.name.split(' ').length));
    if (parsed.has('help')) {
      await writeOut(context.stdout, commandHelp(command));
      return exitCode.success;
    }
    return await command.run(context, parsed);
  } catch (error) {
    const usage = isRevenantError(error, 'invalid-argument') ? `; ${usageLine(command)}` : '';
    await complain(context, `${messageOf(error)}${usage}`);
    return exitCodeOf(error);
  }
}

/** The command that the first words name, or all commands of the group that the first word names alone. */
function findCommands(words: readonly string[]): readonly Command[] {
  const exact = commands.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
  return exact === undefined ? commands.filter(({ name }) => name.startsWith(`${words[0]} `)) : [exact];
}

async function complainOfCommand(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  await complain(context, `there is no command "${words[0]}"; "revenant help" lists them`);
  return exitCode.usage;
}

async function complainOfGroup(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const usages = findCommands(words).map(usageLine).join('; ');
  const problem = words[1] === undefined ? 'a word is missing' : `there is no command "${words[0]} ${words[1]}"`;
  await complain(context, `${problem}; ${usages}`);
  return exitCode.usage;
}

/** One line, whatever the message holds. */
async function complain({ stderr }: CommandContext, message: string): Promise<void> {
  await writeLine(stderr, `revenant: ${message.replaceAll(/\s*\n\s*/g, ' ')}`);
}
