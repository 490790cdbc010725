import type { Socket } from 'node:net';

/** A terminal that is read and says nothing for so long after its process has ended has nothing left to say. */
const quietMs = 200;

/**
 * After the end of the process, whatever is read beyond this was printed by others (a job in the background that
 * floods): it is more than any system's PTY and Node's stream hold together, so the process's own output is before it.
 */
const othersBytes = 1024 * 1024;

/**
 * Keeps a PTY's socket open after the end of its process until its output is read to the end, however long the reader
 * pauses. node-pty destroys it 200 ms after the end, read or not (unixTerminal.js, DESTROY_SOCKET_TIMEOUT_MS), which
 * loses whatever a paused PTY still holds. On Linux the end of output is EIO, on macOS EOF, and these close the socket
 * as ever; only when something else keeps the terminal open (a background job, macOS's own habits) does it become quiet
 * instead, and then it is destroyed as node-pty wished.
 *
 * @param onProcessEnded called once, when the process is known to have ended while its output may still be unread.
 */
export function readToEnd(socket: Socket, onProcessEnded: () => void): void {
  const destroy = socket.destroy.bind(socket);
  let isEnding = false;

  socket.destroy = (error?: Error): Socket => {
    // A failed write says nothing about what can still be read.
    const isReadFailure = error !== undefined && !isWriteFailure(error);
    if (isReadFailure || socket.readableEnded) {
      return destroy(error);
    }
    if (!isEnding) {
      isEnding = true;
      onProcessEnded();
      destroyWhenRead(socket, destroy);
    }
    return socket;
  };
}

function isWriteFailure(error: Error): boolean {
  return 'syscall' in error && error.syscall === 'write';
}

function destroyWhenRead(socket: Socket, destroy: () => void): void {
  let readBytes = 0;
  let timer: NodeJS.Timeout | undefined;

  const watch = (): void => {
    clearTimeout(timer);
    if (!socket.isPaused()) {
      // The timer alone would be wrong after the keeper was stopped or starved: the loop would come to it with unread
      // output waiting. Between a timer and `setImmediate` the loop reads what is there.
      timer = setTimeout(() => setImmediate(finishIfQuiet, readBytes), quietMs);
    }
  };
  const finishIfQuiet = (readBytesBefore: number): void => {
    if (readBytes === readBytesBefore && !socket.isPaused()) {
      destroy();
    }
  };
  socket.on('data', (chunk: Uint8Array | string) => {
    readBytes += chunk.length;
    if (readBytes > othersBytes) {
      destroy();
    } else {
      watch();
    }
  });
  socket.on('resume', watch);
  socket.on('pause', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer));
  watch();
}
