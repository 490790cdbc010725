import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { isRevenantError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { runtimeName } from '../platform/build.ts';
import type { RevenantPaths } from '../platform/paths.ts';
import { listNames, tryReadText } from '../platform/privateFiles.ts';
import type { Build } from '../protocol/hostMessages.ts';
import { decodeJson } from '../protocol/json.ts';
import { type KeeperEndpoint, keeperEndpointSchema } from '../protocol/keeperMessages.ts';
import { tryReadHostEndpoint } from './hostEndpointFile.ts';
import { isProcessAlive } from '../platform/isProcessAlive.ts';

const pruneLimits = {
  /** The newest runtimes are kept whoever uses them: this build's and the one to which a user may go back. */
  keptNewest: 2,
  /** A copy under a temporary name that is older than this was left by a process that died while it copied. */
  temporaryAgeMs: 60 * 60 * 1000,
} as const;

/**
 * Removes staged runtimes that neither a live host nor a live keeper runs from. A failure is logged and harms nothing:
 * the next staging tries again.
 */
export async function pruneRuntimes(options: {
  readonly paths: RevenantPaths;
  readonly build: Build;
  readonly log: Log;
}): Promise<void> {
  const runtimes = path.join(options.paths.data, 'runtime');
  try {
    const used = await namesInUse(options.paths.run, options.log);
    used.add(runtimeName(options.build));
    const whole: { readonly name: string; readonly mtimeMs: number }[] = [];
    for (const name of await fs.readdir(runtimes)) {
      const mtimeMs = (await fs.stat(path.join(runtimes, name))).mtimeMs;
      if (!name.endsWith('.tmp')) {
        whole.push({ name, mtimeMs });
      } else if (Date.now() - mtimeMs > pruneLimits.temporaryAgeMs) {
        await fs.rm(path.join(runtimes, name), { recursive: true, force: true });
      }
    }
    whole.sort((a, b) => b.mtimeMs - a.mtimeMs);
    for (const { name } of whole.slice(pruneLimits.keptNewest)) {
      if (!used.has(name)) {
        await fs.rm(path.join(runtimes, name), { recursive: true, force: true });
        options.log.info(`Removed the runtime ${name}, which nobody uses any more.`);
      }
    }
  } catch (error) {
    options.log.warn(`Old runtimes in ${runtimes} could not be removed: ${messageOf(error)}`);
  }
}

async function namesInUse(runDirectory: string, log: Log): Promise<Set<string>> {
  const used = new Set<string>();
  const host = await tryReadHostEndpoint(runDirectory, log);
  if (host !== undefined && isProcessAlive(host.pid)) {
    used.add(runtimeName(host));
  }
  for (const keeper of await readKeeperEndpoints(runDirectory)) {
    if (isProcessAlive(keeper.pid)) {
      // A keeper's version is the name of the runtime that it was started from.
      used.add(keeper.version);
    }
  }
  return used;
}

async function readKeeperEndpoints(runDirectory: string): Promise<KeeperEndpoint[]> {
  const directory = path.join(runDirectory, 'keepers');
  const endpoints: KeeperEndpoint[] = [];
  for (const name of await listNames(directory)) {
    const text = name.endsWith('.json') ? await tryReadText(path.join(directory, name)) : undefined;
    if (text === undefined) {
      continue;
    }
    try {
      endpoints.push(decodeJson(keeperEndpointSchema, encodeUtf8(text)));
    } catch (error) {
      if (!isRevenantError(error, 'protocol')) {
        throw error;
      }
    }
  }
  return endpoints;
}
