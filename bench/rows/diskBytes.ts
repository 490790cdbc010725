import * as fs from 'node:fs';
import * as path from 'node:path';
import type { BenchContext, Measurement, Row, RowResult } from '../api.ts';
import { type TextKind, writeText } from '../support/makeText.ts';
import { type RevenantBox, withBox } from '../support/revenantBox.ts';
import { longLimitMs } from '../support/revenantBox.ts';

const megabyte = 1e6;
const goals: Readonly<Record<TextKind, number>> = { plain: 1.05, coloured: 1.35 };

export const diskBytes: Row = {
  name: 'disk',
  title: 'Bytes on disk for each byte printed, everything kept',
  run: (context) => withBox(context, (box) => measure(context, box)),
};

async function measure(context: BenchContext, box: RevenantBox): Promise<RowResult> {
  const connection = await box.connect();
  const measurements: Measurement[] = [];
  for (const kind of ['plain', 'coloured'] as const) {
    const file = path.join(box.directory, `${kind}.txt`);
    const lines = writeText(file, kind, (context.isQuick ? 5 : 50) * megabyte);
    // The terminal makes CR LF of each line end.
    const printedBytes = fs.statSync(file).size + lines;
    const samples: number[] = [];
    for (let round = 0; round < (context.isQuick ? 1 : 3); round++) {
      const history = { limitBytes: 20 * printedBytes, lines: 10_000 };
      const { id } = await box.create(connection, ['/bin/cat', file], { history });
      const params = { session: id, until: { kind: 'exit' }, timeoutMs: longLimitMs } as const;
      await connection.request('wait', params, { timeoutMs: null });
      samples.push(sizeOf(path.join(box.paths.data, 'sessions', id, 'journal')) / printedBytes);
      await connection.request('delete', { session: id });
    }
    measurements.push({ name: kind, unit: 'B/B', samples, goal: { atMost: goals[kind] } });
  }
  connection.dispose();
  return { measurements };
}

/** Bytes of all files. */
function sizeOf(directory: string): number {
  return fs
    .readdirSync(directory)
    .map((name) => fs.statSync(path.join(directory, name)).size)
    .reduce((sum, size) => sum + size, 0);
}
