import * as fs from 'node:fs';
import { systemCodeOf } from '../base/errors.ts';
import { keeperLimits } from '../protocol/keeperMessages.ts';

/** How much is offered to the system at once: as much as a PTY takes at most, so that other PTYs get their turn. */
const writeBytes = 64 * 1024;

/** Waits while the program does not read: short at first, since most do soon; long in the end, since some never do. */
const retryDelay = { shortestMs: 1, longestMs: 64 } as const;

/**
 * Writes to a PTY's master without ever waiting for the program. It exists because libuv cannot do it: it sets a
 * master to blocking writes (`uv_tty_init`, "fallback to using blocking writes"), so that one program that does not
 * read its input would stop the whole keeper. The descriptor is non-blocking (node-pty sees to that); a full PTY says
 * EAGAIN, and as nothing tells when it has room again, it is asked again with growing delays.
 */
export class PtyInput {
  private readonly _fd: number;
  private readonly _isClosed: () => boolean;
  private readonly _queue: Uint8Array[] = [];
  private _pendingBytes = 0;
  private _delayMs: number = retryDelay.shortestMs;
  private _isWaiting = false;

  /** @param isClosed true as soon as the descriptor is closed: its number may belong to another file then. */
  constructor(fd: number, isClosed: () => boolean) {
    this._fd = fd;
    this._isClosed = isClosed;
  }

  /** Takes the bytes; false, taking none, when more than `keeperLimits.pendingInputBytes` would be waiting. */
  write(bytes: Uint8Array): boolean {
    if (this._pendingBytes + bytes.length > keeperLimits.pendingInputBytes) {
      return false;
    }
    if (bytes.length > 0) {
      this._queue.push(bytes);
      this._pendingBytes += bytes.length;
      if (!this._isWaiting) {
        this._writeSome();
      }
    }
    return true;
  }

  private _writeSome(): void {
    this._isWaiting = false;
    const first = this._queue[0];
    if (first === undefined || this._isClosed()) {
      this._drop();
      return;
    }
    try {
      const written = fs.writeSync(this._fd, first, 0, Math.min(first.length, writeBytes));
      this._delayMs = retryDelay.shortestMs;
      this._pendingBytes -= written;
      if (written === first.length) {
        this._queue.shift();
      } else {
        this._queue[0] = first.subarray(written);
      }
    } catch (error) {
      if (systemCodeOf(error) !== 'EAGAIN') {
        // EIO: nobody has the terminal open any more. The end of the process is told by its exit.
        this._drop();
        return;
      }
      this._isWaiting = true;
      setTimeout(() => this._writeSome(), this._delayMs);
      this._delayMs = Math.min(this._delayMs * 2, retryDelay.longestMs);
      return;
    }
    if (this._queue.length > 0) {
      this._isWaiting = true;
      setImmediate(() => this._writeSome());
    }
  }

  private _drop(): void {
    this._queue.length = 0;
    this._pendingBytes = 0;
  }
}
