import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';
import { KeeperBox } from './support/keeperBox.ts';

/** A flood of this size each, all of it in the keeper before the host reads on. */
const floodBytes = 1024 * 1024;
const floods = 12;

/**
 * What may come before a line of a quiet process: what the system holds (208 KiB on Linux), the keeper's queue, the piece
 * that fills it, and what the test's own socket had read when it paused. A piece of each flood would be more.
 */
const aheadBytes = 500 * 1024;

test('a line of a quiet program overtakes what flooding ones have waiting for the host', async (t) => {
  const directory = makeTempDirectory(t);
  const keeper = await KeeperBox.start(t);
  const host = await keeper.connect();
  const quiet = await host.run(`stty -echo; echo ready; read line; echo "<$line>"; touch ${directory}/line; sleep 100`);
  await host.waitForText(quiet.handle, 'ready');
  const flooding = [];
  for (let i = 0; i < floods; i++) {
    const script = `read line; head -c ${floodBytes} /dev/zero | tr '\\0' x; touch ${directory}/${i}; sleep 100`;
    flooding.push(await host.run(script));
  }
  host.socket.pause();
  flooding.forEach(({ handle }) => host.input(handle, Buffer.from('\r')));
  await waitFor('the floods', () => fs.readdirSync(directory).length === floods);
  host.input(quiet.handle, Buffer.from('hi\r'));
  await waitFor('the line', () => fs.existsSync(path.join(directory, 'line')));
  // While it answers this the keeper reads its terminals too.
  const stranger = await keeper.dial();
  stranger.send({ type: 'hello', token: 'wrong', pid: process.pid, restart: null });
  await waitFor('the answer to a stranger', () => stranger.isClosed);

  const before = host.receivedBytes;
  let bytesAhead: number | undefined;
  host.socket.on('data', () => {
    if (bytesAhead === undefined && host.text(quiet.handle).includes('<hi>')) {
      bytesAhead = host.receivedBytes - before;
    }
  });
  host.socket.resume();
  await host.waitForText(quiet.handle, '<hi>');
  // The rest of the floods comes too, and in order: the host checks the offsets.
  for (const { handle } of flooding) {
    await waitFor('the whole flood', () => host.bytes(handle).filter((byte) => byte === 0x78).length === floodBytes);
  }
  assert.ok(bytesAhead !== undefined && bytesAhead <= aheadBytes, `${bytesAhead} bytes came before the line`);
});
