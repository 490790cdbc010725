import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { isRevenantError } from '../../src/base/errors.ts';
import { journalStore } from '../../src/journal/journalStore.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { getSessionManager } from '../../src/session/getSessionManager.ts';
import { BarePtyFactory } from '../support/barePtyFactory.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';

test('a process has one session manager, made by the first call that gives options', (t) => {
  assert.throws(
    () => getSessionManager(),
    (error) => isRevenantError(error, 'not-initialized'),
  );
  const made = getSessionManager({
    directory: makeTempDirectory(t),
    ptyFactory: new BarePtyFactory(),
    journal: journalStore,
    createScreen,
    clock: systemClock,
    log: nullLog,
  });
  assert.equal(getSessionManager(), made);
});
