import type { ReadStream, WriteStream } from 'node:tty';
import type { HostConnection } from '../client/hostConnection.ts';
import type { RevenantPaths } from '../platform/paths.ts';
import type { Clock } from '../base/clock.ts';
import type { OptionTypes, ParsedArguments } from './parseArguments.ts';
import type { ExitCode } from './exitCode.ts';

/** What a command may use of the world. Streams are terminals only as far as `isTTY` says so. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly paths: RevenantPaths;
  readonly clock: Clock;
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly stderr: WriteStream;
  /**
   * Connects to the session host, and starts one unless `startIfNeeded` is false. The connection is disposed of when
   * the command has ended.
   */
  connect(options?: { readonly startIfNeeded?: boolean }): Promise<HostConnection>;
}

/** One command of the command line. */
export interface Command {
  /** Two words for a command of a group, as in `host status`. */
  readonly name: string;
  /** What follows the name, as in `S [--enter] TEXT…`. */
  readonly synopsis: string;
  readonly summary: string;
  /** Lines about the options, already aligned; empty when there is nothing to say. */
  readonly details: readonly string[];
  readonly options: OptionTypes;
  run(context: CommandContext, parsed: ParsedArguments): Promise<ExitCode>;
}
