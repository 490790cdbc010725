import * as path from 'node:path';
import type { Log } from '../base/log.ts';
import { isRevenantError } from '../base/errors.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { tryReadText } from '../platform/privateFiles.ts';
import { type HostEndpoint, hostEndpointSchema } from '../protocol/hostEndpoint.ts';
import { decodeJson } from '../protocol/json.ts';
import { isProcessAlive } from '../platform/isProcessAlive.ts';
import { delay } from './delay.ts';

/** Where the session host says how to reach it. */
export function hostEndpointFile(runDirectory: string): string {
  return path.join(runDirectory, 'host.json');
}

/** Where the session host writes what happens to it. */
export function hostLogFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'host.log');
}

/** What the host file says; undefined when there is none, or none that makes sense (the next host replaces it). */
export async function tryReadHostEndpoint(runDirectory: string, log: Log): Promise<HostEndpoint | undefined> {
  const file = hostEndpointFile(runDirectory);
  const text = await tryReadText(file);
  if (text === undefined) {
    return undefined;
  }
  try {
    return decodeJson(hostEndpointSchema, encodeUtf8(text));
  } catch (error) {
    if (!isRevenantError(error, 'protocol')) {
      throw error;
    }
    log.warn(`${file} is damaged and is ignored: ${error.message}`);
    return undefined;
  }
}

const lookAgainMs = 50;

/**
 * Resolves with true when the host of `endpoint` has left: its process is gone, or another endpoint took the place of
 * its own. False after `limitMs`. It has to look again and again: no system tells of the end of a foreign process.
 */
export async function waitUntilHostIsGone(
  runDirectory: string,
  endpoint: HostEndpoint,
  options: { readonly limitMs: number; readonly log: Log; readonly signal?: AbortSignal | undefined },
): Promise<boolean> {
  const { limitMs, log, signal } = options;
  const deadline = performance.now() + limitMs;
  for (;;) {
    const present = await tryReadHostEndpoint(runDirectory, log);
    if (present?.address !== endpoint.address || !isProcessAlive(endpoint.pid)) {
      return true;
    }
    if (performance.now() >= deadline) {
      return false;
    }
    await delay(lookAgainMs, signal);
  }
}
