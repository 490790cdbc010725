import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { SequenceScanner } from '../../src/screen/api.ts';
import { createReplayScanner } from '../../src/screen/replayScanner.ts';
import { createSequenceScanner } from '../../src/screen/sequenceScanner.ts';
import { Emulator } from './emulator.ts';
import { anyStream, cutInto } from './vtStreams.ts';

function shown(stream: string, create: () => SequenceScanner = createReplayScanner): string {
  return Buffer.from(create().push(Buffer.from(stream)).forClients).toString();
}

const sideEffects = {
  bell: '\x07',
  clipboard: '\x1b]52;c;aGk=\x07',
  'clipboard, cleared': '\x1b]52;c;\x07',
  'a large clipboard': `\x1b]52;c;${'A'.repeat(20_000)}\x1b\\`,
  'clipboard in C1': '\u009d52;;aGk=\u009c',
  'query of the clipboard': '\x1b]52;c;?\x07',
  notification: '\x1b]9;hi\x07',
  'notification that begins with a digit': '\x1b]9;42 is the answer\x1b\\',
  'message box': '\x1b]9;2;hi\x07',
  'notification of urxvt': '\x1b]777;notify;title;body\x07',
  'notification of kitty': '\x1b]99;i=1:d=0;Hello\x1b\\',
  'device attributes': '\x1b[c',
};

for (const [name, sequence] of Object.entries(sideEffects)) {
  test(`left out of a replay, cut anywhere: ${name}`, () => {
    assert.equal(shown(`one${sequence}two`), 'onetwo');
    const scanner = createReplayScanner();
    const pieces = [...Buffer.from(`one${sequence.slice(0, 3000)}`)].map((byte) => scanner.push(Uint8Array.of(byte)));
    const rest = scanner.push(Buffer.from(`${sequence.slice(3000)}two`));
    assert.equal(Buffer.concat([...pieces, rest].map(({ forClients }) => forClients)).toString(), 'onetwo');
  });
}

for (const kept of [
  ...[
    '\x1b]0;a title\x07',
    '\x1b]2;52;c;aGk=\x1b\\',
    '\x1b]7;file://h/tmp\x07',
    '\x1b]8;;http://a\x07',
    '\x1b]9;4;1;50\x07',
  ],
  ...[
    '\x1b]9;9;C:\\\x07',
    '\x1b]133;A\x07',
    '\x1b]633;E;ls\x07',
    '\x1b]11;#000\x07',
    '\x1b]520;x\x07',
    '\x1b]7777;x\x1b\\',
    '\x1b[1m',
  ],
]) {
  test(`kept in a replay: ${JSON.stringify(kept)}`, () => assert.equal(shown(`one${kept}two`), `one${kept}two`));
}

test('the live stream keeps bells, notifications and the clipboard', () => {
  for (const [name, sequence] of Object.entries(sideEffects)) {
    const isQuery = ['query of the clipboard', 'device attributes'].includes(name);
    assert.equal(shown(sequence, createSequenceScanner), isQuery ? '' : sequence);
  }
});

test('what a replay leaves out changes nothing on the screen', async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, fc.array(fc.integer({ min: 1, max: 7 })), async (bytes, lengths) => {
      const size = { cols: 20, rows: 6, scrollback: 10 };
      const [live, replayed] = [new Emulator(size), new Emulator(size)];
      let bells = 0;
      replayed.terminal.onBell(() => bells++);
      const [forLive, forReplay] = [createSequenceScanner(), createReplayScanner()];
      for (const piece of cutInto(bytes, lengths)) {
        await live.write(forLive.push(piece).forClients);
        await replayed.write(forReplay.push(piece).forClients);
      }
      // Held-back ends are the same for both once something ends them.
      for (const [emulator, scanner] of [
        [live, forLive],
        [replayed, forReplay],
      ] as const) {
        await emulator.write(scanner.push(Buffer.from('\x18')).forClients);
      }
      assert.deepEqual(replayed.describe(), live.describe());
      live.dispose();
      replayed.dispose();
    }),
    { numRuns: 200 },
  );
});
