import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * A function that collects all garbage, some milliseconds for each 10 MB that are in use; undefined when this engine
 * has none. Node gives it out only by a flag, which may be set for the moment in which it is fetched.
 */
export function findGarbageCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : undefined');
  setFlagsFromString('--no-expose-gc');
  return typeof collect === 'function' ? (collect as () => void) : undefined;
}
