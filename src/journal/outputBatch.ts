import type { EventEncoder } from './eventEncoder.ts';
import { journalLimits } from './journalLimits.ts';
import type { PendingQueue } from './pendingQueue.ts';

/** Lines for one write, and how many output bytes they hold. */
export interface OutputBatch {
  readonly lines: Uint8Array;
  readonly outputBytes: number;
}

/**
 * Takes what one write may hold from the queue and encodes it. Stops at a barrier or a roll-over, which stay in the
 * queue; in front of these nothing is held back. Undefined when there is nothing to write.
 */
export function takeBatch(queue: PendingQueue, encoder: EventEncoder): OutputBatch | undefined {
  // Bytes of one event at a time: strings of a whole batch are so large that V8 clears them up by marking everything.
  const lines: Uint8Array[] = [];
  let taken = 0;
  let outputBytes = encoder.heldBackBytes;
  while (taken < journalLimits.writeBytes) {
    const item = queue.first;
    if (item === undefined) {
      break;
    }
    if (item.kind === 'output') {
      queue.shift();
      lines.push(Buffer.from(encoder.encodeOutput(item.chunks, item.timeMs)));
      taken += item.bytes;
      outputBytes += item.bytes;
      continue;
    }
    lines.push(Buffer.from(encoder.encodeHeldBack()));
    if (item.kind !== 'event') {
      break;
    }
    queue.shift();
    lines.push(Buffer.from(encoder.encodeEvent(item.code, item.data, item.timeMs)));
    taken += item.data.length;
  }
  outputBytes -= encoder.heldBackBytes;
  const joined = Buffer.concat(lines);
  return joined.length === 0 ? undefined : { lines: joined, outputBytes };
}
