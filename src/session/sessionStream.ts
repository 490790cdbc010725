import { messageOf } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { ScannerEvent } from '../screen/api.ts';
import type { StreamChunk } from './api.ts';
import type { SessionContext } from './context.ts';
import { LiveScreen } from './liveScreen.ts';
import type { SessionMetadata } from './metadata.ts';
import { lineBreak, modeReset } from './modeReset.ts';
import { Recording } from './recording.ts';
import { replayJournal } from './replayJournal.ts';
import { sessionPathsOf } from './sessionPaths.ts';

export interface OpenStreamOptions {
  readonly context: SessionContext;
  readonly metadata: SessionMetadata;
  /** A screen that is at the end of the journal already. */
  readonly screen: LiveScreen | undefined;
  readonly saveBase: (base: number) => Promise<void>;
}

/**
 * A session that is open for output: what is appended goes, in this order and in one tick, to the screen, to the
 * journal and to the clients, so that all three hold the same stream.
 */
export class SessionStream {
  readonly live: LiveScreen;
  readonly recording: Recording;
  /** Journal position of the newest recorded exit when the stream was opened. */
  readonly exitPosition: number | undefined;
  private readonly _id: SessionId;
  private readonly _context: SessionContext;

  private constructor(
    context: SessionContext,
    id: SessionId,
    parts: { live: LiveScreen; recording: Recording; exitPosition: number | undefined },
  ) {
    this._context = context;
    this._id = id;
    this.live = parts.live;
    this.recording = parts.recording;
    this.exitPosition = parts.exitPosition;
  }

  /** Opens the journal, brings the screen to its end and gives both the session's size. The screen is mute. */
  static async open({ context, metadata, screen, saveBase }: OpenStreamOptions): Promise<SessionStream> {
    const { clock, log, journal } = context.options;
    const { id, cols, rows, limitBytes } = metadata;
    const directory = sessionPathsOf(context.options.directory, id).journal;
    const live = screen ?? newLiveScreen(context, metadata);
    const takeKeyframe = (): ReturnType<LiveScreen['keyframe']> => live.keyframe();
    try {
      const recorder = await journal.openRecorder({
        directory,
        session: id,
        cols,
        rows,
        limitBytes,
        clock,
        log,
        takeKeyframe,
      });
      const recording = new Recording({ recorder, clock, log, saveBase });
      try {
        const replayed =
          screen === undefined ? await replayJournal(journal.openReader(directory, log), live) : undefined;
        const stream = new SessionStream(context, id, { live, recording, exitPosition: replayed?.exitPosition });
        stream.resize(cols, rows);
        return stream;
      } catch (error) {
        await recording.close();
        throw error;
      }
    } catch (error) {
      live.dispose();
      throw error;
    }
  }

  append(bytes: Uint8Array): readonly ScannerEvent[] {
    const { chunk, events } = this.live.push(bytes);
    this.recording.append(bytes);
    this._emit(chunk);
    return events;
  }

  resize(cols: number, rows: number): void {
    this.recording.resize(cols, rows);
    if (cols !== this.live.cols || rows !== this.live.rows) {
      this.live.resize(cols, rows);
    }
  }

  /** Puts what was appended into the files. While the disk refuses, the session goes on without. */
  async tryFlush(): Promise<void> {
    try {
      await this.recording.flush();
    } catch (error) {
      this._context.options.log.warn(`The journal of session ${this._id} is not complete: ${messageOf(error)}`);
    }
  }

  /** Records what turns off the modes that the process left on, and a line break unless a line starts already. */
  async appendModeReset(): Promise<void> {
    this.live.stopAnswering();
    const before = await this.live.state(0);
    this.append(modeReset(before.buffer));
    const after = await this.live.state(0);
    if (after.cursor.col !== 0) {
      this.append(lineBreak);
    }
  }

  private _emit(chunk: StreamChunk): void {
    this._context.events.fire('session:output', { id: this._id, chunk });
  }
}

/** A mute, empty screen for a replay of the session's journal. */
export function newLiveScreen(context: SessionContext, metadata: SessionMetadata): LiveScreen {
  const { lines, firstSize } = metadata;
  const { cols, rows } = firstSize ?? metadata;
  const { createScreen, clock } = context.options;
  return new LiveScreen({ createScreen, clock, cols, rows, scrollback: lines });
}
