import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { Emulator } from './emulator.ts';
import { screens } from '../fixtures/screens/screens.ts';
import { screenStream } from './screenStreams.ts';

const size = { cols: 20, rows: 6, scrollback: 30 };

interface Size {
  readonly cols: number;
  readonly rows: number;
  readonly scrollback: number;
}

async function snapshotOf(bytes: Uint8Array, at: Size = size): Promise<Buffer> {
  const screen = createScreen(at);
  screen.write(bytes);
  const snapshot = await screen.snapshot(at.scrollback);
  screen.dispose();
  return Buffer.from(snapshot);
}

/** Draws `before`, restores it from its snapshot, lets both go on with `after`, and compares. */
async function checkRestored(before: Uint8Array, after: Uint8Array, at: Size = size): Promise<void> {
  const uninterrupted = new Emulator(at);
  await uninterrupted.write(before);
  if (uninterrupted.isBeyondSnapshots(at.scrollback)) {
    uninterrupted.dispose();
    return;
  }
  const restored = new Emulator(at);
  await restored.write(await snapshotOf(before, at));
  assert.deepEqual(restored.describe(), uninterrupted.describe(at.scrollback));
  assert.deepEqual(restored.replies, []);
  await uninterrupted.write(after);
  await restored.write(after);
  assert.deepEqual(restored.describe(), uninterrupted.describe(at.scrollback), 'after going on');
  uninterrupted.dispose();
  restored.dispose();
}

for (const [name, bytes] of Object.entries(screens)) {
  test(`a snapshot restores: ${name}`, async () => {
    await checkRestored(Buffer.from(bytes), Buffer.from('X\x1b8Y'));
  });
}

test('a snapshot restores a stream that is cut anywhere, and it goes on as if it had not been', async () => {
  for (const [name, text] of Object.entries(screens)) {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += Math.max(1, Math.floor(bytes.length / 20))) {
      try {
        await checkRestored(bytes.subarray(0, cut), bytes.subarray(cut));
      } catch (error) {
        throw new Error(`${name}, cut at ${cut}`, { cause: error });
      }
    }
  }
});

for (const head of ['\x1b]2;', '\x1bPq', '\x1b_G', '\x1b^', '\x1b[1;']) {
  test(`the rest of a sequence too long to be kept does not become text: ${JSON.stringify(head)}`, async () => {
    const restored = new Emulator(size);
    await restored.write(await snapshotOf(Buffer.from(`a${head}${'0'.repeat(20_000)}`)));
    await restored.write(Buffer.from('000m\x07\x1b\\b'));
    assert.equal(restored.terminal.buffer.active.getLine(0)?.translateToString(true), 'ab');
    restored.dispose();
  });
}

test('a snapshot restores any screen', async () => {
  await fc.assert(
    fc.asyncProperty(
      screenStream,
      screenStream,
      fc.constantFrom(size, { cols: 5, rows: 3, scrollback: 10 }, { cols: 80, rows: 24, scrollback: 100 }),
      checkRestored,
    ),
    { numRuns: 250 },
  );
});

test('a snapshot of a snapshot is the same screen, and it may be written again after a reset', async () => {
  await fc.assert(
    fc.asyncProperty(screenStream, async (bytes) => {
      const first = await snapshotOf(bytes);
      const once = new Emulator(size);
      await once.write(first);
      const again = new Emulator(size);
      await again.write(await snapshotOf(first));
      assert.deepEqual(again.describe(), once.describe());
      await again.write(Buffer.concat([Buffer.from('\x18\x1bc'), first]));
      assert.deepEqual(again.describe(), once.describe());
      once.dispose();
      again.dispose();
    }),
    { numRuns: 100 },
  );
});
