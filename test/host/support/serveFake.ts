import { createServer } from 'node:net';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import { RevenantError } from '../../../src/base/errors.ts';
import { nullLog } from '../../../src/base/log.ts';
import type { JournalEvent } from '../../../src/journal/api.ts';
import { HostServer } from '../../../src/host/hostServer.ts';
import type { HostServices } from '../../../src/host/hostServices.ts';
import { systemClock } from '../../../src/platform/systemClock.ts';
import type { ClientHello } from '../../../src/protocol/hostMessages.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';
import { oneByOne } from './oneByOne.ts';
import { FakeManager } from './fakeManager.ts';
import { RawClient } from './rawClient.ts';

export const testToken = 'ab'.repeat(32);
export const testBuild = { version: '1.2.0', builtAt: 1000 } as const;

/** A server on a real socket over fake sessions. */
export async function serveFake(t: TestContext, changes: Partial<HostServices> = {}) {
  const manager = new FakeManager();
  const stops: string[] = [];
  const history: JournalEvent[] = [];
  const server = new HostServer({
    manager,
    build: testBuild,
    clock: systemClock,
    log: nullLog,
    createScreen: () => {
      throw new RevenantError('internal', 'Not part of this test.');
    },
    createScanner: () => ({
      push: (bytes) => ({
        forClients: bytes,
        heldBackBytes: 0,
        plainBytes: 0,
        isGround: true,
        hasQueries: false,
        events: [],
      }),
    }),
    readHistory: () => oneByOne(history),
    readStatus: () => ({ pid: 1, version: '1.2.0', dataDir: '/d', keepers: [], startedAt: 5, logFile: '/d/host.log' }),
    isToken: (text) => text === testToken,
    checkInCharge: () => Promise.resolve(),
    stop: (reason) => stops.push(reason),
    ...changes,
  });
  const address = path.join(makeTempDirectory(t), 's.sock');
  const listener = createServer((socket) => server.accept(socket));
  await new Promise<void>((resolve) => listener.listen(address, resolve));
  t.after(async () => {
    listener.close();
    await server.close();
  });
  const connect = async (hello: Partial<ClientHello> = {}): Promise<RawClient> =>
    (await RawClient.greet(t, address, { token: testToken, ...hello })).client;
  return { manager, server, address, stops, history, connect };
}
