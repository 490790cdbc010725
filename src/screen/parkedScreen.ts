import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { Screen } from './api.ts';

const compress = promisify(deflateRaw);
const decompress = promisify(inflateRaw);

/** A screen without its emulator: a compressed snapshot, some hundredths of the memory. */
export interface ParkedScreen {
  readonly cols: number;
  readonly rows: number;
  readonly snapshot: Uint8Array;
}

/** Parks the screen as it is after everything written so far; the screen itself is left to be disposed of. */
export async function parkScreen(screen: Screen, scrollback: number): Promise<ParkedScreen> {
  const { cols, rows } = screen;
  // Most of a screen is blanks and repetition: the fastest level leaves little to win.
  return { cols, rows, snapshot: await compress(await screen.snapshot(scrollback), { level: 1 }) };
}

/** Makes a fresh, mute screen of the parked one's size and scrollback into it. Resolves when everything is parsed. */
export async function restoreParked(parked: ParkedScreen, screen: Screen): Promise<void> {
  screen.write(await decompress(parked.snapshot));
  await screen.settled();
}
