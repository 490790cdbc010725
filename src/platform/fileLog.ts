import * as fs from 'node:fs';
import type { Log, LogLevel } from '../base/log.ts';
import { privateMode } from './privateFiles.ts';

/** At this size the log is moved to `<file>.1`, which replaces the one before; so two times this is kept. */
const rotateBytes = 1024 * 1024;

/** A log in a private file, one line an entry. Written at once: it is read after crashes. Never throws. */
export function openFileLog(file: string, source: string): Log {
  const write = (level: LogLevel, message: string): void => {
    const line = `${new Date().toISOString()} ${level} [${source} ${process.pid}] ${message}\n`;
    try {
      if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > rotateBytes) {
        fs.renameSync(file, `${file}.1`);
      }
      fs.appendFileSync(file, line, { mode: privateMode.file });
    } catch {
      // A log that cannot be written (full disk, directory gone) must not end the process that has something to say.
      return;
    }
  };
  return {
    debug: (message) => write('debug', message),
    info: (message) => write('info', message),
    warn: (message) => write('warn', message),
    error: (message, error) => write('error', error === undefined ? message : `${message}: ${describe(error)}`),
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
