import { readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import { isRevenantError } from '../../../src/base/errors.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import type { Log } from '../../../src/base/log.ts';
import type { JournalEvent, Recorder, RecorderOptions } from '../../../src/journal/api.ts';
import { type JournalFiles, nodeJournalFiles } from '../../../src/journal/journalFiles.ts';
import { createJournalStore } from '../../../src/journal/journalStore.ts';
import { ManualClock } from '../../support/manualClock.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';

export const testSession = '2f0c7a52-3f43-4f0e-9a55-0d2f1c1d9a11' as SessionId;

/** A journal in a directory of its own, with a clock that is moved by hand. Recorders left open are closed at the end. */
export class JournalBox {
  readonly directory: string;
  readonly clock = new ManualClock();
  /** Warnings and errors. */
  readonly complaints: string[] = [];
  readonly log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => this.complaints.push(message),
    error: (message) => this.complaints.push(message),
  };
  private readonly _recorders: Recorder[] = [];

  constructor(t: TestContext, directory = path.join(makeTempDirectory(t), 'journal')) {
    this.directory = directory;
    t.after(() => this.closeAll());
  }

  async open(options: Partial<RecorderOptions> = {}, files: JournalFiles = nodeJournalFiles): Promise<Recorder> {
    const recorder = await createJournalStore(files).openRecorder({
      directory: this.directory,
      session: testSession,
      cols: 80,
      rows: 24,
      limitBytes: 64 * 1024 * 1024,
      clock: this.clock,
      log: this.log,
      takeKeyframe: () => Promise.reject(new Error('This test has no screen.')),
      ...options,
    });
    this._recorders.push(recorder);
    return recorder;
  }

  reader() {
    return createJournalStore(nodeJournalFiles).openReader(this.directory, this.log);
  }

  async readAll(): Promise<JournalEvent[]> {
    return collect(this.reader().readAll());
  }

  async readRecent(minOutputBytes: number): Promise<JournalEvent[]> {
    return collect(this.reader().readRecent(minOutputBytes));
  }

  /** Names of all files, sorted. */
  names(): string[] {
    return readdirSync(this.directory).sort();
  }

  text(name: string): string {
    return readFileSync(path.join(this.directory, name), 'utf8');
  }

  async closeAll(): Promise<void> {
    for (const recorder of this._recorders.splice(0)) {
      try {
        await recorder.close();
      } catch (error) {
        // A test of failing disks leaves a recorder that could not write; it is closed all the same.
        if (!isRevenantError(error, 'disk-full', 'io')) {
          throw error;
        }
      }
    }
  }
}

export async function collect(events: AsyncIterable<JournalEvent>): Promise<JournalEvent[]> {
  const collected: JournalEvent[] = [];
  for await (const event of events) {
    collected.push(event);
  }
  return collected;
}

/** All output in one piece. */
export function outputOf(events: readonly JournalEvent[]): Buffer {
  return Buffer.concat(events.flatMap((event) => (event.kind === 'output' ? [event.bytes] : [])));
}

/** Events as a test writes them down: bytes as text, invalid ones as \xNN. */
export function describeEvents(events: readonly JournalEvent[]): unknown[] {
  return events.map((event) => ('bytes' in event ? { ...event, bytes: printable(event.bytes) } : event));
}

function printable(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString('utf8');
  return Buffer.from(text).equals(buffer) ? text : `hex:${buffer.toString('hex')}`;
}
