import * as path from 'node:path';
import type { SessionId } from '../base/ids.ts';

export interface SessionPaths {
  readonly directory: string;
  readonly metadata: string;
  readonly journal: string;
}

/** Where a session lies below the sessions directory. Ids are UUIDs, so no name leaves it. */
export function sessionPathsOf(sessionsDirectory: string, id: SessionId): SessionPaths {
  const directory = path.join(sessionsDirectory, id);
  return { directory, metadata: path.join(directory, 'metadata.json'), journal: path.join(directory, 'journal') };
}
