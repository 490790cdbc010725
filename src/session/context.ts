import type { SessionManagerOptions } from './api.ts';
import type { ManagerEventHub } from './managerEvents.ts';
import type { SessionDirectory } from './sessionDirectory.ts';

/** What every session is given by its manager. */
export interface SessionContext {
  readonly options: SessionManagerOptions;
  readonly events: ManagerEventHub;
  readonly directory: SessionDirectory;
}
