import type { Clock } from '../base/clock.ts';
import type { Event } from '../base/event.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';

/** Everything that a session's journal holds, in order. `position` counts output bytes since the session's birth. */
export type JournalEvent =
  /** A snapshot at the head of a segment: equals the screen after every byte before `position`. */
  | {
      readonly kind: 'keyframe';
      readonly position: number;
      readonly bytes: Uint8Array;
      readonly cols: number;
      readonly rows: number;
    }
  | { readonly kind: 'output'; readonly position: number; readonly bytes: Uint8Array; readonly timeMs: number }
  | {
      readonly kind: 'resize';
      readonly position: number;
      readonly cols: number;
      readonly rows: number;
      readonly timeMs: number;
    }
  | { readonly kind: 'exit'; readonly position: number; readonly exitCode: number; readonly timeMs: number }
  | { readonly kind: 'mark'; readonly position: number; readonly label: string; readonly timeMs: number };

export interface KeyframeContent {
  readonly bytes: Uint8Array;
  readonly cols: number;
  readonly rows: number;
  /** The lines above the screen are not in it: all that are kept have been printed since the keyframe before. */
  readonly isShallow?: boolean;
}

export interface RecorderOptions {
  readonly directory: string;
  readonly session: SessionId;
  readonly cols: number;
  readonly rows: number;
  /** Bytes on disk that the journal may take; the oldest segments go first, the newest always stays. */
  readonly limitBytes: number;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Asked in the very call to `append` that makes the segment full: gives a snapshot of the screen after exactly the
   * bytes appended up to and including that call. Until it resolves, what is appended waits in memory. When it
   * fails, the next segment starts without a keyframe and is read together with the one before.
   */
  readonly takeKeyframe: () => Promise<KeyframeContent>;
}

/** The one writer of a session's journal. */
export interface Recorder {
  /** Output bytes that the files hold, in order and without a gap: what may be acknowledged to the keeper. */
  readonly position: number;
  /** Output bytes accepted: `position` plus what waits. */
  readonly acceptedPosition: number;
  readonly waitingBytes: number;
  /** Bytes on disk, of all segments. */
  readonly sizeBytes: number;
  /** Fires with `position` after each write. */
  readonly onDidWrite: Event<number>;
  /** The disk refused (ENOSPC, EIO, …): nothing is recorded until it takes writes again. Waiting bytes are bounded by the caller. */
  readonly onDidFail: Event<Error>;
  readonly onDidRecover: Event<void>;
  /** Keeps `bytes` itself until it is written, not a copy: do not change it. Everything throws `closed` after `close`. */
  append(bytes: Uint8Array): void;
  /** Nothing is recorded when the size is the same. */
  resize(cols: number, rows: number): void;
  mark(label: string): void;
  exit(exitCode: number): void;
  /**
   * Everything accepted before the call is in the files (not necessarily on the platter). Rejects with `disk-full` or
   * `io` while the disk refuses. Waits for the keyframe when one is being taken.
   */
  flush(): Promise<void>;
  setLimit(limitBytes: number): void;
  /**
   * Flushes, syncs and closes. Nothing is accepted afterwards. A keyframe that is being taken is not waited for. When
   * the disk refuses it is tried once more; if that fails, rejects, closed all the same.
   */
  close(): Promise<void>;
}

/** Rejects with `unknown-format` when it comes to a segment that a newer version wrote. */
export interface JournalReader {
  /**
   * Events from the newest keyframe that has at least `minOutputBytes` of output after it (else the oldest kept) to
   * the end; from the one before it when that is shallow, so that the lines above the screen are printed too. Damaged
   * lines are skipped and logged; a torn last line is ignored.
   */
  readRecent(minOutputBytes: number): AsyncIterable<JournalEvent>;
  /** Every event that is kept, keyframes left out but for the first one: the whole history. */
  readAll(): AsyncIterable<JournalEvent>;
  /** Output bytes kept: from `start` to `end`. */
  bounds(): Promise<{ readonly start: number; readonly end: number; readonly sizeBytes: number }>;
}

/** `openRecorder` repairs first (cuts a torn last line) and goes on where the files end. */
export interface JournalStore {
  openRecorder(options: RecorderOptions): Promise<Recorder>;
  openReader(directory: string, log: Log): JournalReader;
}
