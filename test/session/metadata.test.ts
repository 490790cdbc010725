import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMetadata, parseMetadata } from '../../src/session/metadata.ts';
import { metadataOf, someId, someRunId } from './someMetadata.ts';

test('metadata come back from their text as they were', () => {
  const metadata = metadataOf(someId(1), {
    run: { id: someRunId(), base: -5 },
    workspace: { uri: 'file:///a', label: 'a' },
  });
  assert.deepEqual(parseMetadata(formatMetadata(metadata), someId(1)), { kind: 'valid', metadata });
});

test('fields that a later build added do not harm', () => {
  const text = JSON.stringify({ ...metadataOf(someId(1)), color: 'red' });
  assert.deepEqual(parseMetadata(text, someId(1)), { kind: 'valid', metadata: metadataOf(someId(1)) });
});

test('a newer version is told apart from damage, and named', () => {
  const parsed = parseMetadata(JSON.stringify({ version: 7, everything: 'else' }), someId(1));
  assert.ok(parsed.kind === 'newer');
  assert.match(parsed.reason, /version 7/);
});

const damages: [title: string, text: string, reason: RegExp][] = [
  ['no text', '', /not JSON/],
  ['half a text', formatMetadata(metadataOf(someId(1))).slice(0, 100), /not JSON/],
  ['another value', '[]', /./],
  ['a missing field', JSON.stringify({ ...metadataOf(someId(1)), cwd: undefined }), /field cwd/],
  ['a state that does not exist', JSON.stringify({ ...metadataOf(someId(1)), state: 'asleep' }), /field state/],
  ['a size that no terminal has', JSON.stringify({ ...metadataOf(someId(1)), cols: 1e9 }), /field cols/],
  [
    'a run that is not an id',
    JSON.stringify({ ...metadataOf(someId(1)), run: { id: '../x', base: 0 } }),
    /field run\.id/,
  ],
  ['another session', formatMetadata(metadataOf(someId(2))), /belongs to session/],
];
for (const [title, text, reason] of damages) {
  test(`${title} is damage, and the reason says what is wrong`, () => {
    const parsed = parseMetadata(text, someId(1));
    assert.ok(parsed.kind === 'damaged');
    assert.match(parsed.reason, reason);
  });
}
