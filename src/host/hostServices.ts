import type { Clock } from '../base/clock.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { JournalEvent } from '../journal/api.ts';
import type { Build, HostStatus } from '../protocol/hostMessages.ts';
import type { CreateScreen, SequenceScanner } from '../screen/api.ts';
import type { SessionManagerApi } from '../session/api.ts';

/** What the server and its request handlers work with. Built by the entry, or by a test. */
export interface HostServices {
  readonly manager: SessionManagerApi;
  readonly build: Build;
  readonly clock: Clock;
  readonly log: Log;
  readonly createScreen: CreateScreen;
  /** For a history that is shown again. */
  readonly createScanner: () => SequenceScanner;
  /** A session's whole kept history, up to what it printed last. */
  readonly readHistory: (id: SessionId) => AsyncIterable<JournalEvent>;
  readonly readStatus: () => Omit<HostStatus, 'sessions'>;
  /** True when `text` is the secret that clients have to know. */
  readonly isToken: (text: string) => boolean;
  /** Throws `host-unavailable` when another host has taken over, so that nothing new begins in this one. */
  readonly checkInCharge: () => Promise<void>;
  /** Ends this host, once what was answered is on its way. Sessions go on in their keepers. */
  readonly stop: (reason: 'update' | 'stop') => void;
}
