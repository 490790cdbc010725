/** Bounds of what a session holds and how often it writes, each with its reason. */
export const sessionLimits = {
  /** As on the wire. Beyond it the emulator costs memory without bound; what is outside is clamped. */
  minCols: 2,
  maxCols: 2000,
  minRows: 1,
  maxRows: 1000,
  /** A name is shown on one line of a tree. */
  nameLength: 200,
  /** History on disk of one session unless asked otherwise; the oldest goes first. */
  defaultHistoryBytes: 64 * 1024 * 1024,
  /** Less could not hold a keyframe and something after it. */
  minHistoryBytes: 4 * 1024,
  /** Lines above the screen: what people scroll back to, at some 10 MB of memory for a screen that is full. */
  defaultLines: 10_000,
  maxLines: 1_000_000,
  /** Output that waits for a disk that refuses; beyond it recording stops, openly, and the session goes on. */
  refusedBytes: 4 * 1024 * 1024,
  /** And how long it waits, in ms: a disk that is full for longer is not a hiccup. */
  refusedMs: 5_000,
  /** Metadata that changes all the time (last activity, bytes of history) is written at most so often, in ms. */
  lazyWriteMs: 1_000,
  /** The directory is on disk after so long: it is where a new shell starts when the machine stops just now. */
  directoryWriteMs: 50,
  /** After a write of metadata that failed, ms until the next attempt. */
  writeRetryMs: 5_000,
  /** `session:changed` of one session fires at most so often, in ms. */
  changedIntervalMs: 100,
  /** Output must rest so long, in ms, before the process is asked for its directory and program … */
  inspectDelayMs: 300,
  /** … and it is asked at most so often, in ms. */
  inspectIntervalMs: 1_000,
  /** Between SIGHUP and SIGKILL, in ms: time for a shell to save its history. */
  killGraceMs: 2_000,
  /** A process that was killed must be gone after so many ms more; uninterruptible IO can hold it longer. */
  killLimitMs: 10_000,
  /** How long a deletion waits for the end of the process, in ms; then the files go all the same. */
  deleteLimitMs: 5_000,
  /** A screen that was rebuilt for a session that does not run is kept for so many ms after its last use. */
  idleScreenMs: 60_000,
  /** Metadata files read at once: 1,000 sessions load quickly, and no limit of open files is met. */
  parallelLoads: 64,
  /** Sessions taken up at once when a host starts: each replays part of a journal. */
  parallelAdoptions: 4,
} as const;

export function clampCols(cols: number): number {
  return clamp(cols, sessionLimits.minCols, sessionLimits.maxCols);
}

export function clampRows(rows: number): number {
  return clamp(rows, sessionLimits.minRows, sessionLimits.maxRows);
}

/** Whole numbers only; what is not a number becomes the minimum. */
function clamp(value: number, min: number, max: number): number {
  return Number.isNaN(value) ? min : Math.min(max, Math.max(min, Math.trunc(value)));
}
