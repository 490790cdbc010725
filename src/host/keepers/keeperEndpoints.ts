import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { schema } from '../../base/schema.ts';
import { listNames, tryReadText } from '../../platform/privateFiles.ts';
import { keeperEndpointSchema, type KeeperEndpoint } from '../../protocol/keeperMessages.ts';
import { isProcessAlive } from '../../platform/isProcessAlive.ts';

/** The keepers that say in `<run>/keepers` that they run. What dead ones left behind is removed. */
export async function readKeeperEndpoints(runDirectory: string, log: Log): Promise<KeeperEndpoint[]> {
  const endpoints: KeeperEndpoint[] = [];
  for (const name of await listNames(keepersDirectory(runDirectory))) {
    const pid = Number(/^(\d+)\.json$/.exec(name)?.[1]);
    if (Number.isNaN(pid)) {
      continue;
    }
    const endpoint = await readKeeperEndpoint(runDirectory, pid).catch((error: unknown) => {
      log.warn(`The keeper file ${name} cannot be used: ${messageOf(error)}`);
      return undefined;
    });
    if (!isProcessAlive(pid)) {
      await removeKeeperEndpoint(runDirectory, pid, endpoint?.address);
      log.info(`Removed what the dead keeper ${pid} left behind.`);
    } else if (endpoint !== undefined) {
      endpoints.push(endpoint);
    }
  }
  return endpoints;
}

/** undefined when there is none. Throws when it is damaged, as only something else than a keeper can have written it. */
export async function readKeeperEndpoint(runDirectory: string, pid: number): Promise<KeeperEndpoint | undefined> {
  const text = await tryReadText(endpointFile(runDirectory, pid));
  return text === undefined ? undefined : schema.parse(keeperEndpointSchema, JSON.parse(text));
}

/** Removes a dead keeper's endpoint and its socket. */
export async function removeKeeperEndpoint(
  runDirectory: string,
  pid: number,
  address: string | undefined,
): Promise<void> {
  if (address !== undefined && process.platform !== 'win32') {
    await fs.rm(address, { force: true });
  }
  await fs.rm(endpointFile(runDirectory, pid), { force: true });
}

function keepersDirectory(runDirectory: string): string {
  return path.join(runDirectory, 'keepers');
}

function endpointFile(runDirectory: string, pid: number): string {
  return path.join(keepersDirectory(runDirectory), `${pid}.json`);
}
