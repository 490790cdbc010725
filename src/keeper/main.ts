import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { RevenantError, isRevenantError, messageOf } from '../base/errors.ts';
import { setListenerErrorHandler } from '../base/event.ts';
import { openFileLog } from '../platform/fileLog.ts';
import { systemClock } from '../platform/systemClock.ts';
import { HostRestarter } from './hostRestarter.ts';
import { Keeper } from './keeper.ts';
import { KeeperServer } from './keeperServer.ts';
import { OpenTerminals } from './openTerminals.ts';

/** A keeper to which no host came within this time was started by one that died. */
const firstHostTimeoutMs = 60_000;

/** The pty keeper: `keeper --run-dir DIR --version V`. Says `ready` on stdout, or why not as a line of JSON. */
async function main(): Promise<void> {
  const { runDirectory, version } = readArguments();
  const log = openFileLog(path.join(runDirectory, 'keeper.log'), `keeper ${version}`);
  const terminals = new OpenTerminals();
  const restarter = new HostRestarter(systemClock, log, terminals);
  const keeper = new Keeper({ version, restarter, terminals, log });
  const server = new KeeperServer({
    runDirectory,
    version,
    log,
    handleHost: (channel, restart) => keeper.connect(channel, restart),
  });

  const leave = (): void => {
    restarter.dispose();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('Leaving failed', error);
        process.exit(1);
      },
    );
  };
  const leaveIfIdle = (): void => {
    if (keeper.isIdle) {
      leave();
    }
  };
  // Whatever fails in here, the shells go on: the host's connection is what gets a fresh start.
  const survive = (error: unknown): void => {
    log.error('Something failed that should not', error);
    keeper.disconnect();
  };
  process.on('uncaughtException', survive);
  process.on('unhandledRejection', survive);
  setListenerErrorHandler(survive);
  // The end of a login or Ctrl+C in a terminal is no reason to end; the end of the system is.
  process.on('SIGHUP', () => undefined);
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', leave);
  // Whoever started this may be gone, and with it the other end of the pipes.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);

  await server.start();
  // A working directory of its own would keep a disk from being unmounted.
  process.chdir(path.parse(process.cwd()).root);
  keeper.onDidBecomeIdle(leaveIfIdle);
  setTimeout(leaveIfIdle, firstHostTimeoutMs).unref();
  process.stdout.write('ready\n');
}

function readArguments(): { runDirectory: string; version: string } {
  const { values } = parseArgs({ options: { 'run-dir': { type: 'string' }, version: { type: 'string' } } });
  const runDirectory = values['run-dir'];
  const { version } = values;
  if (!runDirectory || !version) {
    throw new RevenantError('invalid-argument', 'The keeper needs --run-dir DIR and --version V.');
  }
  return { runDirectory: path.resolve(runDirectory), version };
}

main().catch((error: unknown) => {
  const code = isRevenantError(error) ? error.code : 'internal';
  process.stdout.write(`${JSON.stringify({ code, message: messageOf(error) })}\n`, () => process.exit(1));
});
