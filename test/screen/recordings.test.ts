import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRecording, encodeRecording, lengthOf, readRecordings } from '../fixtures/recordings/recording.ts';
import { checkRestoredAt, cutsOf } from './restoredStreams.ts';

const cutsPerRecording = 100;

for (const [name, recording] of readRecordings()) {
  test(`a snapshot restores ${name} wherever its output is cut`, async () => {
    const stride = Math.max(1, Math.floor(lengthOf(recording) / cutsPerRecording));
    const excused = await checkRestoredAt(recording, cutsOf(recording, { stride, near: 4 }));
    assert.equal(excused, 0, 'no cut is beyond what a snapshot can restore');
  });

  test(`the recording of ${name} is small and tells nothing of where it was made`, () => {
    const text = encodeRecording(recording, name);
    assert.deepEqual(decodeRecording(text), recording);
    assert.ok(lengthOf(recording) <= 60_000);
    assert.doesNotMatch(text, /\/root\b|\/home\/(?!demo)|\/Users\/|@(?!example\.com|demo)[a-z]+[:\]]/);
  });
}
