import type { Build } from '../src/protocol/hostMessages.ts';

/** What a goal asks of the median. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** `x` is a ratio. `B/B`: bytes for each byte. */
export type Unit = 'x' | 'ms' | 'MB/s' | 'MB' | 'B/B';

/** One thing that was measured several times. */
export interface Measurement {
  readonly name: string;
  readonly unit: Unit;
  /** One number a round. */
  readonly samples: readonly number[];
  /** undefined: it is there to put others into proportion. */
  readonly goal?: Goal;
}

export interface RowResult {
  readonly measurements: readonly Measurement[];
  /** What could not be compared with, and what to do about it. */
  readonly leftOut?: readonly string[];
}

/** What a row gets to work with. */
export interface BenchContext {
  /** Fewer rounds and smaller inputs: shows that a row works, and its figures are worth little. */
  readonly isQuick: boolean;
  /** The bundles of this checkout, as an installed extension has them. */
  readonly runtime: string;
  readonly build: Build;
  /** Tells the person who waits. */
  readonly say: (text: string) => void;
}

/** One row of the table. Leaves no process and no file behind, whether it succeeds or not. */
export interface Row {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** It needs the VSIX, VS Code's server and Chromium. */
  readonly needsVsCode?: boolean;
  run(context: BenchContext): Promise<RowResult>;
}
