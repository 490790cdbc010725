import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { keepCase } from '../test/screen/differential/keptCases.ts';
import type { SeedFailure, SeedResults } from '../test/screen/differential/runSeeds.ts';
import type { FuzzAnswer, FuzzTask } from './fuzzWorker.ts';
import { root, runMain, StepError } from './steps.ts';

/** Seeds that a worker gets at once: a few seconds of work. */
const seedsPerTask = 400;
/** A fault in the writer shows in many cases; the smallest of a few say what is wrong. */
const mostKept = 10;
const progressEveryMs = 10_000;

/** Tries random streams against the snapshot writer on all cores, and keeps each case that fails, made small. */
async function fuzz(): Promise<void> {
  const { minutes, seed } = readArguments();
  const totals = new Totals();
  const end = performance.now() + minutes * 60_000;
  let next = seed;
  process.stdout.write(
    `Fuzzing for ${minutes} min from seed ${seed} on, with ${os.availableParallelism()} workers …\n`,
  );
  const progress = setInterval(() => process.stdout.write(`  ${totals.describe()}\n`), progressEveryMs);
  const work = async (): Promise<void> => {
    const worker = new Worker(path.join(root, 'scripts', 'fuzzWorker.ts'));
    try {
      while (performance.now() < end && totals.kept < mostKept) {
        const first = next;
        next += seedsPerTask;
        const results = (await ask(worker, { first, count: seedsPerTask })) as SeedResults;
        totals.add(results);
        for (const failure of results.failures) {
          await keep(worker, failure, totals);
        }
      }
    } finally {
      await worker.terminate();
    }
  };
  try {
    await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  } finally {
    clearInterval(progress);
  }
  process.stdout.write(`${totals.describe()}\n`);
  if (totals.failed > 0) {
    throw new StepError(`${totals.failed} cases failed; ${totals.kept} are kept in test/screen/differential/kept.`);
  }
}

function readArguments(): { readonly minutes: number; readonly seed: number } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      /** The first one; others follow it. Another each time when it is left out. */
      seed: { type: 'string', default: String(1_000_000 + (Date.now() % 1_000_000_000)) },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    throw new StepError('--minutes takes a number above 0, --seed a whole number.');
  }
  return { minutes, seed };
}

class Totals {
  failed = 0;
  kept = 0;
  private readonly _excused = new Map<string, number>();
  private _cases = 0;
  private _snapshots = 0;

  add({ cases, snapshots, excused, failures }: SeedResults): void {
    this._cases += cases;
    this._snapshots += snapshots;
    this.failed += failures.length;
    for (const [rule, count] of Object.entries(excused)) {
      this._excused.set(rule, (this._excused.get(rule) ?? 0) + count);
    }
  }

  describe(): string {
    const excused = [...this._excused].map(([rule, count]) => `${count} ${rule}`).join(', ');
    return `${this._cases} cases with ${this._snapshots} cuts, ${this.failed} failed; cuts not judged: ${excused || 'none'}`;
  }
}

async function keep(worker: Worker, { seed, failure }: SeedFailure, totals: Totals): Promise<void> {
  if (totals.kept >= mostKept) {
    return;
  }
  totals.kept++;
  process.stdout.write(`  seed ${seed} failed: ${failure.slice(-300)}\n`);
  const answer = (await ask(worker, { minimise: seed })) as Exclude<FuzzAnswer, SeedResults>;
  const file = keepCase(answer.small, seed, answer.failure);
  process.stdout.write(`  kept in ${path.relative(root, file)}\n`);
}

function ask(worker: Worker, task: FuzzTask): Promise<FuzzAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: FuzzAnswer) => {
      worker.off('error', reject);
      resolve(answer);
    });
    worker.postMessage(task);
  });
}

runMain(fuzz);
