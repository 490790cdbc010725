import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ClientHello, RequestParams } from '../../../src/protocol/hostMessages.ts';
import type { SessionInfo } from '../../../src/protocol/sessionInfo.ts';
import type { HostEndpoint } from '../../../src/protocol/hostEndpoint.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';
import { waitFor } from '../../support/waitFor.ts';
import { RawClient } from './rawClient.ts';

const script = fileURLToPath(new URL('../../../src/host/main.ts', import.meta.url));

export interface StartedHost {
  readonly child: ChildProcess;
  /** The line that it prints when it serves, or does not. */
  readonly line: string;
}

export const shellDefaults: RequestParams<'create'> = {
  name: null,
  shell: '/bin/sh',
  args: [],
  cwd: '/',
  env: { PATH: '/usr/bin:/bin', PS1: '$ ', TERM: 'xterm-256color' },
  cols: 80,
  rows: 24,
  workspace: null,
  history: null,
};

/** Creates a session of `shellDefaults` and waits for its prompt: what comes before it would be echoed in front of it. */
export async function createAtPrompt(
  client: RawClient,
  options: Partial<RequestParams<'create'>> = {},
): Promise<SessionInfo> {
  const { session } = await client.request('create', { ...shellDefaults, ...options });
  const until = { kind: 'text', pattern: '^\\$ ?$' } as const;
  const { outcome } = await client.request('wait', { session: session.id, until, timeoutMs: 20_000 });
  assert.equal(outcome, 'met');
  return session;
}

/** Real hosts, run from source, with directories of their own. Every process is ended after the test. */
export class HostBox {
  readonly data: string;
  readonly run: string;
  private readonly _test: TestContext;
  private readonly _children: ChildProcess[] = [];

  constructor(t: TestContext) {
    this._test = t;
    // Before the directory's own removal, which would make hosts and keepers fill it again.
    t.after(() => this._endAll());
    this.data = makeTempDirectory(t);
    this.run = path.join(this.data, 'run');
  }

  /** Starts a host and waits for its first line. */
  async start(): Promise<StartedHost> {
    const child = spawn(process.execPath, [script, '--data-dir', this.data, '--run-dir', this.run], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: '/',
    });
    this._children.push(child);
    let line = '';
    child.stdout.on('data', (chunk: Buffer) => (line += chunk.toString()));
    await waitFor('the first line of the host', () => line.includes('\n'), 30_000);
    return { child, line: line.trim() };
  }

  get endpoint(): HostEndpoint {
    return JSON.parse(fs.readFileSync(path.join(this.run, 'host.json'), 'utf8')) as HostEndpoint;
  }

  get token(): string {
    return fs.readFileSync(path.join(this.run, 'token'), 'utf8');
  }

  get log(): string {
    return fs.readFileSync(path.join(this.data, 'host.log'), 'utf8');
  }

  metadataOf(session: string): string {
    return fs.readFileSync(path.join(this.data, 'sessions', session, 'metadata.json'), 'utf8');
  }

  async connect(hello: Partial<ClientHello> = {}): Promise<RawClient> {
    return (await RawClient.greet(this._test, this.endpoint.address, { token: this.token, ...hello })).client;
  }

  /** A keeper whose host was ended may just be starting another one: so until none is left. */
  private async _endAll(): Promise<void> {
    await waitFor('every process to end', () => {
      const pids = findProcesses(this.run);
      pids.forEach(endProcess);
      return pids.length === 0;
    });
    await waitFor('every child to be gone', () =>
      this._children.every(({ exitCode, signalCode }) => (exitCode ?? signalCode) !== null),
    );
  }
}

/** Hosts and keepers that were started for this run directory: its name is nobody else's. */
function findProcesses(runDirectory: string): number[] {
  const { stdout } = spawnSync('ps', ['-Awwo', 'pid=,args='], { encoding: 'utf8' });
  const lines = stdout.split('\n').filter((line) => line.includes(`--run-dir ${runDirectory}`));
  return lines.map((line) => Number.parseInt(line, 10));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

export async function exitOf(child: ChildProcess): Promise<number | string | null> {
  await waitFor('the process to end', () => child.exitCode !== null || child.signalCode !== null, 20_000);
  return child.exitCode ?? child.signalCode;
}
