import { spawn, type ChildProcessByStdio } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { RevenantError, messageOf, systemCodeOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';

/** How to start this version's keeper; `--run-dir` and `--version` are appended to the arguments. */
export interface KeeperCommand {
  readonly execPath: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface StartKeeperOptions {
  readonly command: KeeperCommand;
  readonly runDirectory: string;
  readonly version: string;
  readonly log: Log;
}

type KeeperChild = ChildProcessByStdio<null, Readable, null>;

/** From starting to `ready`, of each attempt. */
const readyTimeoutMs = 10_000;

/** A first line that is longer is no keeper's. */
const firstLineLimit = 16 * 1024;

/**
 * Ways to start, tried in turn. A scope of its own takes the keeper out of the login's or the terminal's cgroup, so that
 * neither a logout (`KillUserProcesses=yes`) nor the end of VS Code's own scope takes it along. In a scope, one process
 * that is killed for want of memory ends all of them unless OOMPolicy says otherwise; systemd before 253 does not know
 * that of scopes, refuses it, and does not do it either.
 */
const scopes: readonly (readonly string[])[] = [
  ['--user', '--scope', '--quiet', '--collect', '--property=OOMPolicy=continue'],
  ['--user', '--scope', '--quiet', '--collect'],
];

/**
 * Starts a keeper that outlives this process and returns its process id when it is ready. Throws `spawn-failed` with the
 * keeper's own words when it cannot start.
 */
export async function startKeeper({ command, runDirectory, version, log }: StartKeeperOptions): Promise<number> {
  const line = [command.execPath, ...command.args, '--run-dir', runDirectory, '--version', version];
  const systemdRun = await findSystemdRun(command.env);
  for (const scope of systemdRun === undefined ? [] : scopes) {
    try {
      return await startAndWait([systemdRun ?? '', ...scope, '--', ...line], command.env);
    } catch (error) {
      log.info(`No systemd scope for the keeper: ${messageOf(error)}`);
    }
  }
  return startAndWait(line, command.env);
}

/** `systemd-run --scope` becomes the program that it runs, so the process id is the keeper's in any case. */
async function startAndWait([file, ...args]: readonly string[], env: KeeperCommand['env']): Promise<number> {
  const child = spawn(file ?? '', args, { cwd: homedir(), env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const line = await readFirstLine(child);
    if (line !== 'ready' || child.pid === undefined) {
      throw new RevenantError('spawn-failed', `The pty keeper did not start: ${explain(line)}`);
    }
    return child.pid;
  } catch (error) {
    // It may hang; nothing that is not ready is left behind.
    child.kill('SIGKILL');
    throw error;
  } finally {
    child.stdout.destroy();
    child.unref();
  }
}

function readFirstLine(child: KeeperChild): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (reason: string, cause?: unknown): void => {
      clearTimeout(timer);
      reject(new RevenantError('spawn-failed', `The pty keeper (${child.spawnfile}) ${reason}.`, { cause }));
    };
    const timer = setTimeout(() => fail(`was not ready within ${readyTimeoutMs / 1000} s`), readyTimeoutMs);
    child.once('error', (error) => fail(`cannot be started: ${error.message}`, error));
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk: string) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) {
        clearTimeout(timer);
        resolve(text.slice(0, end));
      } else if (text.length > firstLineLimit) {
        fail('says something else than a keeper does');
      }
    });
    // Not `exit`: the reason may still be on its way.
    child.once('close', (code, signal) => fail(`ended with ${signal ?? code ?? 'no code'} before it was ready`));
  });
}

function explain(line: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'message' in value) {
      return String(value.message);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return line;
}

/** The path of `systemd-run` when this user has a systemd of their own (Linux). */
async function findSystemdRun(env: KeeperCommand['env']): Promise<string | undefined> {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (
    process.platform !== 'linux' ||
    runtime === undefined ||
    !(await isThere(path.join(runtime, 'systemd', 'private')))
  ) {
    return undefined;
  }
  for (const directory of (env['PATH'] ?? '').split(path.delimiter)) {
    const candidate = path.join(directory, 'systemd-run');
    if (path.isAbsolute(candidate) && (await isThere(candidate, fs.constants.X_OK))) {
      return candidate;
    }
  }
  return undefined;
}

async function isThere(file: string, mode = fs.constants.F_OK): Promise<boolean> {
  try {
    await fs.access(file, mode);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === undefined) {
      throw error;
    }
    return false;
  }
}
