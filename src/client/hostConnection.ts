import type { Socket } from 'node:net';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { messageOf, RevenantError } from '../base/errors.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { Log } from '../base/log.ts';
import { encodeFrame, type Frame, type FrameDecoder } from '../protocol/frame.ts';
import {
  type AttachParams,
  frameKind,
  type HostEvent,
  type HostHello,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  resultSchemas,
} from '../protocol/hostMessages.ts';
import { encodeJson, validate } from '../protocol/json.ts';
import { decodePositioned, decodeStream } from '../protocol/binary.ts';
import type { Attachment, AttachmentListener } from './attachment.ts';
import { AttachmentTable } from './attachmentTable.ts';
import { decodeHostMessage, errorFromWire } from './hostMessageReader.ts';
import { PendingRequests, type RequestOptions } from './pendingRequests.ts';
import type { GreetedSocket } from './reachHost.ts';
import { discard } from './reachHost.ts';

/** Why a connection ended: the host made room for another one, was stopped on purpose, or the connection broke. */
export type CloseReason = 'retired' | 'stopped' | 'lost';

const connectionLimits = {
  /**
   * Bytes that the host has not taken yet. A host reads as fast as it can; one that leaves this much (what a keeper
   * accepts as input of one process) is hung, and the connection is given up so that memory stays bounded.
   */
  unsentBytes: 64 * 1024 * 1024,
} as const;

/** A live connection to the session host. Made by `connectToHost`. */
export class HostConnection implements Disposable {
  readonly hello: HostHello;
  private readonly _socket: Socket;
  private readonly _decoder: FrameDecoder;
  private readonly _log: Log;
  private readonly _requests = new PendingRequests();
  private readonly _attachments: AttachmentTable;
  private readonly _onEvent = new Emitter<HostEvent>();
  private readonly _onDidClose = new Emitter<{ readonly reason: CloseReason }>();
  private _isOpen = true;
  private _announcedClose: CloseReason = 'lost';
  private _pauses = 0;

  /** Everything that the host tells without being asked, but for what concerns one attachment. */
  readonly onEvent: Event<HostEvent> = this._onEvent.event;
  /** Fires once, unless this side disposes of the connection. */
  readonly onDidClose: Event<{ readonly reason: CloseReason }> = this._onDidClose.event;

  constructor(greeted: GreetedSocket, log: Log) {
    this.hello = greeted.hello;
    this._socket = greeted.socket;
    this._decoder = greeted.decoder;
    this._log = log;
    this._attachments = new AttachmentTable({
      sendFrame: (kind, ...parts) => this._send(kind, ...parts),
      requestResize: (attachment, cols, rows) => this._requestQuietly('resize', { attachment, cols, rows }),
      requestColors: (attachment, colors) => this._requestQuietly('colors', { attachment, colors }),
      requestDetach: (attachment) => {
        this._attachments.delete(attachment);
        this._requestQuietly('detach', { attachment });
      },
      handleListenerError: (error) => this._log.error('A listener of an attachment failed', error),
    });
    this._socket.on('data', (chunk: Uint8Array) => {
      this._decoder.push(chunk);
      this._readFrames();
    });
    this._socket.on('error', (error) => this._log.debug(`The connection to the session host failed: ${error.message}`));
    this._socket.on('close', () => this._close('the connection to it ended'));
    // The decoder may hold frames already: they wait until whoever connects has subscribed.
    setImmediate(() => {
      this._readFrames();
      this._updateFlow();
    });
  }

  /**
   * Asks the host. Rejects with the host's error (codes unknown to this version become `internal`), `timeout`,
   * `aborted`, or `closed` when the connection goes first.
   */
  request<M extends RequestMethod>(
    method: M,
    params: RequestParams<M>,
    options: RequestOptions = {},
  ): Promise<RequestResult<M>> {
    return this._request(method, params, options, (result) => result);
  }

  /** Looks at a session. The listener gets everything from the first byte of the snapshot on. */
  attach(
    params: AttachParams,
    listener: AttachmentListener,
    options: Pick<RequestOptions, 'signal' | 'timeoutMs'> = {},
  ): Promise<Attachment> {
    return this._request('attach', params, options, (result) => this._attachments.add(result, listener));
  }

  /** Leaves what the host sends unread, so that it stops sending, until the result is disposed of. */
  pauseReading(): Disposable {
    this._pauses++;
    this._updateFlow();
    return toDisposable(() => {
      this._pauses--;
      this._readFrames();
      this._updateFlow();
    });
  }

  dispose(): void {
    if (!this._isOpen) {
      return;
    }
    this._isOpen = false;
    this._onEvent.dispose();
    this._onDidClose.dispose();
    this._attachments.abandonAll();
    this._requests.rejectAll(closedBefore('this side closed the connection'));
    // What was sent just before (a detach, say) still goes out; the host sees an orderly end.
    this._socket.removeAllListeners();
    this._socket.on('error', () => undefined);
    this._socket.end(() => this._socket.destroy());
    this._socket.unref();
  }

  private _request<M extends RequestMethod, T>(
    method: M,
    params: RequestParams<M>,
    options: RequestOptions,
    accept: (result: RequestResult<M>) => T,
  ): Promise<T> {
    if (!this._isOpen) {
      return Promise.reject(closedBefore('the connection to it has ended')(method));
    }
    return this._requests.start(
      method,
      options,
      (id) => this._send(frameKind.json, encodeJson({ type: 'request', id, method, params })),
      // The schema is that of the method; TypeScript cannot follow an index of a generic key through valibot's types.
      (result) => accept(validate(resultSchemas[method], result) as RequestResult<M>),
    );
  }

  /** A request whose failure changes nothing for the one who caused it. */
  private _requestQuietly<M extends RequestMethod>(method: M, params: RequestParams<M>): void {
    this.request(method, params).catch((error: unknown) => {
      this._log.debug(`The request "${method}" failed: ${messageOf(error)}`);
    });
  }

  private _send(kind: number, ...parts: readonly Uint8Array[]): void {
    if (!this._isOpen) {
      return;
    }
    this._socket.write(encodeFrame(kind, ...parts));
    if (this._socket.writableLength > connectionLimits.unsentBytes) {
      this._close(`it left ${this._socket.writableLength} bytes unread`);
    }
  }

  private _updateFlow(): void {
    if (!this._isOpen) {
      return;
    }
    if (this._pauses > 0) {
      this._socket.pause();
    } else {
      this._socket.resume();
    }
  }

  private _readFrames(): void {
    try {
      while (this._isOpen && this._pauses === 0) {
        const frame = this._decoder.tryRead();
        if (frame === undefined) {
          return;
        }
        this._handleFrame(frame);
      }
    } catch (error) {
      this._log.error('The session host sent something that is not of the protocol', error);
      this._close(messageOf(error));
    }
  }

  private _handleFrame({ kind, payload }: Frame): void {
    switch (kind) {
      case frameKind.json:
        this._handleMessage(payload);
        return;
      case frameKind.output:
        this._attachments.handleOutput(decodePositioned(payload));
        return;
      case frameKind.snapshot:
        this._attachments.handleSnapshot(decodePositioned(payload));
        return;
      case frameKind.bulk: {
        const { stream, bytes } = decodeStream(payload);
        this._requests.bulk(stream, bytes);
        return;
      }
      default:
        throw new RevenantError('protocol', `A frame has the unknown kind ${kind}.`);
    }
  }

  private _handleMessage(payload: Uint8Array): void {
    const message = decodeHostMessage(payload);
    switch (message?.type) {
      case 'result':
        this._requests.resolve(message.id, message.result);
        return;
      case 'error':
        this._requests.reject(message.id, errorFromWire(message.error));
        return;
      case 'event':
        this._handleEvent(message.event);
        return;
      case undefined:
        this._log.debug('The session host said something that this version does not know.');
    }
  }

  private _handleEvent(event: HostEvent): void {
    if (this._attachments.handleEvent(event)) {
      return;
    }
    if (event.kind === 'retiring') {
      this._announcedClose = event.reason === 'update' ? 'retired' : 'stopped';
    }
    this._onEvent.fire(event);
  }

  private _close(cause: string): void {
    if (!this._isOpen) {
      return;
    }
    this._isOpen = false;
    discard(this._socket);
    this._requests.rejectAll(closedBefore(cause));
    this._attachments.endAll({ reason: 'connection', message: `The session host is gone: ${cause}.` });
    this._onDidClose.fire({ reason: this._announcedClose });
    this._onEvent.dispose();
    this._onDidClose.dispose();
  }
}

function closedBefore(cause: string): (method: string) => RevenantError {
  return (method) => new RevenantError('closed', `The session host did not answer "${method}": ${cause}.`);
}
