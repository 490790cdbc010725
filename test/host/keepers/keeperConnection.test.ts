import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import * as path from 'node:path';
import { test } from 'node:test';
import { encodePositionHeader } from '../../../src/protocol/binary.ts';
import { encodeFrame } from '../../../src/protocol/frame.ts';
import { keeperFrameKind } from '../../../src/protocol/keeperMessages.ts';
import { KeeperConnection } from '../../../src/host/keepers/keeperConnection.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';
import { waitFor } from '../../support/waitFor.ts';

test('a flood from a keeper leaves a turn to others after every two reads, and comes whole and in order', async (t) => {
  const address = path.join(makeTempDirectory(t), 'socket');
  const server = createServer();
  t.after(() => server.close());
  server.listen(address);
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;

  const readBytes = 64 * 1024;
  const pieceBytes = 4 * 1024;
  const totalBytes = 4 * 1024 * 1024;
  let receivedBytes = 0;
  let turnBytes = 0;
  let mostInTurnBytes = 0;
  const connection = await KeeperConnection.open(address, {
    handleMessage: () => undefined,
    handleOutput: (_handle, offset, bytes) => {
      assert.equal(offset, receivedBytes);
      receivedBytes += bytes.length;
      if (turnBytes === 0) {
        setImmediate(() => (turnBytes = 0));
      }
      turnBytes += bytes.length;
      mostInTurnBytes = Math.max(mostInTurnBytes, turnBytes);
    },
    handleClose: () => undefined,
  });
  t.after(() => connection.destroy());
  const [keeper] = await accepted;
  t.after(() => keeper.destroy());
  for (let offset = 0; offset < totalBytes; offset += pieceBytes) {
    keeper.write(encodeFrame(keeperFrameKind.output, encodePositionHeader(1, offset), new Uint8Array(pieceBytes)));
  }
  await waitFor('the whole flood', () => receivedBytes === totalBytes);
  // A pause takes effect with the read after the one that asked for it.
  assert.ok(mostInTurnBytes <= 2 * readBytes, `${mostInTurnBytes} bytes were handled in one turn`);
});
