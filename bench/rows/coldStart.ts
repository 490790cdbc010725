import * as path from 'node:path';
import type { SessionId } from '../../src/base/ids.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import type { Measurement, Row } from '../api.ts';
import { timeAttach } from '../support/attach.ts';
import { writeLines } from '../support/makeText.ts';
import { timeNodeStart } from '../support/nodeStart.ts';
import { type RevenantBox, withBox } from '../support/revenantBox.ts';
import { cloneSession, makeEndedSession } from '../support/storedSessions.ts';

const lines = 10_000;

export const coldStart: Row = {
  name: 'cold',
  title: `Cold: no host runs, a session of ${lines} lines is on disk; connect and attach, to the last byte`,
  run: (context) =>
    withBox(context, async (box) => {
      const connection = await box.connect();
      const sessions = new Map<string, SessionId>();
      for (const kind of ['plain', 'coloured'] as const) {
        const file = path.join(box.directory, `${kind}.txt`);
        writeLines(file, kind, lines);
        sessions.set(kind, await makeEndedSession(box, connection, file));
      }
      await box.stop(connection, { sessions: true });
      const cases = [...sessions].map(([kind, session]) => ({
        name: kind,
        atMost: 400,
        use: (host: HostConnection) => timeAttach(host, session, lines),
      }));
      return { measurements: await timeHostStarts(box, context.isQuick ? 3 : 15, cases) };
    }),
};

export const manySessions: Row = {
  name: 'list',
  title: '1,000 stored sessions: host start to the first list',
  run: (context) =>
    withBox(context, async (box) => {
      const connection = await box.connect();
      const file = path.join(box.directory, 'text.txt');
      writeLines(file, 'coloured', 100);
      const id = await makeEndedSession(box, connection, file);
      await box.stop(connection, { sessions: true });
      const directory = path.join(box.paths.data, 'sessions');
      cloneSession(directory, directory, id, 999);
      const list = async (host: HostConnection): Promise<void> => {
        const { sessions } = await host.request('list', {});
        if (sessions.length !== 1000) {
          throw new Error(`The list has ${sessions.length} sessions.`);
        }
      };
      const cases = [{ name: 'host start to the list', atMost: 300, use: list }];
      return { measurements: await timeHostStarts(box, context.isQuick ? 3 : 15, cases) };
    }),
};

interface HostUse {
  readonly name: string;
  readonly atMost: number;
  readonly use: (connection: HostConnection) => Promise<unknown>;
}

/** Times, in turn, from no host to the end of each use of a new one; beside it, what Node alone takes to start. */
async function timeHostStarts(box: RevenantBox, rounds: number, uses: readonly HostUse[]): Promise<Measurement[]> {
  const cases = uses.map((use) => ({ ...use, timesMs: [] as number[] }));
  const nodeMs: number[] = [];
  // The first round reads files into the system's memory, and does not count.
  for (let round = -1; round < rounds; round++) {
    const bareMs = await timeNodeStart();
    for (const { use, timesMs } of cases) {
      const startMs = performance.now();
      const connection = await box.connect();
      await use(connection);
      const elapsedMs = performance.now() - startMs;
      await box.stop(connection, { sessions: true });
      if (round >= 0) {
        timesMs.push(elapsedMs);
      }
    }
    if (round >= 0) {
      nodeMs.push(bareMs);
    }
  }
  return [
    ...cases.map(({ name, atMost, timesMs }): Measurement => ({
      name,
      unit: 'ms',
      samples: timesMs,
      goal: { atMost },
    })),
    { name: 'of which a Node that does nothing takes', unit: 'ms', samples: nodeMs },
  ];
}
