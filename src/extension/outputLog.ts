import type * as vscode from 'vscode';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** The project's log, written to an output channel of VS Code, which stamps, filters and rotates it. */
export function logTo(channel: vscode.LogOutputChannel): Log {
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message, error) => {
      if (error === undefined) {
        channel.error(message);
      } else {
        channel.error(`${message}: ${(error instanceof Error ? error.stack : undefined) ?? messageOf(error)}`);
      }
    },
  };
}
