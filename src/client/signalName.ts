import { constants } from 'node:os';

/** `SIGKILL` for 9 and so on, as this system numbers them; `signal 77` for one that it does not know. */
export function signalName(signal: number): string {
  return Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
}
