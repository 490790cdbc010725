import type { CreateParams } from '../../protocol/hostMessages.ts';
import type { CreateSessionOptions } from '../../session/api.ts';
import { toSessionInfo } from '../toSessionInfo.ts';
import type { RequestHandlers } from './answerRequest.ts';

/** Requests that list, make, change and end sessions. */
export const sessionRequests: RequestHandlers<'list' | 'create' | 'rename' | 'kill' | 'restart' | 'delete' | 'send'> = {
  list: ({ manager }) => ({ sessions: manager.listSessions().map(toSessionInfo) }),

  create: async (services, params) => {
    await services.checkInCharge();
    return { session: toSessionInfo(await services.manager.createSession(toCreateOptions(params))) };
  },

  rename: async ({ manager }, { session, name }) => ({
    session: toSessionInfo(await manager.renameSession(session, name)),
  }),

  kill: async ({ manager }, { session }) => {
    await manager.killSession(session);
    return {};
  },

  restart: async (services, { session, env }) => {
    await services.checkInCharge();
    const { manager } = services;
    if (manager.getSession(session).isRunning) {
      await manager.killSession(session);
    }
    return { session: toSessionInfo(await manager.startSession(session, env === null ? {} : { env })) };
  },

  delete: async ({ manager }, { session }) => {
    await manager.deleteSession(session);
    return {};
  },

  send: ({ manager }, { session, text }) => {
    manager.write(session, text);
    return {};
  },
};

/** On the wire an absent choice is null; for the manager it is left out. */
function toCreateOptions(params: CreateParams): CreateSessionOptions {
  return {
    ...(params.name === null ? {} : { name: params.name }),
    ...(params.shell === null ? {} : { shell: params.shell }),
    args: params.args,
    ...(params.cwd === null ? {} : { cwd: params.cwd }),
    ...(params.env === null ? {} : { env: params.env }),
    cols: params.cols,
    rows: params.rows,
    ...(params.workspace === null ? {} : { workspace: params.workspace }),
    ...(params.history === null ? {} : { limitBytes: params.history.limitBytes, lines: params.history.lines }),
    ...(params.colors === undefined ? {} : { colors: params.colors }),
  };
}
