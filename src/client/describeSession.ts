import { homedir } from 'node:os';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import { signalName } from './signalName.ts';

// Texts about sessions that the extension and the command line share.

type Ending = Pick<SessionInfo, 'state' | 'exitCode' | 'signal' | 'endedAt'>;

/** A duration for people: `just now` (under 5 s), `12 s`, `3 min`, `5 h`, `2 d`, `3 mo`, `2 y`; with `ago` if asked. */
export function formatAge(ms: number, suffix = ''): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 5) {
    return 'just now';
  }
  const steps = [
    { unit: 'y', seconds: 365 * 86_400 },
    { unit: 'mo', seconds: 30 * 86_400 },
    { unit: 'd', seconds: 86_400 },
    { unit: 'h', seconds: 3_600 },
    { unit: 'min', seconds: 60 },
  ];
  const step = steps.find((candidate) => seconds >= candidate.seconds) ?? { unit: 's', seconds: 1 };
  return `${Math.floor(seconds / step.seconds)} ${step.unit}${suffix}`;
}

/**
 * How a session stands, in a few words: `running`, `ended 2 min ago with exit code 1`, `ended 3 h ago by SIGKILL`,
 * `lost 1 d ago`.
 */
export function describeEnd(session: Ending, now: number = Date.now()): string {
  const when = session.endedAt === null ? '' : ` ${formatAge(now - session.endedAt, ' ago')}`;
  switch (session.state) {
    case 'running':
      return 'running';
    case 'lost':
      return `lost${when}`;
    case 'ended':
      if (session.signal !== null && session.signal !== 0) {
        return `ended${when} by ${signalName(session.signal)}`;
      }
      return session.exitCode === null ? `ended${when}` : `ended${when} with exit code ${session.exitCode}`;
  }
}

/**
 * What is shown under the history of a session that is not running, as VT bytes in a string: leaves the input modes
 * that a program may have left on, then one dim line of its own that says how it ended and what Enter does. It is for
 * the eye only and is no part of the history; the cursor is hidden until the next snapshot.
 */
export function endedFooter(session: Ending & Pick<SessionInfo, 'cwd'>, now: number = Date.now()): string {
  const cause =
    session.state === 'lost'
      ? `Its process is gone (${describeEnd(session, now)}: the machine or its keeper stopped).`
      : `Session ${describeEnd(session, now)}.`;
  const text = `${cause} Press Enter to start a shell in ${shortenHome(printable(session.cwd))}.`;
  return `${inputModesOff}\x1b[0m\r\n\x1b[2m${text}\x1b[22m\x1b[?25l`;
}

/** Application cursor keys and keypad, mouse and focus reports, bracketed paste, kitty keyboard flags: all off. */
export const inputModesOff =
  '\x1b[?1l\x1b>' +
  '\x1b[?9l\x1b[?1000l\x1b[?1001l\x1b[?1002l\x1b[?1003l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?1016l' +
  '\x1b[?1004l\x1b[?2004l\x1b[?9001l\x1b[=0u\x1b[>4m';

/** Text without control characters and marks that turn its direction: names, titles and paths come from programs and must not steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '');
}

/** A path with `~` for the home directory. */
export function shortenHome(directory: string, home: string = homedir()): string {
  if (directory === home) {
    return '~';
  }
  const next = directory.charAt(home.length);
  return home !== '' && directory.startsWith(home) && (next === '/' || next === '\\')
    ? `~${directory.slice(home.length)}`
    : directory;
}

/** What a person's word for a session means. */
export type SessionLookup =
  | { readonly kind: 'found'; readonly session: SessionInfo }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly sessions: readonly SessionInfo[] };

/** Shorter beginnings of an id are more likely to be a name that was mistyped. */
const shortestPrefix = 4;

/** Finds a session by its id, its exact name, or the beginning of its id (4 characters or more), in this order. */
export function resolveSession(sessions: readonly SessionInfo[], text: string): SessionLookup {
  const id = text.toLowerCase();
  const searches: ((session: SessionInfo) => boolean)[] = [
    (session) => session.id === id,
    (session) => session.displayName === text,
    (session) => id.length >= shortestPrefix && session.id.startsWith(id),
  ];
  for (const search of searches) {
    const matches = sessions.filter(search);
    const [first] = matches;
    if (first !== undefined) {
      return matches.length === 1 ? { kind: 'found', session: first } : { kind: 'ambiguous', sessions: matches };
    }
  }
  return { kind: 'none' };
}
