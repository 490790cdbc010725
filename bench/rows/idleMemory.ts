import * as path from 'node:path';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import type { BenchContext, Row, RowResult } from '../api.ts';
import { memoryOf } from '../support/processMemory.ts';
import { writeLines } from '../support/makeText.ts';
import { longLimitMs, type RevenantBox, withBox } from '../support/revenantBox.ts';

/** Sessions that are there before the first measurement: what the first ones cost is not what a further one costs. */
const firstSessions = 10;
/** Two screens full. */
const printedLines = 50;

/** Idle screens are dropped after a minute; what Node then gives back comes soon after. */
const idleMs = { full: 90_000, quick: 5_000 } as const;

export const idleMemory: Row = {
  name: 'memory',
  title: 'Memory of each further idle session, in host and keeper together',
  run: (context) => {
    if (process.platform !== 'linux') {
      return Promise.resolve({ measurements: [], leftOut: ['It is read from /proc, which only Linux has.'] });
    }
    return withBox(context, (box) => measure(context, box));
  },
};

async function measure(context: BenchContext, box: RevenantBox): Promise<RowResult> {
  const file = path.join(box.directory, 'screen.txt');
  writeLines(file, 'coloured', printedLines);
  const connection = await box.connect();
  const further = context.isQuick ? 20 : 100;
  const samples = { both: [] as number[], host: [] as number[], keeper: [] as number[] };
  await addSessions(box, connection, file, firstSessions);
  let before = await restAndWeigh(context, box, connection);
  for (let round = 0; round < (context.isQuick ? 1 : 3); round++) {
    await addSessions(box, connection, file, further);
    const after = await restAndWeigh(context, box, connection);
    samples.host.push((after.host - before.host) / further);
    samples.keeper.push((after.keeper - before.keeper) / further);
    samples.both.push((after.host + after.keeper - before.host - before.keeper) / further);
    before = after;
  }
  connection.dispose();
  return {
    measurements: [
      { name: `each of ${further} further sessions`, unit: 'MB', samples: samples.both, goal: { atMost: 0.5 } },
      { name: 'of which in the host', unit: 'MB', samples: samples.host },
      { name: 'of which in the keeper', unit: 'MB', samples: samples.keeper },
    ],
  };
}

/** Shells that have printed something and wait for somebody. */
async function addSessions(box: RevenantBox, connection: HostConnection, file: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { id } = await box.create(connection, ['/bin/sh', '-i']);
    await connection.request('send', { session: id, text: `cat ${file}; echo all-$((40+2))\n` });
    const params = { session: id, until: { kind: 'text', pattern: '^all-42' }, timeoutMs: longLimitMs } as const;
    const { outcome } = await connection.request('wait', params, { timeoutMs: null });
    if (outcome !== 'met') {
      throw new Error(`A shell did not print what it was told to: ${outcome}.`);
    }
  }
}

async function restAndWeigh(
  context: BenchContext,
  box: RevenantBox,
  connection: HostConnection,
): Promise<{ readonly host: number; readonly keeper: number }> {
  await new Promise((resolve) => setTimeout(resolve, context.isQuick ? idleMs.quick : idleMs.full));
  const { host, keepers } = await box.processIds(connection);
  return { host: memoryOf(host), keeper: keepers.reduce((sum, pid) => sum + memoryOf(pid), 0) };
}
