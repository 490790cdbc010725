import type { Goal, Measurement, Unit } from './api.ts';

/** A measurement as it is told: median and spread over its rounds. */
export interface Figure {
  readonly name: string;
  readonly unit: Unit;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
  readonly goal: Goal | null;
  /** null without a goal. */
  readonly isMet: boolean | null;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between the two nearest ranks, as most tools do it (type 7 of Hyndman and Fan). Throws `RangeError` without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)];
  const high = sorted[Math.ceil(rank)];
  if (low === undefined || high === undefined) {
    throw new RangeError('There is no quantile of no values.');
  }
  return low + (high - low) * (rank - Math.floor(rank));
}

export function summarize({ name, unit, samples, goal }: Measurement): Figure {
  const middle = median(samples);
  return {
    name,
    unit,
    median: middle,
    min: Math.min(...samples),
    max: Math.max(...samples),
    rounds: samples.length,
    goal: goal ?? null,
    isMet: goal === undefined ? null : isMet(middle, goal),
  };
}

function isMet(value: number, goal: Goal): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}

/** Round by round, so that what slows one round slows both sides of it. */
export function ratios(above: readonly number[], below: readonly number[]): number[] {
  return pairs(above, below).map(([a, b]) => a / b);
}

export function differences(values: readonly number[], references: readonly number[]): number[] {
  return pairs(values, references).map(([a, b]) => a - b);
}

function pairs(left: readonly number[], right: readonly number[]): (readonly [number, number])[] {
  return left.slice(0, right.length).map((value, i) => [value, right[i] ?? Number.NaN] as const);
}
