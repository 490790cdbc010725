export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a part writes what happened. Comes in by constructor; only entry files build one. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error?: unknown): void;
}

/** A log that keeps nothing. */
export const nullLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
