import { RevenantError } from '../../base/errors.ts';
import { stateOf } from '../sessionStream.ts';
import type { OpenAttachment } from '../sessionStreams.ts';
import { toSessionInfo } from '../toSessionInfo.ts';
import type { RequestCall, RequestHandlers } from './answerRequest.ts';

/** Requests about one client's view of a session. */
export const attachmentRequests: RequestHandlers<'attach' | 'detach' | 'resize' | 'colors'> = {
  attach: async ({ manager }, params, { client, afterAnswer }) => {
    const { attachment, stream } = await client.openAttachment(params);
    const session = manager.getSession(params.session);
    const isOwner = stream.owner === attachment.id;
    afterAnswer(() => attachment.start({ cols: session.cols, rows: session.rows, isOwner, state: stateOf(session) }));
    return { attachment: attachment.id, session: toSessionInfo(session), isOwner };
  },

  detach: (_services, { attachment }, call) => {
    call.client.closeAttachment(getAttachment(call, attachment));
    return {};
  },

  resize: async (_services, { attachment: id, cols, rows }, call) => {
    const { attachment, stream } = getAttachment(call, id);
    await stream.resize(attachment, { cols, rows });
    return {};
  },

  colors: (_services, { attachment: id, colors }, call) => {
    const { attachment, stream } = getAttachment(call, id);
    stream.tellColors(attachment, colors);
    return {};
  },
};

function getAttachment({ client }: RequestCall, id: number): OpenAttachment {
  const open = client.findAttachment(id);
  if (open === undefined) {
    throw new RevenantError('invalid-argument', `This connection has no attachment ${id}; it may have been closed.`);
  }
  return open;
}
