import * as path from 'node:path';
import type { SessionId } from '../../src/base/ids.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import type { BenchContext, Measurement, Row, RowResult } from '../api.ts';
import { ratios } from '../statistics.ts';
import { timeAttach } from '../support/attach.ts';
import { type TextKind, writeLines, writeText } from '../support/makeText.ts';
import { longLimitMs, type RevenantBox, withBox } from '../support/revenantBox.ts';

const megabyte = 1e6;
const lineCounts = [1_000, 10_000] as const;
const goalMs = { 1_000: 15, 10_000: 100 } as const;
const textKinds: readonly TextKind[] = ['plain', 'coloured'];

interface Candidate {
  readonly session: SessionId;
  readonly scrollback: number;
  readonly timesMs: number[];
}

export const attachTime: Row = {
  name: 'attach',
  title: 'Attach to the last byte of the snapshot',
  run: (context) =>
    withBox(context, async (box) => {
      const connection = await box.connect();
      const cases: { readonly name: string; readonly atMost: number; readonly candidate: Candidate }[] = [];
      for (const kind of textKinds) {
        for (const lines of lineCounts) {
          const file = path.join(box.directory, `${kind}-${lines}.txt`);
          writeLines(file, kind, lines);
          const candidate = await open(box, connection, { file, times: 1, scrollback: lines });
          cases.push({ name: `${lines} lines, ${kind}`, atMost: goalMs[lines], candidate });
        }
      }
      await timeAlternately(
        context,
        connection,
        cases.map(({ candidate }) => candidate),
      );
      connection.dispose();
      return {
        measurements: cases.map(({ name, atMost, candidate }) => ({
          name,
          unit: 'ms',
          samples: candidate.timesMs,
          goal: { atMost },
        })),
      };
    }),
};

export const attachAfterMuch: Row = {
  name: 'attach-after-much',
  title: 'The same with 10,000 lines after much was printed, against little',
  run: (context) => withBox(context, (box) => compareAmounts(context, box)),
};

async function compareAmounts(context: BenchContext, box: RevenantBox): Promise<RowResult> {
  const connection = await box.connect();
  const measurements: Measurement[] = [];
  const megabytes = context.isQuick ? 2 : 10;
  const times = context.isQuick ? 10 : 100;
  for (const kind of textKinds) {
    const file = path.join(box.directory, `${kind}.txt`);
    writeText(file, kind, megabytes * megabyte);
    const little = await open(box, connection, { file, times: 1, scrollback: 10_000 });
    const much = await open(box, connection, { file, times, scrollback: 10_000 });
    await timeAlternately(context, connection, [little, much]);
    measurements.push(
      { name: `${kind}: after ${megabytes} MB`, unit: 'ms', samples: little.timesMs },
      { name: `${kind}: after ${megabytes * times} MB`, unit: 'ms', samples: much.timesMs },
      {
        name: `${kind}: ratio`,
        unit: 'x',
        samples: ratios(much.timesMs, little.timesMs),
        goal: { atMost: 1.2 },
      },
    );
  }
  connection.dispose();
  return { measurements };
}

/** A session whose program has printed a file so many times, and goes on. */
async function open(
  box: RevenantBox,
  connection: HostConnection,
  { file, times, scrollback }: { readonly file: string; readonly times: number; readonly scrollback: number },
): Promise<Candidate> {
  const script = `i=0; while [ $i -lt ${times} ]; do cat "$0"; i=$((i+1)); done; echo all-$((40+2)); exec cat`;
  const { id } = await box.create(connection, ['/bin/sh', '-c', script, file]);
  const params = {
    session: id,
    until: { kind: 'text', pattern: '^all-42' },
    timeoutMs: longLimitMs,
  } as const;
  const { outcome } = await connection.request('wait', params, { timeoutMs: null });
  if (outcome !== 'met') {
    throw new Error(`The session did not print all of ${file}: ${outcome}.`);
  }
  return { session: id, scrollback, timesMs: [] };
}

async function timeAlternately(
  context: BenchContext,
  connection: HostConnection,
  candidates: readonly Candidate[],
): Promise<void> {
  const rounds = context.isQuick ? 5 : 30;
  // The first three warm up what the host compiles, and do not count.
  for (let round = -3; round < rounds; round++) {
    for (const { session, scrollback, timesMs } of candidates) {
      await printALine(connection, session);
      const elapsedMs = await timeAttach(connection, session, scrollback);
      if (round >= 0) {
        timesMs.push(elapsedMs);
      }
    }
  }
}

/** So that no snapshot is that of the round before. */
async function printALine(connection: HostConnection, session: SessionId): Promise<void> {
  await connection.request('send', { session, text: 'another line\n' });
  const until = { kind: 'idle', ms: 30 } as const;
  await connection.request('wait', { session, until, timeoutMs: longLimitMs });
}
