import type { CreateScreen, Screen } from './api.ts';
import { findCut, skipScrolledAway } from './skipScrolledAway.ts';

export interface ShallowSnapshotOptions {
  readonly createScreen: CreateScreen;
  /** As it is before `plain`; stays so. */
  readonly screen: Screen;
  /** Plain output that the screen has not been given. */
  readonly plain: Buffer;
  /** Of the end of the stream: all lines that are kept must have been printed within them. */
  readonly recentBytes: number;
}

/**
 * What `snapshot(0)` would give if the screen were given `plain`, without giving it: a scratch screen gets its state and
 * the last rows. Undefined when the lines above the screen were not all printed in the end of `plain`, or when the state
 * depends on how many there are.
 */
export async function shallowSnapshot(options: ShallowSnapshotOptions): Promise<Uint8Array | undefined> {
  const { screen, plain, recentBytes } = options;
  await screen.settled();
  const { turnover, cols, rows } = screen;
  if (turnover === undefined || !screen.isScrollIndependent) {
    return undefined;
  }
  const cut = findCut(plain, turnover);
  if (cut === undefined || plain.length - cut > recentBytes) {
    return undefined;
  }
  const visible = skipScrolledAway(plain, { ...turnover, rows: 2 * rows }) ?? plain;
  const scratch = options.createScreen({ cols, rows, scrollback: 0 });
  try {
    scratch.write(await screen.snapshot(0));
    scratch.write(visible);
    return await scratch.snapshot(0);
  } finally {
    scratch.dispose();
  }
}
