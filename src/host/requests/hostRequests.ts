import { messageOf } from '../../base/errors.ts';
import type { RequestHandlers } from './answerRequest.ts';

/** Requests about the host itself. */
export const hostRequests: RequestHandlers<'status' | 'stop'> = {
  status: (services) => ({ ...services.readStatus(), sessions: services.manager.listSessions().length }),

  stop: async (services, params, { afterAnswer }) => {
    const { manager, log } = services;
    if (params.sessions) {
      const running = manager.listSessions().filter((session) => session.isRunning);
      const ends = await Promise.allSettled(running.map((session) => manager.killSession(session.id)));
      for (const end of ends) {
        if (end.status === 'rejected') {
          log.warn(`A session could not be ended before the host stops: ${messageOf(end.reason)}`);
        }
      }
    }
    afterAnswer(() => services.stop('stop'));
    return {};
  },
};
