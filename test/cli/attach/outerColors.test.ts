import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TerminalColors } from '../../../src/base/terminalColors.ts';
import { OuterColors } from '../../../src/cli/attach/outerColors.ts';
import { ManualClock } from '../../support/manualClock.ts';

function ask(): { readonly colors: OuterColors; readonly clock: ManualClock; readonly told: TerminalColors[] } {
  const clock = new ManualClock();
  const told: TerminalColors[] = [];
  return { colors: new OuterColors(clock, (each) => told.push(each)), clock, told };
}

const background = '\x1b]11;rgb:ffff/ffff/ffff\x1b\\';
const foreground = '\x1b]10;rgb:0000/0000/0000\x1b\\';

test('what the terminal answers before its device attributes is told, once', async () => {
  const { colors, clock, told } = ask();
  for (const answer of [foreground, background, '\x1b[?997;1n', '\x1b[?62;22c', '\x1b[?62;22c', background]) {
    colors.handleAnswer(answer);
  }
  await colors.finished();
  assert.deepEqual(told, [{ scheme: 'light', foreground: '000000', background: 'ffffff' }]);
  assert.deepEqual([colors.isWaiting, clock.pendingTimers], [false, 0]);
});

test('a terminal that knows no colours tells none', async () => {
  const { colors, told } = ask();
  colors.handleAnswer('\x1b[?1;2c');
  await colors.finished();
  assert.deepEqual(told, []);
});

test('a terminal that does not answer is not waited for', async () => {
  const { colors, clock, told } = ask();
  colors.handleAnswer(foreground);
  clock.advance(10_000);
  await colors.finished();
  assert.deepEqual([told, colors.isWaiting], [[], false]);
});
