import type { JournalEvent } from '../../journal/api.ts';
import type { SequenceScanner } from '../../screen/api.ts';

/**
 * What a session printed, byte for byte but for its queries and what rings, notifies or sets the clipboard: shown in a
 * terminal, all that would happen again, and the answers would go into whatever reads there now. Older output that is
 * not kept any more is represented by the first keyframe.
 */
export async function* rawHistory(
  events: AsyncIterable<JournalEvent>,
  scanner: SequenceScanner,
): AsyncGenerator<Uint8Array> {
  for await (const event of events) {
    if (event.kind === 'output' || event.kind === 'keyframe') {
      yield scanner.push(event.bytes).forClients;
    }
  }
}
