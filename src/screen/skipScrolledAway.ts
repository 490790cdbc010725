import type { Turnover } from './api.ts';
import { foldPen } from './foldPen.ts';
import { concatBytes } from './utf8Border.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * The short cut by which a screen keeps up with a flood. Plain output (see `ScanResult.plainBytes`) only prints and
 * moves on, so once it has fed enough lines, nothing that was there before can be seen or scrolled to, and all that
 * remains of it is its pen. So what comes before the last lines that count is as good as never printed.
 *
 * Gives what to write in the place of `plain` for exactly the same screen; undefined when not everything is scrolled
 * away. The cut is made in front of a carriage return, behind which the cursor's column is known whatever came before.
 */
export function skipScrolledAway(plain: Buffer, turnover: Turnover): Uint8Array | undefined {
  const cut = findCut(plain, turnover);
  if (cut === undefined || cut === 0) {
    return undefined;
  }
  // `subarray` would keep the whole in memory for the sake of its end.
  return concatBytes([foldPen(plain.subarray(0, cut)), plain.subarray(cut)]);
}

/** Where what counts begins: at a carriage return. Undefined when `plain` does not scroll everything away. */
export function findCut(plain: Buffer, { rows, wrapCols }: Turnover): number | undefined {
  let count = 0;
  let lineEnd = plain.length;
  while (count < rows) {
    const feed = lineEnd === 0 ? -1 : plain.lastIndexOf(lineFeed, lineEnd - 1);
    if (feed < 0) {
      return undefined;
    }
    count += 1 + (wrapCols === undefined ? 0 : countWraps(plain, feed + 1, lineEnd, wrapCols));
    lineEnd = feed;
  }
  const cut = plain.lastIndexOf(carriageReturn, lineEnd);
  return cut < 0 ? undefined : cut;
}

/** How often a line wraps at least: known for printable ASCII without anything else, each a column wide. */
function countWraps(plain: Uint8Array, start: number, end: number, cols: number): number {
  const textEnd = plain[end - 1] === carriageReturn ? end - 1 : end;
  const length = textEnd - start;
  if (length <= cols) {
    return 0;
  }
  for (let at = start; at < textEnd; at++) {
    const byte = plain[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e) {
      return 0;
    }
  }
  return Math.floor((length - 1) / cols);
}
