import * as path from 'node:path';
import { isRevenantError, messageOf } from '../base/errors.ts';
import { setListenerErrorHandler } from '../base/event.ts';
import { nullLog, type Log } from '../base/log.ts';
import { journalStore } from '../journal/journalStore.ts';
import { thisBuild } from '../platform/build.ts';
import { cleanEnvironment } from '../platform/cleanEnvironment.ts';
import { openFileLog } from '../platform/fileLog.ts';
import { findGarbageCollector } from '../platform/collectGarbage.ts';
import { ensurePrivateDirectory } from '../platform/privateFiles.ts';
import { systemClock } from '../platform/systemClock.ts';
import { ensureToken } from '../platform/token.ts';
import { createReplayScanner } from '../screen/replayScanner.ts';
import { createScreen } from '../screen/xtermScreen.ts';
import { SessionManager } from '../session/sessionManager.ts';
import { parseHostArguments } from './hostArguments.ts';
import { startHostProcess } from './hostProcess.ts';
import { connectToKeepers } from './keepers/keeperPtyFactory.ts';
import { collectWhenIdle } from './idleCollector.ts';
import { inspectProcess } from './processInfo.ts';

// The session host: `host.js --data-dir D --run-dir R`. Prints one line on stdout: `ready`, `already-running`, or a
// JSON object with `code` and `message`; after that nobody need listen.

async function main(): Promise<void> {
  const { dataDirectory, runDirectory } = parseHostArguments(process.argv.slice(2));
  await ensurePrivateDirectory(dataDirectory);
  await ensurePrivateDirectory(runDirectory);
  const logFile = path.join(dataDirectory, 'host.log');
  const log = openFileLog(logFile, 'host');
  logFailures(log);
  const token = await ensureToken(runDirectory);
  const env = environment();
  const host = await startHostProcess({
    dataDirectory,
    runDirectory,
    logFile,
    token,
    build: thisBuild,
    clock: systemClock,
    log,
    journal: journalStore,
    createScreen,
    createScanner: createReplayScanner,
    connectToKeepers: () =>
      connectToKeepers({
        runDirectory,
        token,
        build: thisBuild,
        keeperCommand: { execPath: process.execPath, args: [keeperScript()], env },
        restart: { execPath: process.execPath, args: [...process.execArgv, ...process.argv.slice(1)], env },
        log,
      }),
    createManager: (ptyFactory) =>
      new SessionManager({
        directory: path.join(dataDirectory, 'sessions'),
        ptyFactory,
        journal: journalStore,
        createScreen,
        clock: systemClock,
        log,
        inspectProcess,
      }),
    exit: () => process.exit(0),
  });
  if (host === undefined) {
    print('already-running', 0);
    return;
  }
  process.on('SIGTERM', () => void host.stop('stop'));
  const collect = findGarbageCollector();
  if (collect !== undefined) {
    collectWhenIdle({ clock: systemClock, busyMs: () => performance.eventLoopUtilization().active, collect });
  }
  print('ready');
}

/** The keeper's script: beside the bundled host; in its own folder when the sources are run. */
function keeperScript(): string {
  const script = process.argv[1] ?? '';
  return script.endsWith('.ts')
    ? path.join(path.dirname(script), '..', 'keeper', 'main.ts')
    : path.join(path.dirname(script), 'keeper.js');
}

/** What keepers, and hosts that they start again, run with. */
function environment(): Record<string, string> {
  const electron = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { ...cleanEnvironment(process.env), ...electron };
}

/** The host holds other people's sessions: a failure in one place is written down, and everything else goes on. */
function logFailures(log: Log): void {
  setListenerErrorHandler((error) => log.error('A listener failed', error));
  process.on('uncaughtException', (error) => log.error('Uncaught', error));
  process.on('unhandledRejection', (error) => log.error('A rejection was not handled', error));
}

function print(line: string, exitCode?: number): void {
  process.stdout.write(`${line}\n`, () => {
    if (exitCode !== undefined) {
      process.exit(exitCode);
    }
  });
}

// Whoever started the host goes away, and its pipes with it (EPIPE); so does the terminal, if there was one.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: Error) => nullLog.debug(error.message));
}
for (const signal of ['SIGHUP', 'SIGINT'] as const) {
  process.on(signal, () => undefined);
}

main().catch((error: unknown) => {
  const code = isRevenantError(error) ? error.code : 'internal';
  print(JSON.stringify({ code, message: messageOf(error) }), 1);
});
