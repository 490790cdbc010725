import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { TestContext } from 'node:test';

/** The command line's program, run from its sources. */
export const program = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place of the test's own for sessions and hosts. After the test everything that runs there is ended. */
export class CommandLine {
  readonly home: string;
  readonly env: Record<string, string>;

  private constructor(home: string) {
    this.home = home;
    this.env = {
      PATH: process.env['PATH'] ?? '/bin:/usr/bin',
      HOME: home,
      // A shell whose prompt and start-up files are the same on every machine.
      SHELL: '/bin/sh',
      PS1: '$ ',
      ENV: '',
      REVENANT_HOME: home,
    };
  }

  static create(t: TestContext): CommandLine {
    const commandLine = new CommandLine(mkdtempSync(path.join(tmpdir(), 'rvc-')));
    // One hook for all, because the files that name the processes must be there until these have ended.
    t.after(async () => {
      await commandLine._endProcesses();
      rmSync(commandLine.home, { recursive: true, force: true, maxRetries: 5 });
    });
    return commandLine;
  }

  /** Runs a command to its end. Its streams are pipes. */
  run(args: readonly string[], options: { readonly cwd?: string; readonly input?: string } = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [program, ...args], { env: this.env, cwd: options.cwd ?? this.home });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
      child.stdin.end(options.input ?? '');
    });
  }

  /** Runs a command that must succeed; what it prints, without the last line feed. */
  async text(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0 || stderr !== '') {
      throw new Error(`revenant ${args.join(' ')}: exit code ${code}: ${stderr}`);
    }
    return stdout.replace(/\n$/, '');
  }

  async json(...args: readonly string[]): Promise<unknown> {
    return JSON.parse(await this.text(...args));
  }

  /** A shell session; its id. */
  newShell(...options: readonly string[]): Promise<string> {
    return this.text('new', ...options, '--', '/bin/sh');
  }

  hostPid(): number | undefined {
    return pidIn(path.join(this.home, 'run', 'host.json'));
  }

  keeperPids(): number[] {
    const directory = path.join(this.home, 'run', 'keepers');
    return namesIn(directory)
      .map((name) => pidIn(path.join(directory, name)))
      .filter((pid) => pid !== undefined);
  }

  /** The host first, or the keepers' end would be recorded; then the keepers, whose end hangs up their shells. */
  private async _endProcesses(): Promise<void> {
    for (const find of [() => [this.hostPid()], () => this.keeperPids()]) {
      for (const pid of find()) {
        if (pid !== undefined) {
          end(pid);
        }
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function pidIn(file: string): number | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
  } catch {
    return undefined;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
}
