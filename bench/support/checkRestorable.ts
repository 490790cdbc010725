import * as fs from 'node:fs';
import type { SessionId } from '../../src/base/ids.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import { visibleText } from './makeText.ts';
import { longLimitMs } from './revenantBox.ts';

/** Lines that are compared: as many as a session keeps above its screen. */
const comparedLines = 10_000;

/** The end of a process is followed by what turns off its modes: at most so many bytes. */
const afterEndBytes = 1024;

/**
 * Checks that a session whose program has written a file can be restored: its history is, byte for byte, the newest
 * part of the file (with CR LF, as the terminal makes it), all of it or at least `leastBytes`; and its screen and
 * scrollback end with the file's last lines. Throws when not.
 */
export async function checkRestorable(
  connection: HostConnection,
  session: SessionId,
  expected: { readonly file: string; readonly leastBytes: number },
): Promise<void> {
  const printed = Buffer.from(fs.readFileSync(expected.file, 'latin1').replaceAll('\n', '\r\n'), 'latin1');
  const history = await read(connection, session, 'history');
  const recordedBytes = commonEnd(history, printed);
  const neededBytes = Math.min(expected.leastBytes, printed.length);
  if (recordedBytes < neededBytes) {
    throw new Error(`The history ends with ${recordedBytes} bytes of what was printed, not with ${neededBytes}.`);
  }
  const shown = (await read(connection, session, 'capture')).toString().trimEnd().split('\n').slice(-comparedLines);
  const lines = printed
    .subarray(-16 * 1024 * 1024)
    .toString('latin1')
    .trimEnd()
    .split('\r\n');
  const wanted = lines.slice(-shown.length).map((line) => visibleText(line).trimEnd());
  const wrong = shown.findIndex((line, i) => line !== wanted[i]);
  if (wrong >= 0 || shown.length < Math.min(comparedLines, lines.length)) {
    throw new Error(
      `Of ${shown.length} lines, line ${wrong} is ${JSON.stringify(shown[wrong])}, not ${JSON.stringify(wanted[wrong])}.`,
    );
  }
}

/** How many bytes before the end of `history`, but for what follows a process's end, equal the end of `printed`. */
function commonEnd(history: Buffer, printed: Buffer): number {
  const last = printed.subarray(-4096);
  const found = history.lastIndexOf(last);
  const end = found + last.length;
  if (found < 0 || history.length - end > afterEndBytes) {
    return 0;
  }
  let count = 0;
  while (count < end && count < printed.length && history[end - 1 - count] === printed[printed.length - 1 - count]) {
    count++;
  }
  return count;
}

async function read(connection: HostConnection, session: SessionId, method: 'history' | 'capture'): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const options = { onBulk: (bytes: Uint8Array) => void parts.push(bytes), timeoutMs: longLimitMs };
  if (method === 'history') {
    await connection.request('history', { session, format: 'raw' }, options);
  } else {
    await connection.request('capture', { session, format: 'text', scrollback: comparedLines }, options);
  }
  return Buffer.concat(parts);
}
