import type { JournalReader } from '../journal/api.ts';
import type { LiveScreen } from './liveScreen.ts';

/** What a replay saw besides the screen. */
export interface ReplayedJournal {
  /** Position of the newest `exit` event, if one was seen. */
  readonly exitPosition: number | undefined;
}

/**
 * Brings a new, mute screen to the end of a journal. It starts at the newest keyframe, which holds all lines that the
 * session keeps, so nothing before it is needed.
 */
export async function replayJournal(reader: JournalReader, screen: LiveScreen): Promise<ReplayedJournal> {
  let exitPosition: number | undefined;
  for await (const event of reader.readRecent(0)) {
    switch (event.kind) {
      case 'keyframe':
        // Also in the middle: after damaged lines it puts right what they spoiled.
        screen.reset(event.cols, event.rows);
        screen.push(event.bytes);
        screen.setEnd(event.position);
        break;
      case 'output':
        screen.push(event.bytes);
        screen.setEnd(event.position + event.bytes.length);
        break;
      case 'resize':
        screen.resize(event.cols, event.rows);
        break;
      case 'exit':
        exitPosition = event.position;
        break;
      case 'mark':
        break;
    }
    if (screen.isBehind) {
      await screen.relieved();
    }
  }
  return { exitPosition };
}
