import { realpathSync } from 'node:fs';
import * as path from 'node:path';
import { systemCodeOf } from '../base/errors.ts';
import { nullLog } from '../base/log.ts';
import { connectToHost } from '../client/connectToHost.ts';
import type { HostConnection } from '../client/hostConnection.ts';
import { thisBuild } from '../platform/build.ts';
import { resolvePaths } from '../platform/paths.ts';
import { systemClock } from '../platform/systemClock.ts';
import { exitCode } from './exitCode.ts';
import { runCommandLine } from './runCommandLine.ts';

/** Where the host's program is: beside the bundle of this one, or in `src` when the sources are run. */
function findRuntimeSource(): string {
  const script = realpathSync(process.argv[1] ?? '.');
  const directory = path.dirname(script);
  return script.endsWith('.ts') ? path.dirname(directory) : directory;
}

// The reader of a pipe (`| head`) has what it wants: that is the end, and no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    const isGone = systemCodeOf(error) === 'EPIPE' || systemCodeOf(error) === 'EIO';
    process.exit(isGone ? exitCode.success : exitCode.failure);
  });
}

const connections: HostConnection[] = [];
const paths = resolvePaths();

runCommandLine(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  paths,
  clock: systemClock,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  async connect({ startIfNeeded = true } = {}) {
    const runtimeSource = findRuntimeSource();
    const connection = await connectToHost({
      paths,
      build: thisBuild,
      client: 'cli',
      runtimeSource,
      log: nullLog,
      startIfNeeded,
    });
    connections.push(connection);
    return connection;
  },
}).then(
  (code) => {
    process.exitCode = code;
    for (const connection of connections) {
      connection.dispose();
    }
  },
  (error: unknown) => {
    process.stderr.write(`revenant: internal failure: ${String(error)}\n`);
    process.exitCode = exitCode.failure;
  },
);
