import { connect, type Socket } from 'node:net';
import { messageOf, RevenantError, systemCodeOf } from '../base/errors.ts';
import { encodeFrame, FrameDecoder } from '../protocol/frame.ts';
import type { HostEndpoint } from '../protocol/hostEndpoint.ts';
import { type ClientHello, frameKind, type HostHello, hostHelloSchema } from '../protocol/hostMessages.ts';
import { decodeJson, encodeJson } from '../protocol/json.ts';
import { abortedError, throwIfAborted } from './delay.ts';

/** A connection on which both sides have said hello. The socket is paused; the decoder may hold bytes already. */
export interface GreetedSocket {
  readonly socket: Socket;
  readonly decoder: FrameDecoder;
  readonly hello: HostHello;
}

/** How an attempt to say hello to a host went. */
export type ReachResult =
  | { readonly kind: 'greeted'; readonly greeted: GreetedSocket }
  /** Nobody listens there. */
  | { readonly kind: 'absent' }
  /** The connection was closed before the hello: a wrong token, or a host that is about to leave. */
  | { readonly kind: 'refused' }
  /** No hello within the limit: the process is stopped, hung, or starved. */
  | { readonly kind: 'silent' };

/** What the system says when a socket file has no listener or is gone, or a named pipe does not exist. */
const absentCodes: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK']);
/** What it says when the other side goes away in the middle of it. */
const brokenCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/**
 * Connects to a host and exchanges hellos. Rejects with `unauthorized` when the system refuses the socket, `protocol`
 * when the answer is no hello, `io` for other system errors, `aborted` on the signal.
 */
export function reachHost(
  endpoint: HostEndpoint,
  hello: ClientHello,
  options: { readonly limitMs: number; readonly signal?: AbortSignal | undefined },
): Promise<ReachResult> {
  throwIfAborted(options.signal);
  return new Promise((resolve, reject) => {
    const socket = connect(endpoint.address);
    const decoder = new FrameDecoder();
    const timer = setTimeout(() => settle({ kind: 'silent' }), options.limitMs);

    const release = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', handleAbort);
      socket.removeAllListeners();
    };
    const settle = (result: ReachResult): void => {
      release();
      if (result.kind === 'greeted') {
        socket.pause();
      } else {
        discard(socket);
      }
      resolve(result);
    };
    const fail = (error: RevenantError): void => {
      release();
      discard(socket);
      reject(error);
    };
    const handleAbort = (): void => fail(abortedError(options.signal?.reason));
    const handleData = (chunk: Uint8Array): void => {
      try {
        decoder.push(chunk);
        const frame = decoder.tryRead();
        if (frame === undefined) {
          return;
        }
        if (frame.kind !== frameKind.json) {
          throw new RevenantError('protocol', `The session host said a frame of kind ${frame.kind} before its hello.`);
        }
        settle({ kind: 'greeted', greeted: { socket, decoder, hello: decodeJson(hostHelloSchema, frame.payload) } });
      } catch (error) {
        fail(
          error instanceof RevenantError ? error : new RevenantError('protocol', messageOf(error), { cause: error }),
        );
      }
    };

    options.signal?.addEventListener('abort', handleAbort, { once: true });
    socket.once('connect', () => socket.write(encodeFrame(frameKind.json, encodeJson(hello))));
    socket.on('data', handleData);
    socket.once('close', () => settle({ kind: 'refused' }));
    socket.once('error', (error) => {
      const code = systemCodeOf(error) ?? '';
      if (absentCodes.has(code)) {
        settle({ kind: 'absent' });
      } else if (brokenCodes.has(code)) {
        settle({ kind: 'refused' });
      } else if (code === 'EACCES' || code === 'EPERM') {
        fail(
          new RevenantError('unauthorized', `The system does not let you connect to ${endpoint.address}.`, {
            cause: error,
          }),
        );
      } else {
        fail(new RevenantError('io', `Cannot connect to the session host: ${messageOf(error)}`, { cause: error }));
      }
    });
  });
}

/** Ends a socket that is of no more use; what it still has to say interests nobody. */
export function discard(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => undefined);
  socket.destroy();
}
