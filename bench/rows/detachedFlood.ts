import * as fs from 'node:fs';
import * as path from 'node:path';
import type { SessionId } from '../../src/base/ids.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import type { BenchContext, Goal, Measurement, Row } from '../api.ts';
import { ratios } from '../statistics.ts';
import { checkRestorable } from '../support/checkRestorable.ts';
import {
  bareNodePty,
  type Contender,
  findPeers,
  floodProgram,
  type FloodProgram,
  type Written,
} from '../support/contenders.ts';
import { type TextKind, writeText } from '../support/makeText.ts';
import { longLimitMs, type RevenantBox, withBox } from '../support/revenantBox.ts';

const megabyte = 1e6;

/** Of a history at its usual limit at least this much is to be there: the limit less the segment that goes first. */
const leastHistoryBytes = 32 * megabyte;

const goals: Readonly<Record<string, Goal>> = {
  'node-pty': { atLeast: 0.8 },
  dtach: { atLeast: 1 },
  tmux: { atLeast: 3 },
};

export const detachedFlood: Row = {
  name: 'flood',
  title: 'Detached flood: speed of the program that floods; recorded and restorable afterwards',
  run: (context) =>
    withBox(context, async (box) => {
      const { present, leftOut } = findPeers();
      const measurements: Measurement[] = [];
      for (const kind of ['plain', 'coloured'] as const) {
        measurements.push(...(await compare(context, box, kind, present)));
      }
      return { measurements, leftOut };
    }),
};

async function compare(
  context: BenchContext,
  box: RevenantBox,
  kind: TextKind,
  peers: readonly Contender[],
): Promise<Measurement[]> {
  const file = path.join(box.directory, `${kind}.txt`);
  writeText(file, kind, (context.isQuick ? 20 : 200) * megabyte);
  const connection = await box.connect();
  const revenant = new RevenantContender(box, connection, file);
  const contenders: readonly Contender[] = [revenant, bareNodePty, ...peers];
  const speeds = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  // The first round warms everything up and does not count.
  for (let round = 0; round <= (context.isQuick ? 1 : 5); round++) {
    context.say(`${kind}: round ${round} of ${context.isQuick ? 1 : 5}`);
    for (const contender of contenders) {
      const written = await floodOnce(contender, file);
      if (round > 0) {
        speeds.get(contender.name)?.push(speedOf(written));
      }
    }
  }
  connection.dispose();
  fs.rmSync(file);
  const own = speeds.get('Revenant') ?? [];
  return [
    { name: `${kind}: Revenant`, unit: 'MB/s', samples: own },
    { name: `${kind}: Revenant until all is in the journal`, unit: 'MB/s', samples: revenant.recordingSpeeds.slice(1) },
    ...contenders.slice(1).flatMap(({ name }): Measurement[] => {
      const samples = speeds.get(name) ?? [];
      const goal = goals[name];
      return [
        { name: `${kind}: ${name}`, unit: 'MB/s', samples },
        {
          name: `${kind}: Revenant against ${name}`,
          unit: 'x',
          samples: ratios(own, samples),
          ...(goal === undefined ? {} : { goal }),
        },
      ];
    }),
  ];
}

async function floodOnce(contender: Contender, file: string): Promise<Written> {
  const directory = fs.mkdtempSync(path.join(path.dirname(file), 'f-'));
  try {
    return await contender.flood(floodProgram(file, directory));
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** MB/s as the program itself saw it, from its first write to the return of its last. */
function speedOf({ startMs, endMs, bytes }: Written): number {
  return bytes / megabyte / ((endMs - startMs) / 1000);
}

class RevenantContender implements Contender {
  readonly name = 'Revenant';
  /** MB/s until the end of the process was recorded, of each flood. */
  readonly recordingSpeeds: number[] = [];
  private readonly _box: RevenantBox;
  private readonly _connection: HostConnection;
  private readonly _file: string;

  constructor(box: RevenantBox, connection: HostConnection, file: string) {
    this._box = box;
    this._connection = connection;
    this._file = file;
  }

  async flood({ command, marker }: FloodProgram): Promise<Written> {
    const { id } = await this._box.create(this._connection, command);
    await waitForEnd(this._connection, id);
    const recordedMs = performance.timeOrigin + performance.now();
    const written = JSON.parse(fs.readFileSync(marker, 'utf8')) as Written;
    this.recordingSpeeds.push(speedOf({ ...written, endMs: recordedMs }));
    await checkRestorable(this._connection, id, { file: this._file, leastBytes: leastHistoryBytes });
    await this._connection.request('delete', { session: id });
    return written;
  }
}

async function waitForEnd(connection: HostConnection, session: SessionId): Promise<void> {
  const params = { session, until: { kind: 'exit' }, timeoutMs: longLimitMs } as const;
  const { outcome } = await connection.request('wait', params, { timeoutMs: null });
  if (outcome !== 'met') {
    throw new Error(`The flood in session ${session} did not come to its end: ${outcome}.`);
  }
}
