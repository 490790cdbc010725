import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8, encodeUtf8 } from '../../src/base/utf8.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';

async function snapshotOf(text: string): Promise<string> {
  const screen = createScreen({ cols: 20, rows: 2, scrollback: 0 });
  screen.write(encodeUtf8(text));
  const snapshot = decodeUtf8(await screen.snapshot(0));
  screen.dispose();
  return snapshot;
}

for (const [title, told, restored] of [
  ['OSC 7', '\x1b]7;file://host/tmp/a%20b%3Bc/%C3%BC\x07', '\x1b]7;file:///tmp/a%20b%3Bc/%C3%BC\x1b\\'],
  ['VS Code', '\x1b]633;P;Cwd=/srv/x\\x3by\x07', '\x1b]7;file:///srv/x%3By\x1b\\'],
  ['iTerm2', '\x1b]1337;CurrentDir=/home/me#1?\x07', '\x1b]7;file:///home/me%231%3F\x1b\\'],
  ['ConEmu', '\x1b]9;9;"C:\\Users\\me"\x07', '\x1b]1337;CurrentDir=C:\\Users\\me\x1b\\'],
] as const) {
  test(`a directory that was told as ${title} is restored, the newest one`, async () => {
    const snapshot = await snapshotOf(`\x1b]7;file:///former\x07${told}$ `);
    assert.ok(snapshot.includes(restored), JSON.stringify(snapshot));
    assert.ok(!snapshot.includes('former'));
    assert.equal(await snapshotOf(snapshot), snapshot);
  });
}

test('nothing is told of a directory when no program told one', async () => {
  assert.doesNotMatch(await snapshotOf('\x1b]9;4;1;50\x07\x1b]633;A\x07$ '), /7;|1337|633/);
});
