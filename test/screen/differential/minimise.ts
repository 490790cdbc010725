import { bytesOf, type Case, type Step, textOf } from './cases.ts';

/** How many runs may be spent on making one case small. */
const maxRuns = 3000;

/**
 * Makes a failing case small: leaves out steps, ever fewer at once, then shortens output, sizes and scrollback, for as
 * long as it fails (delta debugging: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input").
 * @param fails whether a case fails; it may fail in another way than at first.
 */
export async function minimise(original: Case, fails: (candidate: Case) => Promise<boolean>): Promise<Case> {
  let best = original;
  let runs = 0;
  const isBetter = async (candidate: Case): Promise<boolean> => {
    const isSame = JSON.stringify(candidate) === JSON.stringify(best);
    if (isSame || runs++ >= maxRuns || !(await fails(candidate))) {
      return false;
    }
    best = candidate;
    return true;
  };
  let size: number;
  do {
    size = sizeOf(best);
    await dropSteps(() => best, isBetter);
    for (const simpler of simplifications) {
      await simplifySteps(() => best, simpler, isBetter);
    }
    for (let at = 0; at < terminalChanges; at++) {
      while (await isBetter(smallerTerminals(best)[at] ?? best)) {
        // As long as it gets smaller.
      }
    }
  } while (sizeOf(best) < size && runs < maxRuns);
  await merge(best, isBetter);
  return best;
}

function sizeOf({ cols, rows, scrollback, steps }: Case): number {
  return cols + rows + scrollback + steps.reduce((sum, step) => sum + 2 + JSON.stringify(step).length, 0);
}

async function dropSteps(best: () => Case, isBetter: (candidate: Case) => Promise<boolean>): Promise<void> {
  for (let length = Math.ceil(best().steps.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let at = best().steps.length - length; at >= 0; at--) {
      const steps = [...best().steps];
      steps.splice(at, length);
      if (await isBetter({ ...best(), steps })) {
        at -= length - 1;
      }
    }
  }
}

/** Each gives steps that could stand in place of one. */
const simplifications: readonly ((step: Step) => readonly Step[])[] = [
  (step) => {
    if (typeof step !== 'string') {
      return [];
    }
    const bytes = bytesOf(step);
    const half = Math.floor(bytes.length / 2);
    const without = Array.from({ length: Math.min(bytes.length, 40) }, (_, at) =>
      textOf(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)])),
    );
    return [textOf(bytes.subarray(0, half)), textOf(bytes.subarray(half)), ...without].filter((text) => text !== '');
  },
  (step) => (typeof step === 'string' && /^[^\x1b]$/u.test(step) && step > 'a' ? ['a'] : []),
  (step) => (typeof step === 'string' || !('snapshot' in step) || step.snapshot === 0 ? [] : [{ snapshot: 0 }]),
  (step) =>
    typeof step === 'object' && 'resize' in step ? smallerSizes(step.resize).map((resize) => ({ resize })) : [],
];

async function simplifySteps(
  best: () => Case,
  simpler: (step: Step) => readonly Step[],
  isBetter: (candidate: Case) => Promise<boolean>,
): Promise<void> {
  for (let at = 0; at < best().steps.length; at++) {
    const step = best().steps[at];
    for (const replacement of step === undefined ? [] : simpler(step)) {
      if (await isBetter({ ...best(), steps: best().steps.with(at, replacement) })) {
        at--;
        break;
      }
    }
  }
}

function smallerSizes([cols, rows]: readonly [number, number]): readonly (readonly [number, number])[] {
  return [
    [Math.max(2, Math.ceil(cols / 2)), rows],
    [Math.max(2, cols - 1), rows],
    [cols, Math.max(1, Math.ceil(rows / 2))],
    [cols, Math.max(1, rows - 1)],
  ];
}

const terminalChanges = 6;

/** As many as `terminalChanges`; one that cannot be made smaller in this way is the same. */
function smallerTerminals(best: Case): readonly Case[] {
  const sizes = smallerSizes([best.cols, best.rows]).map(([cols, rows]) => ({ ...best, cols, rows }));
  return [...sizes, { ...best, scrollback: 0 }, { ...best, scrollback: Math.floor(best.scrollback / 2) }];
}

/** Output that comes in one is easier to read. */
async function merge(best: Case, isBetter: (candidate: Case) => Promise<boolean>): Promise<void> {
  const steps: Step[] = [];
  for (const step of best.steps) {
    const last = steps.at(-1);
    if (typeof step === 'string' && typeof last === 'string') {
      steps[steps.length - 1] = textOf(Buffer.concat([bytesOf(last), bytesOf(step)]));
    } else {
      steps.push(step);
    }
  }
  await isBetter({ ...best, steps });
}
