import { encodeUtf8 } from '../../base/utf8.ts';
import { attachmentLimits } from '../attachmentLimits.ts';
import { chunksOf } from '../clientConnection.ts';
import type { HostServices } from '../hostServices.ts';
import type { RequestParams } from '../../protocol/hostMessages.ts';
import type { RequestHandlers } from './answerRequest.ts';
import { castOf } from './castHistory.ts';
import { rawHistory } from './rawHistory.ts';
import { textHistory } from './textHistory.ts';
import { waitForSession } from './waitForSession.ts';

/** Requests that read what a session shows or has shown, or wait for it. */
export const readingRequests: RequestHandlers<'capture' | 'history' | 'wait'> = {
  capture: async (services, params, { sendBulk }) => {
    for (const part of chunksOf(await capture(services, params))) {
      await sendBulk(part);
    }
    await sendBulk(new Uint8Array(0));
    return {};
  },

  history: async (services, params, { sendBulk }) => {
    for await (const bytes of history(services, params)) {
      for (const part of chunksOf(bytes)) {
        await sendBulk(part);
      }
    }
    await sendBulk(new Uint8Array(0));
    return {};
  },

  wait: async (services, params, { client }) => ({ outcome: await waitForSession(services, params, client.signal) }),
};

async function capture({ manager }: HostServices, params: RequestParams<'capture'>): Promise<Uint8Array> {
  const wanted = Math.trunc(params.scrollback ?? 0);
  const scrollback = Math.min(Math.max(wanted, 0), attachmentLimits.scrollbackLines);
  switch (params.format) {
    case 'vt':
      return (await manager.getSnapshot(params.session, scrollback)).bytes;
    case 'text':
      return encodeUtf8((await manager.getScreenState(params.session, scrollback)).lines.join('\n'));
    case 'json':
      return encodeUtf8(JSON.stringify(await manager.getScreenState(params.session, scrollback)));
  }
}

function history(services: HostServices, params: RequestParams<'history'>): AsyncIterable<Uint8Array> {
  const session = services.manager.getSession(params.session);
  const events = services.readHistory(session.id);
  switch (params.format) {
    case 'raw':
      return rawHistory(events, services.createScanner());
    case 'cast':
      return castOf(events, session);
    case 'text':
      return textHistory(events, services.createScreen, session);
  }
}
