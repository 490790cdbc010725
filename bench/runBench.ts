import { messageOf } from '../src/base/errors.ts';
import type { BenchContext, Row } from './api.ts';
import { describeMachine } from './machine.ts';
import type { Report, ReportedRow } from './report.ts';
import { textOf } from './report.ts';
import { summarize } from './statistics.ts';

/** Runs the rows one after the other and prints each as soon as it is done. A row that fails is told and passed over. */
export async function runBench(rows: readonly Row[], context: BenchContext): Promise<Report> {
  const machine = describeMachine();
  const reported: ReportedRow[] = [];
  for (const row of rows) {
    context.say(`\n▸ ${row.title} (${row.name})`);
    const result = await runRow(row, context);
    process.stdout.write(textOf(result));
    reported.push(result);
  }
  return { machine, isQuick: context.isQuick, rows: reported };
}

async function runRow(row: Row, context: BenchContext): Promise<ReportedRow> {
  const { name, title } = row;
  try {
    const { measurements, leftOut = [] } = await row.run(context);
    return { name, title, figures: measurements.map(summarize), leftOut, error: null };
  } catch (error) {
    return { name, title, figures: [], leftOut: [], error: messageOf(error) };
  }
}
