import { test } from 'node:test';
import { escapeSequencesByFeature } from './escapeSequencesByFeature.ts';
import { checkRestoredAt, cutsOf } from './restoredStreams.ts';

for (const [name, text] of Object.entries(escapeSequencesByFeature)) {
  test(`a snapshot after any byte restores: ${name}`, async () => {
    const recording = { cols: 20, rows: 6, events: [{ kind: 'output', bytes: Buffer.from(text) }] } as const;
    await checkRestoredAt(recording, cutsOf(recording, { stride: 1, near: 0 }));
  });
}
