import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { nullLog } from '../../src/base/log.ts';
import { connectToHost } from '../../src/client/connectToHost.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import { type RevenantPaths, resolvePaths } from '../../src/platform/paths.ts';
import type { CreateParams } from '../../src/protocol/hostMessages.ts';
import type { SessionInfo } from '../../src/protocol/sessionInfo.ts';
import { isAlive } from '../../test/support/isAlive.ts';
import { waitFor } from '../../test/support/waitFor.ts';
import type { BenchContext } from '../api.ts';

/** Longest wait for anything that takes as long as a program prints. */
export const longLimitMs = 600_000;

/** Size of every terminal here. */
export const terminalSize = { cols: 80, rows: 24 } as const;

/** A Revenant of its own: the bundled host and keeper, as processes, in a temporary directory. Gone after `end`. */
export class RevenantBox {
  /** For files of the benchmark's own. */
  readonly directory: string;
  readonly paths: RevenantPaths;
  private readonly _context: BenchContext;
  private readonly _pids = new Set<number>();

  constructor(context: BenchContext) {
    this._context = context;
    this.directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rvt-bench-')));
    this.paths = resolvePaths({ REVENANT_HOME: path.join(this.directory, 'r') });
  }

  /** As a window or the command line connects; starts a host when none runs. */
  async connect(): Promise<HostConnection> {
    const connection = await connectToHost({
      paths: this.paths,
      build: this._context.build,
      client: 'cli',
      runtimeSource: this._context.runtime,
      log: nullLog,
    });
    this._pids.add(connection.hello.pid);
    return connection;
  }

  /** Process ids of the host and the keepers. */
  async processIds(connection: HostConnection): Promise<{ readonly host: number; readonly keepers: number[] }> {
    const { pid, keepers } = await connection.request('status', {});
    const ids = { host: pid, keepers: keepers.map((keeper) => keeper.pid) };
    [ids.host, ...ids.keepers].forEach((id) => this._pids.add(id));
    return ids;
  }

  /** Creates a session that runs a program. */
  async create(
    connection: HostConnection,
    [shell, ...args]: readonly [string, ...string[]],
    options: Partial<CreateParams> = {},
  ): Promise<SessionInfo> {
    const { session } = await connection.request('create', {
      name: null,
      shell,
      args,
      cwd: this.directory,
      env: programEnvironment(),
      ...terminalSize,
      workspace: null,
      history: null,
      ...options,
    });
    return session;
  }

  /** Ends the host, and with `sessions` what runs in it; then nobody is left. */
  async stop(connection: HostConnection, { sessions }: { readonly sessions: boolean }): Promise<void> {
    const { host, keepers } = await this.processIds(connection);
    await connection.request('stop', { sessions }, { timeoutMs: longLimitMs });
    connection.dispose();
    const leaving = sessions ? [host, ...keepers] : [host];
    await waitFor('the host to leave', () => !leaving.some(isAlive), 60_000);
  }

  /** Ends everything and removes the files. */
  async end(): Promise<void> {
    try {
      const connection = await this.connect();
      await this.stop(connection, { sessions: true });
    } finally {
      for (const pid of [...this._pids].filter(isAlive)) {
        process.kill(pid, 'SIGKILL');
      }
      fs.rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

/** Runs `use` with a box and ends the box. */
export async function withBox<T>(context: BenchContext, use: (box: RevenantBox) => Promise<T>): Promise<T> {
  const box = new RevenantBox(context);
  try {
    return await use(box);
  } finally {
    await box.end();
  }
}

/** The same small environment for what runs in any terminal here. */
export function programEnvironment(): Record<string, string> {
  const { PATH = '/usr/bin:/bin', HOME = '/', REVENANT_DEV_RUN } = process.env;
  // By its mark a process is found that a row leaves behind.
  const mark = REVENANT_DEV_RUN === undefined ? {} : { REVENANT_DEV_RUN };
  return { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', PS1: '$ ', ...mark };
}
