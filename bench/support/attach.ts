import type { SessionId } from '../../src/base/ids.ts';
import type { Attachment } from '../../src/client/attachment.ts';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import { terminalSize } from './revenantBox.ts';

export interface Attached {
  readonly attachment: Attachment;
  /** Bytes of the snapshot. */
  readonly snapshotBytes: number;
}

/** Attaches as a client that shows what it gets at once; resolves when the last byte of the snapshot is there. */
export function attach(
  connection: HostConnection,
  session: SessionId,
  scrollback: number,
  handleOutput: (bytes: Uint8Array) => void = () => undefined,
): Promise<Attached> {
  return new Promise((resolve, reject) => {
    let snapshotBytes = 0;
    const attaching = connection.attach(
      { session, size: terminalSize, scrollback, readOnly: false },
      {
        handleSnapshot: ({ bytes, isFirst, isLast, position }) => {
          snapshotBytes = (isFirst ? 0 : snapshotBytes) + bytes.length;
          if (isLast) {
            attaching.then((attachment) => {
              attachment.acknowledge(position);
              resolve({ attachment, snapshotBytes });
            }, reject);
          }
        },
        handleOutput: ({ bytes, position }) => {
          attaching.then((attachment) => attachment.acknowledge(position), reject);
          handleOutput(bytes);
        },
        handleSize: () => undefined,
        handleState: () => undefined,
        handleClosed: ({ message }) => reject(new Error(message)),
      },
    );
    attaching.catch(reject);
  });
}

/** Milliseconds from asking to the last byte of the snapshot. Leaves no attachment. */
export async function timeAttach(connection: HostConnection, session: SessionId, scrollback: number): Promise<number> {
  const startMs = performance.now();
  const { attachment } = await attach(connection, session, scrollback);
  const elapsedMs = performance.now() - startMs;
  attachment.detach();
  return elapsedMs;
}
