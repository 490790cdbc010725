import { parentPort } from 'node:worker_threads';
import { generateCase } from '../test/screen/differential/grammar.ts';
import { runCase } from '../test/screen/differential/judge.ts';
import { minimise } from '../test/screen/differential/minimise.ts';
import type { Case } from '../test/screen/differential/cases.ts';
import { runSeeds, type SeedResults } from '../test/screen/differential/runSeeds.ts';

/** Runs the cases of `count` seeds from `first` on, or makes the failing case of a seed small. */
export type FuzzTask = { readonly first: number; readonly count: number } | { readonly minimise: number };

export type FuzzAnswer = SeedResults | { readonly small: Case; readonly failure: string };

parentPort?.on('message', (task: FuzzTask) => {
  void answer(task).then((result) => parentPort?.postMessage(result));
});

async function answer(task: FuzzTask): Promise<FuzzAnswer> {
  if ('first' in task) {
    return runSeeds(task.first, task.count);
  }
  const small = await minimise(generateCase(task.minimise), async (candidate) => (await failureOf(candidate)) !== '');
  return { small, failure: await failureOf(small) };
}

async function failureOf(candidate: Case): Promise<string> {
  try {
    return (await runCase(candidate)).failure ?? '';
  } catch (error) {
    return `thrown: ${String(error)}`;
  }
}
