import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeSequencesByFeature } from './escapeSequencesByFeature.ts';
import { checkRestoredAt, cutsOf } from './restoredStreams.ts';

/** After some bytes of these, a wide character is in halves, which no terminal can be brought to by a snapshot. */
const brokenWide: readonly string[] = ['ICH and DCH through wide characters'];

for (const [name, text] of Object.entries(escapeSequencesByFeature)) {
  test(`a snapshot after any byte restores: ${name}`, async () => {
    const recording = { cols: 20, rows: 6, events: [{ kind: 'output', bytes: Buffer.from(text) }] } as const;
    const excused = await checkRestoredAt(recording, cutsOf(recording, { stride: 1, near: 0 }));
    assert.ok(excused === 0 || brokenWide.includes(name), `${excused} cuts could not be judged`);
  });
}
