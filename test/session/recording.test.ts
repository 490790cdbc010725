import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/base/utf8.ts';
import { concatBytes } from '../../src/session/bytes.ts';
import { Recording, type RecordingChange } from '../../src/session/recording.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { FullDisk } from './fullDisk.ts';
import { ManualClock } from '../support/manualClock.ts';
import { someId } from './someMetadata.ts';

class Box {
  readonly disk = new FullDisk();
  readonly clock = new ManualClock();
  readonly directory: string;
  readonly changes: RecordingChange[] = [];
  readonly savedBases: number[] = [];
  saveFailure: Error | undefined;
  private _recording: Recording | undefined;

  constructor(t: TestContext) {
    // Registered before the directory's own removal, which comes after it.
    t.after(async () => {
      this.disk.isFull = false;
      await this._recording?.close();
    });
    this.directory = makeTempDirectory(t);
  }

  async open(): Promise<Recording> {
    const recorder = await this.disk.journal.openRecorder({
      directory: this.directory,
      session: someId(1),
      cols: 80,
      rows: 24,
      limitBytes: 1024 * 1024,
      clock: this.clock,
      log: nullLog,
      takeKeyframe: () => Promise.reject(new Error('no screen')),
    });
    const saveBase = (base: number): Promise<void> => {
      this.savedBases.push(base);
      return this.saveFailure === undefined ? Promise.resolve() : Promise.reject(this.saveFailure);
    };
    const recording = new Recording({ recorder, clock: this.clock, log: nullLog, saveBase });
    recording.onDidChange((change) => this.changes.push(change));
    this._recording = recording;
    return recording;
  }

  async history(): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const event of this.disk.journal.openReader(this.directory, nullLog).readAll()) {
      if (event.kind === 'output') {
        pieces.push(event.bytes);
      }
    }
    return decodeUtf8(concatBytes(pieces));
  }

  /** Fills the disk and waits until that was noticed. */
  async fill(recording: Recording, text: string): Promise<void> {
    this.disk.isFull = true;
    recording.append(encodeUtf8(text));
    await waitFor('the refusal', () => {
      this.clock.advance(10);
      return this.changes.length > 0;
    });
  }
}

test('a disk that is full for a moment costs nothing but a word', async (t) => {
  const box = new Box(t);
  const recording = await box.open();
  recording.append(encodeUtf8('one '));
  await recording.flush();
  await box.fill(recording, 'two ');
  assert.match(box.changes[0]?.problem ?? '', /^The disk is full: output has not been recorded since/);
  await assert.rejects(recording.flush());
  recording.append(encodeUtf8('three'));
  assert.equal(recording.acknowledgeableOffset, 4, 'what waits is not acknowledged');
  box.disk.isFull = false;
  box.clock.advance(1000);
  await waitFor('the recovery', () => box.changes.length > 1);
  assert.deepEqual(box.changes[1], { problem: undefined, missingBytes: 0 });
  await recording.flush();
  assert.equal(await box.history(), 'one two three');
  assert.equal(recording.acknowledgeableOffset, 13);
});

test('a disk that stays full stops the recording but not the session, and the gap is counted', async (t) => {
  const box = new Box(t);
  const recording = await box.open();
  recording.append(encodeUtf8('one '));
  await recording.flush();
  await box.fill(recording, 'two ');
  let advances = 0;
  recording.onDidAdvance(() => advances++);
  box.clock.advance(5000);
  assert.ok(advances > 0);
  recording.append(encodeUtf8('lost '));
  assert.equal(recording.acknowledgeableOffset, 13, 'the process goes on');
  box.disk.isFull = false;
  box.clock.advance(1000);
  await waitFor('the recovery', () => box.changes.length > 1);
  assert.deepEqual(box.changes[1], { problem: undefined, missingBytes: 5 });
  recording.append(encodeUtf8('four'));
  await recording.flush();
  const history = await box.history();
  assert.match(history, /^one two \r\n.*── 5 bytes of output were not recorded ──.*\r\nfour$/);
  assert.equal(recording.acknowledgeableOffset, 17, 'offsets of the process are what they were');
  assert.deepEqual(box.savedBases, [recording.base], 'the way from offsets to positions is on disk first');
  assert.equal(recording.acceptedPosition, recording.base + 17);
});

test('four megabytes that wait are enough: recording stops before five seconds', async (t) => {
  const box = new Box(t);
  const recording = await box.open();
  await box.fill(recording, 'x');
  recording.append(new Uint8Array(4 * 1024 * 1024).fill(0x61));
  recording.append(new Uint8Array(1000).fill(0x62));
  assert.equal(recording.acknowledgeableOffset, 1 + 4 * 1024 * 1024 + 1000);
});

test('while the new base cannot be stored nothing is recorded, and it is tried again', async (t) => {
  const box = new Box(t);
  const recording = await box.open();
  await box.fill(recording, 'one ');
  box.clock.advance(5000);
  recording.append(encodeUtf8('lost '));
  box.saveFailure = new Error('still full');
  box.disk.isFull = false;
  box.clock.advance(1000);
  await waitFor('the attempt to store the base', () => box.savedBases.length);
  recording.append(encodeUtf8('too '));
  await waitFor('the end of that attempt', () => recording.acknowledgeableOffset === 13);
  assert.equal(box.changes.length, 1);
  box.saveFailure = undefined;
  box.clock.advance(5000);
  await waitFor('the recovery', () => box.changes.length > 1);
  assert.deepEqual(box.changes[1], { problem: undefined, missingBytes: 9 });
  recording.append(encodeUtf8('end'));
  await recording.flush();
  assert.match(await box.history(), /^one \r\n.*9 bytes.*\r\nend$/);
});

test('output that the keeper no longer has is told as a gap, and later offsets are right', async (t) => {
  const box = new Box(t);
  const recording = await box.open();
  recording.append(encodeUtf8('one '));
  recording.skip(100);
  recording.append(encodeUtf8('two'));
  await waitFor('the gap', () => box.changes.length);
  await recording.flush();
  assert.match(await box.history(), /^one \r\n.*100 bytes.*\r\ntwo$/);
  assert.equal(recording.acknowledgeableOffset, 4 + 100 + 3);
});
