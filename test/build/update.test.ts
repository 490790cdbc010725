import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { bundle, copyPty } from '../../esbuild.mjs';
import { isAlive } from '../support/isAlive.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { outsideEnvironment } from '../vscode/server/vscodeServer.ts';

interface Status {
  readonly pid: number;
  readonly version: string;
  readonly keepers: readonly { readonly pid: number; readonly version: string; readonly sessions: number }[];
}

interface Listed {
  readonly id: string;
  readonly displayName: string;
  readonly state: string;
  readonly pid: number;
}

/** A build of Revenant as an update brings it: bundled, with a version of its own. */
class Build {
  private readonly _script: string;
  private readonly _home: string;

  private constructor(directory: string, home: string) {
    this._script = path.join(directory, 'cli.js');
    this._home = home;
  }

  static async make(t: TestContext, version: string, home: string): Promise<Build> {
    const directory = path.join(makeTempDirectory(t), 'dist');
    await bundle({ outdir: directory, version, builtAt: 1 });
    copyPty(directory, `${process.platform}-${process.arch}`);
    return new Build(directory, home);
  }

  run(...args: string[]): Promise<string> {
    const env = { ...outsideEnvironment(), REVENANT_HOME: this._home, PS1: '$ ' };
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [this._script, ...args], { env, cwd: this._home }, (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
        } else {
          reject(new Error(`revenant ${args.join(' ')}: ${stderr}`));
        }
      });
    });
  }

  async status(): Promise<Status> {
    return JSON.parse(await this.run('host', 'status', '--json')) as Status;
  }

  async list(): Promise<Listed[]> {
    return JSON.parse(await this.run('list', '--json')) as Listed[];
  }
}

test('an update retires the host, shells go on in the old keeper, new sessions start in the new one', async (t) => {
  const pids = new Set<number>();
  t.after(() => {
    for (const pid of [...pids].filter(isAlive)) {
      process.kill(pid, 'SIGKILL');
    }
  });
  const home = makeTempDirectory(t);
  const older = await Build.make(t, '1.0.0', home);
  const newer = await Build.make(t, '1.1.0', home);

  await older.run(
    'new',
    '--name',
    'counter',
    '--',
    'sh',
    '-c',
    'i=0; while :; do i=$((i+1)); echo "n $i"; sleep 0.01; done',
  );
  await older.run('wait', 'counter', '--text', '^n 50$', '--timeout', '20000');
  const [before] = await older.list();
  const oldStatus = await older.status();
  oldStatus.keepers.forEach(({ pid }) => pids.add(pid));
  pids.add(oldStatus.pid);
  assert.equal(oldStatus.version, '1.0.0');

  const [after] = await newer.list();
  const newStatus = await newer.status();
  pids.add(newStatus.pid);
  assert.equal(newStatus.version, '1.1.0');
  assert.deepEqual([after?.pid, after?.state], [before?.pid, 'running']);
  await waitFor('the old host to leave', () => !isAlive(oldStatus.pid));

  await newer.run('new', '--name', 'fresh', '--', 'sleep', '1000');
  const keepers = (await newer.status()).keepers;
  keepers.forEach(({ pid }) => pids.add(pid));
  assert.deepEqual(keepers.map(({ version, sessions }) => [version.split('-')[0], sessions]).sort(), [
    ['1.0.0', 1],
    ['1.1.0', 1],
  ]);
  assert.equal((await older.status()).version, '1.1.0', 'an older command line uses the newer host');

  const history = await newer.run('history', 'counter', '--format', 'raw');
  const numbers = [...history.matchAll(/^n (\d+)\r$/gm)].map((match) => Number(match[1]));
  assert.ok(numbers.length >= 50);
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
    'every line is there once, across the hand-over',
  );

  await newer.run('delete', 'counter', '--force');
  await waitFor(
    'the old keeper to leave after its last session',
    async () => (await newer.status()).keepers.length === 1,
  );
  await newer.run('delete', 'fresh', '--force');
  await newer.run('host', 'stop');
  await waitFor('all to leave', () => ![...pids].some(isAlive));
});
