import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8, encodeUtf8 } from '../../src/base/utf8.ts';
import { systemClock } from '../../src/platform/systemClock.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { LiveScreen } from '../../src/session/liveScreen.ts';

function newScreen(cols = 20, rows = 5): LiveScreen {
  return new LiveScreen({ createScreen, clock: systemClock, cols, rows, scrollback: 100 });
}

async function linesOf(screen: LiveScreen): Promise<string> {
  return (await screen.state(100)).lines.join('|').replace(/\|+$/, '');
}

test('a mute screen answers nothing, not even later what it was asked while mute', async () => {
  const screen = newScreen();
  const replies: string[] = [];
  screen.onDidReply((reply) => replies.push(decodeUtf8(reply)));
  screen.push(encodeUtf8('a\x1b[6n'));
  await screen.startAnswering();
  screen.push(encodeUtf8('b\x1b[6n'));
  await screen.settled();
  assert.deepEqual(replies, ['\x1b[1;3R']);
  screen.dispose();
});

test('chunks, snapshot and positions agree wherever a sequence is cut', async () => {
  const stream = encodeUtf8('one \x1b[31mtwo\x1b[6n three\x1b]0;title\x07 é世\x1b[?1$p four\x1b[0m');
  for (let cut = 0; cut <= stream.length; cut++) {
    const screen = newScreen(40);
    const first = screen.push(stream.subarray(0, cut)).chunk;
    assert.equal(first.end, screen.position);
    const snapshot = await screen.snapshot(100);
    assert.equal(snapshot.position, first.end);
    const second = screen.push(stream.subarray(cut)).chunk;
    assert.equal(second.end, stream.length);
    // A client that got the snapshot and then the rest.
    const client = newScreen(40);
    client.push(snapshot.bytes);
    client.push(second.bytes);
    assert.equal(await linesOf(client), 'one two three é世 four', `cut at ${cut}`);
    assert.equal((await client.snapshot(100)).bytes.length, (await screen.snapshot(100)).bytes.length);
    client.dispose();
    screen.dispose();
  }
});

test('a keyframe goes on with the raw stream wherever it was taken', async () => {
  const stream = encodeUtf8('one\r\n\x1b[32mtwo\x1b[6n\x1bP$qm\x1b\\ th\x1b[1Cree 界');
  for (let cut = 0; cut <= stream.length; cut++) {
    const screen = newScreen();
    screen.push(stream.subarray(0, cut));
    const keyframe = await screen.keyframe();
    const rebuilt = newScreen(keyframe.cols, keyframe.rows);
    rebuilt.push(keyframe.bytes);
    rebuilt.push(stream.subarray(cut));
    assert.equal(await linesOf(rebuilt), 'one|two th ree 界', `cut at ${cut}`);
    screen.dispose();
    rebuilt.dispose();
  }
});

test('positions go on from where they are set', () => {
  const screen = newScreen();
  screen.push(encodeUtf8('abc'));
  screen.setEnd(1000);
  assert.equal(screen.push(encodeUtf8('d\x1b[')).chunk.end, 1001);
  assert.deepEqual([screen.end, screen.position], [1003, 1001]);
  screen.dispose();
});
