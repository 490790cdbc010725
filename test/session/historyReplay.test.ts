import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalHistoryReplay } from '../../src/session/historyReplay.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, readHistory, script } from './managerBox.ts';

test('a replay tells its progress up to the end, then completes, once', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession(script('seq 1 20000'));
  await box.untilEnded(manager, id);
  const progress: number[] = [];
  let completed = 0;
  const replay = manager.createHistoryReplay(id);
  replay.onProgress((part) => progress.push(part));
  replay.onComplete(() => completed++);
  replay.start();
  replay.start();
  await waitFor('the end', () => completed);
  assert.ok(progress.every((part, i) => part >= (progress[i - 1] ?? 0) && part <= 1));
  assert.equal(progress.at(-1), 1);
  assert.equal(completed, 1);
});

test('a replay of a session that runs has everything that was printed before it', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script('echo now; cat'));
  await tap.until('now');
  assert.equal((await readHistory(manager, id)).toString(), 'now\r\n');
});

test('nothing is heard of a replay that was aborted', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession(script('seq 1 20000'));
  await box.untilEnded(manager, id);
  const heard: string[] = [];
  const aborted = manager.createHistoryReplay(id);
  aborted.onData(() => {
    heard.push('data');
    aborted.abort();
  });
  aborted.onProgress(() => heard.push('progress'));
  aborted.onComplete(() => heard.push('complete'));
  aborted.onError(() => heard.push('error'));
  aborted.start();
  await waitFor('the first piece', () => heard.length);
  // A whole replay that began later has read past the place where the other one stopped.
  await readHistory(manager, id);
  assert.deepEqual(heard, ['data']);
});

test('a session without history completes at once', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const { id } = await manager.createSession({ startProcess: false });
  assert.equal((await readHistory(manager, id)).length, 0);
});

test('a journal that cannot be read is an error of the replay', async () => {
  const failure = new Error('the disk is gone');
  const replay = new JournalHistoryReplay({
    prepare: () => Promise.reject(failure),
    reader: {
      readRecent: () => {
        throw failure;
      },
      readAll: () => {
        throw failure;
      },
      bounds: () => Promise.reject(failure),
    },
  });
  const error = await new Promise<Error>((resolve) => {
    replay.onError(resolve);
    replay.start();
  });
  assert.equal(error, failure);
});
