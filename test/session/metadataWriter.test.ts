import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { parseMetadata, type SessionMetadata } from '../../src/session/metadata.ts';
import { MetadataWriter } from '../../src/session/metadataWriter.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManualClock } from '../support/manualClock.ts';
import { metadataOf, someId } from './someMetadata.ts';

class Box {
  readonly file: string;
  readonly clock = new ManualClock();
  readonly writer: MetadataWriter;
  metadata: SessionMetadata = metadataOf(someId(1));

  constructor(t: TestContext, file = path.join(makeTempDirectory(t), 'metadata.json')) {
    this.file = file;
    this.writer = new MetadataWriter({ file, clock: this.clock, log: nullLog, read: () => this.metadata });
    t.after(() => this.writer.close());
  }

  set(patch: Partial<SessionMetadata>): void {
    this.metadata = { ...this.metadata, ...patch };
  }

  stored(): SessionMetadata | undefined {
    if (!fs.existsSync(this.file)) {
      return undefined;
    }
    const parsed = parseMetadata(fs.readFileSync(this.file, 'utf8'), someId(1));
    return parsed.kind === 'valid' ? parsed.metadata : undefined;
  }
}

test('a flush puts everything on disk that was changed before it, in a private file', async (t) => {
  const box = new Box(t);
  const first = box.writer.flush();
  box.set({ name: 'second' });
  await box.writer.flush();
  await first;
  assert.equal(box.stored()?.name, 'second');
  assert.equal(fs.statSync(box.file).mode & 0o777, 0o600);
});

test('many flushes at once share their writes', async (t) => {
  const box = new Box(t);
  await box.writer.flush();
  const before = fs.statSync(box.file).ino;
  const flushes = Array.from({ length: 50 }, (_, i) => {
    box.set({ cols: 80 + i });
    return box.writer.flush();
  });
  assert.equal(new Set(flushes).size, 1);
  await Promise.all(flushes);
  assert.equal(box.stored()?.cols, 129);
  assert.notEqual(fs.statSync(box.file).ino, before);
});

test('what did not change is not written again', async (t) => {
  const box = new Box(t);
  await box.writer.flush();
  const before = fs.statSync(box.file).ino;
  await box.writer.flush();
  assert.equal(fs.statSync(box.file).ino, before);
});

// 1. A host loads 1,000 sessions and touches none. 2. It leaves, which flushes every writer. 3. Each wrote its file anew, with
// two syncs: seconds of disk for nothing, in which the next host waits for its turn.
test('what a former host wrote is not written again when nothing changed', async (t) => {
  const box = new Box(t);
  await box.writer.flush();
  const before = fs.statSync(box.file).ino;
  const next = new Box(t, box.file);
  await next.writer.flush();
  assert.equal(fs.statSync(box.file).ino, before);
  next.set({ name: 'changed' });
  await next.writer.flush();
  assert.equal(next.stored()?.name, 'changed');
});

test('what may wait is written after a second, once', async (t) => {
  const box = new Box(t);
  for (let i = 0; i < 100; i++) {
    box.set({ lastActivity: i });
    box.writer.writeSoon();
  }
  assert.equal(box.clock.pendingTimers, 1);
  box.clock.advance(999);
  assert.equal(box.stored(), undefined);
  box.clock.advance(1);
  await box.writer.flush();
  assert.equal(box.stored()?.lastActivity, 99);
});

test('what may wait for less time is written sooner, with everything else that waits', async (t) => {
  const box = new Box(t);
  box.set({ lastActivity: 7 });
  box.writer.writeSoon();
  box.set({ cwd: '/elsewhere' });
  box.writer.writeSoon(50);
  box.writer.writeSoon();
  assert.equal(box.clock.pendingTimers, 1);
  box.clock.advance(50);
  await waitFor('the write', () => box.stored()?.cwd === '/elsewhere');
  assert.equal(box.stored()?.lastActivity, 7);
  assert.equal(box.clock.pendingTimers, 0);
});

test('a write that failed is told of and tried again until the disk takes it', async (t) => {
  const directory = path.join(makeTempDirectory(t), 'gone');
  const box = new Box(t, path.join(directory, 'metadata.json'));
  let saved = 0;
  box.writer.onceSaved(() => saved++);
  await assert.rejects(box.writer.flush(), { code: 'ENOENT' });
  assert.equal(saved, 0);
  fs.mkdirSync(directory);
  box.clock.advance(5_000);
  await waitFor('the second attempt', () => saved);
  assert.equal(box.stored()?.name, 'some');
});
