import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachmentLimits } from '../../src/host/attachmentLimits.ts';
import { OutputRing } from '../../src/host/outputRing.ts';
import { SnapshotPacer } from '../../src/host/snapshotPacer.ts';
import type { SessionSnapshot } from '../../src/session/api.ts';
import { ManualClock } from '../support/manualClock.ts';

const lines = 1000;

/** A pacer on a clock that stands still, whose snapshots are ready when the test says so. */
function makePacer() {
  const clock = new ManualClock();
  const ring = new OutputRing(10_000);
  const finishers: (() => void)[] = [];
  let dues = 0;
  const pacer = new SnapshotPacer({
    clock,
    ring,
    take: () =>
      new Promise<SessionSnapshot>((resolve) => {
        finishers.push(() => resolve({ position: 0, bytes: new Uint8Array(0), cols: 80, rows: 24 }));
      }),
    handleDue: () => dues++,
  });
  /** Takes a snapshot that is ready after so many milliseconds. */
  const takeFor = async (ms: number): Promise<void> => {
    const { snapshot } = pacer.take(lines);
    clock.advance(ms);
    finishers.at(-1)?.();
    await snapshot;
  };
  return { clock, ring, pacer, takeFor, finishers, dues: () => dues };
}

/** Passes the time in small steps, in each of which the program prints. Tells how long it took until one was due. */
function floodUntilDue(
  { clock, pacer, dues }: Pick<ReturnType<typeof makePacer>, 'clock' | 'pacer' | 'dues'>,
  bytesPerMs: number,
): number {
  const startMs = clock.monotonicMs();
  const before = dues();
  while (dues() === before) {
    assert.equal(pacer.checkDue(), false);
    pacer.noteOutput(bytesPerMs);
    clock.advance(1);
  }
  return clock.monotonicMs() - startMs;
}

const floodBytesPerMs = 20_000;

test('the first snapshot waits for nothing', () => {
  assert.equal(makePacer().pacer.checkDue(), true);
});

for (const { tookMs, waitsMs } of [
  { tookMs: 0, waitsMs: 200 },
  { tookMs: 10, waitsMs: 200 },
  { tookMs: 35, waitsMs: 350 },
  { tookMs: 120, waitsMs: 1200 },
  { tookMs: 200, waitsMs: 2000 },
  { tookMs: 1500, waitsMs: 2000 },
]) {
  test(`in a flood, a snapshot that took ${tookMs} ms is followed by the next one after ${waitsMs} ms`, async () => {
    const pace = makePacer();
    await pace.takeFor(tookMs);
    assert.equal(floodUntilDue(pace, floodBytesPerMs), waitsMs);
    assert.equal(pace.pacer.checkDue(), true);
    assert.equal(pace.clock.pendingTimers, 0);
  });
}

test('the interval follows the snapshots: it shrinks again when they are quick', async () => {
  const pace = makePacer();
  await pace.takeFor(150);
  assert.equal(floodUntilDue(pace, floodBytesPerMs), 1500);
  await pace.takeFor(30);
  assert.equal(floodUntilDue(pace, floodBytesPerMs), 300);
});

test('when the flood ends the last snapshot comes after the calm, not after the interval', async () => {
  const pace = makePacer();
  await pace.takeFor(500);
  for (let ms = 0; ms < 425; ms++) {
    assert.equal(pace.pacer.checkDue(), false);
    pace.pacer.noteOutput(floodBytesPerMs);
    pace.clock.advance(1);
  }
  // Half of the last look's time was calm, which is not enough; the next look sees nothing but calm.
  pace.clock.advance(25);
  assert.equal(pace.dues(), 0);
  pace.clock.advance(attachmentLimits.calm.ms);
  assert.equal(pace.dues(), 1);
  assert.equal(pace.pacer.checkDue(), true);
});

test('a prompt, an echo and slow output are calm', async () => {
  const pace = makePacer();
  await pace.takeFor(500);
  assert.equal(floodUntilDue(pace, 1000), attachmentLimits.calm.ms);
});

test('attachments that ask while a snapshot is made share it', async () => {
  const { pacer, ring, finishers } = makePacer();
  ring.pushSize(80, 24);
  const first = pacer.take(lines);
  ring.pushSize(90, 24);
  const second = pacer.take(lines);
  const other = pacer.take(50);
  assert.deepEqual(
    [second === first, first.cursor, other === first, other.cursor, finishers.length],
    [true, 1, false, 2, 2],
  );
  finishers[0]?.();
  await first.snapshot;
  assert.notEqual(pacer.take(lines), first);
});

test('a snapshot is not shared when the ring has lost what follows it', () => {
  const { pacer, ring, finishers } = makePacer();
  const first = pacer.take(lines);
  ring.pushSize(80, 24);
  // The one that had asked is gone, and nobody else needed the size.
  ring.release(1);
  assert.equal(pacer.take(lines).cursor, 1);
  assert.deepEqual([first.cursor, finishers.length], [0, 2]);
});

test('a snapshot from before a new start is not shared after it', () => {
  const { pacer, finishers } = makePacer();
  pacer.take(lines);
  pacer.expire();
  pacer.take(lines);
  assert.equal(finishers.length, 2);
});

test('a snapshot that fails makes the next one wait as well', async () => {
  const clock = new ManualClock();
  const pacer = new SnapshotPacer({
    clock,
    ring: new OutputRing(1000),
    take: () => Promise.reject(new Error('the disk is gone')),
    handleDue: () => undefined,
  });
  await assert.rejects(pacer.take(lines).snapshot);
  assert.equal(pacer.checkDue(), false);
  pacer.dispose();
  assert.equal(clock.pendingTimers, 0);
});
