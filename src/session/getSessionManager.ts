import { RevenantError } from '../base/errors.ts';
import type { SessionManagerOptions } from './api.ts';
import { SessionManager } from './sessionManager.ts';

let processWide: SessionManager | undefined;

/**
 * The session manager of this process. The first call makes it and needs options, later ones ignore theirs. Throws
 * `not-initialized` when there is none and no options were given.
 */
export function getSessionManager(options?: SessionManagerOptions): SessionManager {
  if (processWide === undefined) {
    if (options === undefined) {
      throw new RevenantError('not-initialized', 'There is no session manager yet: the first call gives the options.');
    }
    processWide = new SessionManager(options);
  }
  return processWide;
}
