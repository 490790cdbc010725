import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { ProcessInspector } from '../../src/session/processInspector.ts';
import { ManualClock } from '../support/manualClock.ts';

function makeBox(inspect = (): Promise<{ program: string }> => Promise.resolve({ program: 'sh' })): {
  clock: ManualClock;
  inspector: ProcessInspector;
  found: unknown[];
} {
  const clock = new ManualClock();
  const found: unknown[] = [];
  const inspector = new ProcessInspector({ clock, log: nullLog, inspect, handle: (value) => found.push(value) });
  return { clock, inspector, found };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a process is looked at 300 ms after it printed, however much it printed', async () => {
  const { clock, inspector, found } = makeBox();
  inspector.poke();
  clock.advance(299);
  await settled();
  assert.deepEqual(found, []);
  clock.advance(1);
  await settled();
  assert.deepEqual(found, [{ program: 'sh' }]);
});

test('output that never rests is looked at once a second', async () => {
  const { clock, inspector, found } = makeBox();
  for (let ms = 0; ms < 5000; ms += 50) {
    inspector.poke();
    clock.advance(50);
    await settled();
  }
  assert.ok(found.length >= 4 && found.length <= 6, String(found.length));
});

test('a look that fails changes nothing, and the next one is made', async () => {
  let looks = 0;
  const { clock, inspector, found } = makeBox(() =>
    looks++ === 0 ? Promise.reject(new Error('gone')) : Promise.resolve({ program: 'sh' }),
  );
  inspector.poke();
  clock.advance(300);
  await settled();
  inspector.poke();
  clock.advance(1000);
  await settled();
  assert.deepEqual(found, [{ program: 'sh' }]);
});

test('nothing is handled after disposal', async () => {
  const { clock, inspector, found } = makeBox();
  inspector.poke();
  clock.advance(300);
  inspector.dispose();
  await settled();
  inspector.poke();
  assert.deepEqual([found.length, clock.pendingTimers], [0, 0]);
});
