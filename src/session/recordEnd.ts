import { modeReset } from './modeReset.ts';
import type { ProcessEnd } from './processRun.ts';
import type { SessionStream } from './sessionStream.ts';
import type { SessionMetadata } from './metadata.ts';

/** How a session is after the end of its process. */
export type EndedState = Pick<SessionMetadata, 'exitCode' | 'signal'> & { readonly state: 'ended' | 'lost' };

/**
 * Puts the end of a process into the journal: mode reset, then exit. A host that dies in between is followed by one
 * that learns of the end again; it finds what the journal has already and adds only what is missing.
 */
export async function recordEnd(stream: SessionStream, end: ProcessEnd): Promise<EndedState> {
  const { recording } = stream;
  if (end.kind === 'lost') {
    await stream.appendModeReset();
    recording.mark('lost');
    return { state: 'lost', exitCode: null, signal: null };
  }
  const { exitCode, signal } = end.exit;
  const endPosition = recording.base + end.exit.end;
  // One that a crash cut is recorded again.
  if (recording.acceptedPosition < endPosition + modeReset('normal').length) {
    await stream.appendModeReset();
  }
  if (stream.exitPosition === undefined || stream.exitPosition < endPosition) {
    // 128 + number is how shells tell of a signal.
    recording.exit(signal === 0 ? exitCode : 128 + signal);
  }
  return { state: 'ended', exitCode: signal === 0 ? exitCode : null, signal: signal === 0 ? null : signal };
}
