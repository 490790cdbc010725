import { RevenantError, isRevenantError } from '../../base/errors.ts';
import type { schema } from '../../base/schema.ts';
import {
  type Request,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  requestSchemas,
} from '../../protocol/hostMessages.ts';
import { validate } from '../../protocol/json.ts';
import type { ClientConnection } from '../clientConnection.ts';
import type { HostServices } from '../hostServices.ts';
import { attachmentRequests } from './attachmentRequests.ts';
import { hostRequests } from './hostRequests.ts';
import { readingRequests } from './readingRequests.ts';
import { sessionRequests } from './sessionRequests.ts';

/** The connection from which a request came, as its handler may use it. */
export interface RequestCall {
  readonly client: ClientConnection;
  /** Sends one part of a long answer, waiting for a client that is slow. Throws `closed` when it is gone. */
  readonly sendBulk: (bytes: Uint8Array) => Promise<void>;
  /** Calls back when the answer was sent, if the request succeeded. */
  readonly afterAnswer: (callback: () => void) => void;
}

export type RequestHandler<M extends RequestMethod> = (
  services: HostServices,
  params: RequestParams<M>,
  call: RequestCall,
) => Promise<RequestResult<M>> | RequestResult<M>;

/** Handlers of some of the methods. */
export type RequestHandlers<M extends RequestMethod> = { readonly [K in M]: RequestHandler<K> };

const handlers: RequestHandlers<RequestMethod> = {
  ...sessionRequests,
  ...attachmentRequests,
  ...readingRequests,
  ...hostRequests,
};

/** Answers one request. Throws what the client is to be told: `protocol` for an unknown method, `invalid-argument`, … */
export async function answerRequest(services: HostServices, request: Request, call: RequestCall): Promise<unknown> {
  const method = request.method;
  if (!Object.hasOwn(requestSchemas, method)) {
    throw new RevenantError(
      'protocol',
      `This host does not know the request "${method}"; it is older than the client.`,
    );
  }
  return answerKnown(method as RequestMethod, services, request.params, call);
}

function answerKnown<M extends RequestMethod>(
  method: M,
  services: HostServices,
  params: unknown,
  call: RequestCall,
): Promise<RequestResult<M>> | RequestResult<M> {
  const shape: schema.GenericSchema = requestSchemas[method];
  let checked: unknown;
  try {
    checked = validate(shape, params);
  } catch (error) {
    if (isRevenantError(error, 'protocol')) {
      throw new RevenantError('invalid-argument', `The request "${method}" cannot be used: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
  return handlers[method](services, checked as RequestParams<M>, call);
}
