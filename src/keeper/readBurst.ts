import * as fs from 'node:fs';
import { systemCodeOf } from '../base/errors.ts';

/** A read that brought this much has most likely emptied nothing: a terminal gives 1 KiB (macOS) to 4 KiB (Linux) at once. */
const fullReadBytes = 1000;

/** How much is read before other terminals and the host get their turn. */
const burstBytes = 16 * 1024;

/** Shared by all terminals: what is in it is only valid until the next call. */
const burst = Buffer.allocUnsafeSlow(burstBytes);

/**
 * Reads on from a terminal's master, whose last read brought `lastReadBytes`, until it has nothing more or
 * `burstBytes` are read. libuv reads a terminal once for each turn of its loop, with a new block of 64 KiB for some 4
 * KiB; a flood costs less this way. The descriptor must be non-blocking (node-pty sees to that). Gives a view that is
 * valid until the next call; empty when there is nothing or the terminal is closed, which the next regular read tells.
 */
export function readBurst(fd: number, lastReadBytes: number): Uint8Array {
  let readBytes = lastReadBytes;
  let end = 0;
  while (readBytes >= fullReadBytes && end < burstBytes) {
    readBytes = tryRead(fd, end);
    end += readBytes;
  }
  return burst.subarray(0, end);
}

/** 0 when there is nothing to read. */
function tryRead(fd: number, at: number): number {
  try {
    return fs.readSync(fd, burst, at, burstBytes - at, null);
  } catch (error) {
    switch (systemCodeOf(error)) {
      case 'EAGAIN':
      case 'EIO':
        return 0;
      default:
        throw error;
    }
  }
}
