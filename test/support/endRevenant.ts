import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { outsideEnvironment } from '../vscode/server/vscodeServer.ts';
import { isAlive } from './isAlive.ts';
import { waitFor } from './waitFor.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a bundled command line on a Revenant home. */
export function runCli(script: string, home: string, args: readonly string[], cwd = home): Promise<CliResult> {
  const env = { ...outsideEnvironment(), REVENANT_HOME: home };
  const maxBuffer = 64 * 1024 * 1024;
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env, cwd, maxBuffer }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Deletes every session of a Revenant home and ends its host and keepers; what does not leave is killed by its pid. */
export async function endRevenant(script: string, home: string): Promise<void> {
  if (!fs.existsSync(path.join(home, 'sessions'))) {
    return;
  }
  const run = (...args: string[]): Promise<CliResult> => runCli(script, home, args);
  const sessions = JSON.parse((await run('list', '--json')).stdout) as readonly { readonly id: string }[];
  const status = JSON.parse((await run('host', 'status', '--json')).stdout) as {
    readonly pid: number;
    readonly keepers: readonly { readonly pid: number }[];
  };
  const pids = [...status.keepers.map(({ pid }) => pid), status.pid];
  try {
    for (const { id } of sessions) {
      await run('delete', id, '--force');
    }
    await run('host', 'stop');
    await waitFor('the host and the keepers to leave', () => !pids.some(isAlive));
  } finally {
    for (const pid of pids.filter(isAlive)) {
      process.kill(pid, 'SIGKILL');
    }
  }
}
