import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { promisify } from 'node:util';

export interface ProcessInfo {
  /** The directory of the foreground program, or of the process itself when that may not be read. */
  readonly cwd?: string;
  /** What runs in the foreground of the process's terminal, as people call it: `vim`, not `/usr/bin/vim`. */
  readonly program?: string;
}

/** What `ps` and `lsof` take when a disk or a network file system hangs is not waited for. */
const toolTimeoutMs = 2_000;

const run = promisify(execFile);

/**
 * What the system tells of a process with a terminal: by /proc on Linux, by `ps` and `lsof` on macOS, nothing on
 * Windows. What cannot be found out is left away. Never throws.
 */
export async function inspectProcess(pid: number): Promise<ProcessInfo> {
  switch (process.platform) {
    case 'linux':
      return inspectByProc(pid);
    case 'darwin':
      return inspectByTools(pid);
    default:
      return {};
  }
}

async function inspectByProc(pid: number): Promise<ProcessInfo> {
  const stat = await attempt(fs.readFile(`/proc/${pid}/stat`, 'utf8'));
  const leader = stat === undefined ? undefined : foregroundGroup(stat);
  const candidates = leader === undefined || leader === pid ? [pid] : [leader, pid];
  return {
    ...named('cwd', await firstFound(candidates, directoryByProc)),
    ...named('program', await firstFound(candidates, programByProc)),
  };
}

async function directoryByProc(pid: number): Promise<string | undefined> {
  const directory = await attempt(fs.readlink(`/proc/${pid}/cwd`));
  // A directory that was removed is given with this ending, and is of no use to anybody.
  return directory?.endsWith(' (deleted)') ? undefined : directory;
}

/** Field 8, tpgid, of /proc/PID/stat (proc(5)). The name in field 2 may itself hold spaces and parentheses. */
function foregroundGroup(stat: string): number | undefined {
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const group = Number(afterName[5]);
  return Number.isInteger(group) && group > 0 ? group : undefined;
}

/** The command line's first word, as `comm` is cut at 15 bytes; `comm` when a program wrote a sentence there (`sshd: …`). */
async function programByProc(pid: number): Promise<string | undefined> {
  const commandLine = await attempt(fs.readFile(`/proc/${pid}/cmdline`, 'utf8'));
  const first = programName(commandLine?.split('\0')[0] ?? '');
  if (first !== '' && !/\s/.test(first)) {
    return first;
  }
  return (await attempt(fs.readFile(`/proc/${pid}/comm`, 'utf8')))?.trimEnd();
}

async function inspectByTools(pid: number): Promise<ProcessInfo> {
  const group = Number((await runTool('ps', ['-o', 'tpgid=', '-p', `${pid}`]))?.trim());
  const candidates = Number.isInteger(group) && group > 0 && group !== pid ? [group, pid] : [pid];
  return {
    ...named('cwd', await firstFound(candidates, directoryByLsof)),
    ...named(
      'program',
      await firstFound(candidates, async (id) => {
        const command = await runTool('ps', ['-o', 'comm=', '-p', `${id}`]);
        return command === undefined ? undefined : programName(command.trim());
      }),
    ),
  };
}

/** lsof(8), "OUTPUT FOR OTHER PROGRAMS": the line that begins with `n` has the name. */
async function directoryByLsof(pid: number): Promise<string | undefined> {
  const output = await runTool('lsof', ['-a', '-d', 'cwd', '-Fn', '-p', `${pid}`]);
  return output
    ?.split('\n')
    .find((line) => line.startsWith('n/'))
    ?.slice(1);
}

/** A login shell is called `-bash`. */
function programName(command: string): string {
  return path.basename(command).replace(/^-/, '');
}

async function runTool(file: string, args: readonly string[]): Promise<string | undefined> {
  return (await attempt(run(file, args, { timeout: toolTimeoutMs })))?.stdout;
}

async function firstFound(
  pids: readonly number[],
  find: (pid: number) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const pid of pids) {
    const found = await find(pid);
    if (found !== undefined && found !== '') {
      return found;
    }
  }
  return undefined;
}

/** The process may be gone at any moment, be another user's, or the tool be missing: all of that is "not known". */
async function attempt<T>(result: Promise<T>): Promise<T | undefined> {
  return result.catch(() => undefined);
}

function named<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string });
}
