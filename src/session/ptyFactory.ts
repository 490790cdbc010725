import type { Event } from '../base/event.ts';
import type { RunId } from '../base/ids.ts';

export interface PtySpawnOptions {
  readonly run: RunId;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
}

export interface PtyOutput {
  /** Bytes that this process had printed before these. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface PtyExit {
  readonly exitCode: number;
  /** 0 when no signal ended it. */
  readonly signal: number;
  /** Bytes that the process printed in all. */
  readonly end: number;
}

/** A process with a PTY, living in a keeper. Whoever forgets to dispose of this object harms no process. */
export interface PtyProcess {
  readonly run: RunId;
  readonly pid: number;
  readonly onOutput: Event<PtyOutput>;
  /** Fires once, after the last output. */
  readonly onExit: Event<PtyExit>;
  /** The keeper that owned it died, and its shells with it. Fires instead of `onExit`. */
  readonly onLost: Event<void>;
  /** Input was dropped because the process does not read it: so many bytes. */
  readonly onInputDropped: Event<number>;
  /** Starts the flow of output at `offset`. Called once, after the listeners are in place. */
  resume(offset: number): void;
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** `SIGHUP`, `SIGTERM`, `SIGKILL`, …; on Windows each ends it. */
  signal(signal: string): void;
  /** The journal holds every byte below `offset`. Without it the process is paused when the keeper's buffer is full. */
  acknowledge(offset: number): void;
  /** After `onExit` was put on disk: the keeper may forget the process. */
  forget(): void;
}

/** Where processes come from: the keepers in the product, a fake or a bare PTY in tests. */
export interface PtyFactory {
  /** Rejects with `shell-not-found`, `shell-not-executable`, `directory-not-found` or `spawn-failed`. */
  spawn(options: PtySpawnOptions): Promise<PtyProcess>;
  /** The process of a run that a former host started, when a keeper still has it (it may have ended meanwhile). */
  findRun(run: RunId): PtyProcess | undefined;
  /** Runs that keepers hold, whoever started them. */
  listRuns(): readonly RunId[];
}
