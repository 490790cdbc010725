import { encodeUtf8 } from '../../base/utf8.ts';
import type { JournalEvent } from '../../journal/api.ts';
import type { CreateScreen } from '../../screen/api.ts';

const textHistoryLimits = {
  /** Lines that are rendered; of a longer history the newest. A line of 200 columns takes some 2 kB while it is. */
  lines: 100_000,
  /** Output given to the screen before it is awaited. */
  stepBytes: 512 * 1024,
} as const;

/** Rendering may take 200 MB for a moment; so it is done for one request at a time. */
let lastRendering: Promise<unknown> = Promise.resolve();

/**
 * A session's history as plain text: the lines of a terminal that was shown all of it, at the sizes that it had. At
 * most the newest 100,000 lines, and what a program cleared from the scrollback is not in it; `raw` and `cast` have all.
 */
export async function* textHistory(
  events: AsyncIterable<JournalEvent>,
  createScreen: CreateScreen,
  size: { readonly cols: number; readonly rows: number },
): AsyncGenerator<Uint8Array> {
  const rendering = lastRendering.then(() => render(events, createScreen, size));
  lastRendering = rendering.catch(() => undefined);
  const lines = await rendering;
  const end = lines.findLastIndex((line) => line !== '') + 1;
  if (end > 0) {
    yield encodeUtf8(`${lines.slice(0, end).join('\n')}\n`);
  }
}

async function render(
  events: AsyncIterable<JournalEvent>,
  createScreen: CreateScreen,
  size: { readonly cols: number; readonly rows: number },
): Promise<readonly string[]> {
  const screen = createScreen({ cols: size.cols, rows: size.rows, scrollback: textHistoryLimits.lines });
  try {
    for await (const event of events) {
      if (event.kind === 'keyframe' || event.kind === 'resize') {
        screen.resize(event.cols, event.rows);
      }
      if (event.kind === 'keyframe' || event.kind === 'output') {
        screen.write(event.bytes);
      }
      if (screen.pendingBytes > textHistoryLimits.stepBytes) {
        await screen.settled();
      }
    }
    // A full-screen program that is open covers the history: leave the alternate buffer (xterm ctlseqs, mode 1049).
    screen.write(encodeUtf8('\x1b[?1049l'));
    return (await screen.state(textHistoryLimits.lines)).lines;
  } finally {
    screen.dispose();
  }
}
