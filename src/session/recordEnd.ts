import { lastPicture } from '../screen/lastPicture.ts';
import { lastScreenLine } from './boundary.ts';
import { modeReset } from './modeReset.ts';
import type { ProcessEnd } from './processRun.ts';
import type { SessionStream } from './sessionStream.ts';
import type { SessionMetadata } from './metadata.ts';

/** How a session is after the end of its process. */
export type EndedState = Pick<SessionMetadata, 'exitCode' | 'signal'> & { readonly state: 'ended' | 'lost' };

/**
 * Puts the end of a process into the journal: mode reset, with the last picture of a full-screen program, then exit. A
 * host that dies in between is followed by one that learns of the end again; it finds what the journal has already and
 * adds only what is missing.
 */
export async function recordEnd(stream: SessionStream, end: ProcessEnd): Promise<EndedState> {
  const { recording } = stream;
  if (end.kind === 'lost') {
    await appendEnding(stream);
    recording.mark('lost');
    return { state: 'lost', exitCode: null, signal: null };
  }
  const { exitCode, signal } = end.exit;
  const endPosition = recording.base + end.exit.end;
  // One that a crash cut is recorded again.
  if (recording.acceptedPosition < endPosition + modeReset('normal').length) {
    await appendEnding(stream);
  }
  if (stream.exitPosition === undefined || stream.exitPosition < endPosition) {
    // 128 + number is how shells tell of a signal.
    recording.exit(signal === 0 ? exitCode : 128 + signal);
  }
  return { state: 'ended', exitCode: signal === 0 ? exitCode : null, signal: signal === 0 ? null : signal };
}

/**
 * Turns off what the process left on. What it showed in the alternate buffer goes into the history, where it can still
 * be looked at. That is one piece, which the journal has whole or, when a crash tears its line, not at all: a picture
 * never stands there in part or twice.
 */
async function appendEnding(stream: SessionStream): Promise<void> {
  const { live } = stream;
  live.stopAnswering();
  const { buffer } = await live.state(0);
  if (buffer === 'normal') {
    await stream.appendModeReset();
    return;
  }
  const snapshot = await live.snapshot(0);
  const heading = (title: string): Uint8Array => lastScreenLine(title, snapshot.cols);
  stream.append(await lastPicture({ snapshot, leave: modeReset('alternate'), heading }));
}
