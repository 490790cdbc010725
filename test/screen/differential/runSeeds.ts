import { generateCase } from './grammar.ts';
import { runCase } from './judge.ts';

export interface SeedFailure {
  readonly seed: number;
  readonly failure: string;
}

export interface SeedResults {
  readonly cases: number;
  readonly snapshots: number;
  readonly excused: Readonly<Record<string, number>>;
  readonly failures: readonly SeedFailure[];
}

/** The emulator parses by timers: cases side by side fill each other's waits. */
const casesAtOnce = 40;

/** Runs the cases of `count` seeds from `first` on. */
export async function runSeeds(first: number, count: number): Promise<SeedResults> {
  const failures: SeedFailure[] = [];
  const excused: Record<string, number> = {};
  let snapshots = 0;
  let next = first;
  const work = async (): Promise<void> => {
    while (next < first + count) {
      const seed = next++;
      const verdict = await tryCase(seed);
      snapshots += verdict.snapshots;
      for (const rule of verdict.excused) {
        excused[rule] = (excused[rule] ?? 0) + 1;
      }
      if (verdict.failure !== undefined) {
        failures.push({ seed, failure: verdict.failure });
      }
    }
  };
  await Promise.all(Array.from({ length: casesAtOnce }, work));
  return { cases: count, snapshots, excused, failures };
}

/** A fault of the emulator or of the screen is a failure of the case, too. */
async function tryCase(seed: number): ReturnType<typeof runCase> {
  try {
    return await runCase(generateCase(seed));
  } catch (error) {
    return { failure: `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, excused: [], snapshots: 0 };
  } // prettier-ignore
}
