import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { RevenantError, messageOf } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import { decodePositioned, decodeStream, encodePositionHeader, encodeStreamHeader } from '../protocol/binary.ts';
import { type Frame, FrameDecoder, encodeFrame, frameLimits } from '../protocol/frame.ts';
import {
  type AttachParams,
  type ClientHello,
  type HostEvent,
  type HostHello,
  type HostMessage,
  type Request,
  clientHelloSchema,
  frameKind,
  requestSchema,
} from '../protocol/hostMessages.ts';
import { decodeJson, encodeJson } from '../protocol/json.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import type { AttachmentSink } from './attachment.ts';
import type { OpenAttachment, SessionStreams } from './sessionStreams.ts';

export const clientLimits = {
  /** Longest first frame. Nobody who knows the token needs more, and nobody else is to make the host hold more. */
  helloBytes: 4096,
  /** Time for the first frame to arrive; then the connection is closed. */
  helloTimeoutMs: 5000,
  /** Messages that a client does not take from its socket. Beyond it the client is as good as dead and is let go. */
  unreadBytes: 32 * 1024 * 1024,
  /** Requests of one client that are being worked on; each may hold a snapshot in memory. Further ones are refused. */
  openRequests: 256,
} as const;

/** The server, as one of its clients' connections sees it. */
export interface ClientHost {
  readonly clock: Clock;
  readonly log: Log;
  readonly streams: SessionStreams;
  /** What is answered to a first message; undefined when its token is wrong. */
  greet(hello: ClientHello): HostHello | undefined;
  /** Called once the client was greeted with a protocol that both speak. */
  handleClient(client: ClientConnection, hello: ClientHello): void;
  handleRequest(client: ClientConnection, request: Request): Promise<void>;
  handleClosed(client: ClientConnection): void;
}

/**
 * One client. Reads its frames, keeps its attachments, sends without ever waiting for it. Nothing is sent before the
 * token was seen; a frame that makes no sense ends the connection and nothing else.
 */
export class ClientConnection implements AttachmentSink, Disposable {
  private readonly _socket: Socket;
  private readonly _host: ClientHost;
  private readonly _decoder = new FrameDecoder();
  private readonly _disposables = new DisposableStore();
  private readonly _abort = new AbortController();
  private readonly _attachments = new Map<number, OpenAttachment>();
  /** Newest state of sessions that changed, until it is sent: a client that takes nothing gets the newest only. */
  private readonly _changes = new Map<SessionId, SessionInfo>();
  private _drainWaiters: (() => void)[] = [];
  private _head: Uint8Array = new Uint8Array(0);
  private _isGreeted = false;
  private _openRequests = 0;

  constructor(socket: Socket, host: ClientHost) {
    this._socket = socket;
    this._host = host;
    const timer = host.clock.schedule(clientLimits.helloTimeoutMs, () => {
      if (!this._isGreeted) {
        this.dispose();
      }
    });
    this._disposables.add(timer);
    socket.on('data', (chunk) => this._handleData(chunk));
    socket.on('drain', () => this._handleDrain());
    socket.on('error', (error) => host.log.debug(`A client's connection broke: ${error.message}`));
    socket.on('close', () => this.dispose());
  }

  /** Aborts when the client is gone. */
  get signal(): AbortSignal {
    return this._abort.signal;
  }

  get isClosed(): boolean {
    return this._abort.signal.aborted;
  }

  get isCongested(): boolean {
    return this._socket.writableNeedDrain;
  }

  send(message: HostMessage): void {
    this._write(encodeFrame(frameKind.json, encodeJson(message)));
  }

  sendEvent(event: HostEvent): void {
    this.send({ type: 'event', event });
  }

  sendOutput(attachment: number, position: number, parts: readonly Uint8Array[]): void {
    this._write(encodeFrame(frameKind.output, encodePositionHeader(attachment, position), ...parts));
  }

  sendSnapshot(attachment: number, position: number, flags: number, bytes: Uint8Array): void {
    this._write(
      encodeFrame(frameKind.snapshot, encodePositionHeader(attachment, position), Uint8Array.of(flags), bytes),
    );
  }

  /** Sends one part of a long answer when the client takes it. Throws `closed` when the client is gone. */
  async sendBulk(request: number, bytes: Uint8Array): Promise<void> {
    // One part for each time that the socket drains, so that live output, which asks `isCongested`, cannot starve it.
    if (this.isCongested) {
      await new Promise<void>((resolve) => this._drainWaiters.push(resolve));
    }
    if (this.isClosed) {
      throw new RevenantError('closed', 'The client is gone.');
    }
    this._write(encodeFrame(frameKind.bulk, encodeStreamHeader(request), bytes));
  }

  /** Keeps a session's newest state for the next `flushChanges`. */
  noteChange(session: SessionInfo): void {
    this._changes.set(session.id, session);
  }

  noteRemoval(session: SessionId): void {
    this._changes.delete(session);
    this.sendEvent({ kind: 'session-removed', session });
  }

  flushChanges(): void {
    if (this.isCongested) {
      return;
    }
    for (const session of this._changes.values()) {
      this.sendEvent({ kind: 'session-changed', session });
    }
    this._changes.clear();
  }

  async openAttachment(params: AttachParams): Promise<OpenAttachment> {
    const open = await this._host.streams.open(params, this);
    if (this.isClosed) {
      open.stream.remove(open.attachment);
      throw new RevenantError('closed', 'The client is gone.');
    }
    this._attachments.set(open.attachment.id, open);
    return open;
  }

  findAttachment(attachment: number): OpenAttachment | undefined {
    return this._attachments.get(attachment);
  }

  closeAttachment(open: OpenAttachment): void {
    this.forget(open.attachment.id);
    open.stream.remove(open.attachment);
  }

  forget(attachment: number): void {
    this._attachments.delete(attachment);
  }

  /** Sends what was accepted, then closes. */
  end(): void {
    this._socket.end();
  }

  dispose(): void {
    if (this.isClosed) {
      return;
    }
    this._abort.abort();
    this._disposables.dispose();
    for (const open of [...this._attachments.values()]) {
      this.closeAttachment(open);
    }
    this._changes.clear();
    this._releaseDrainWaiters();
    this._socket.destroy();
    this._host.handleClosed(this);
  }

  private _write(frame: Uint8Array): void {
    if (this.isClosed || this._socket.writableEnded) {
      return;
    }
    this._socket.write(frame);
    if (this._socket.writableLength > clientLimits.unreadBytes) {
      this._host.log.warn(`A client took nothing of ${this._socket.writableLength} bytes; its connection is closed.`);
      this.dispose();
    }
  }

  private _handleDrain(): void {
    for (const { attachment, stream } of [...this._attachments.values()]) {
      stream.resume(attachment);
    }
    this.flushChanges();
    this._releaseDrainWaiters();
  }

  private _releaseDrainWaiters(): void {
    const waiters = this._drainWaiters;
    this._drainWaiters = [];
    for (const resolve of waiters) {
      resolve();
    }
  }

  private _handleData(chunk: Uint8Array): void {
    try {
      if (!this._isGreeted) {
        this._checkFirstLength(chunk);
      }
      this._decoder.push(chunk);
      // After our last word nothing that still comes counts.
      while (!this.isClosed && !this._socket.writableEnded) {
        const frame = this._decoder.tryRead();
        if (frame === undefined) {
          return;
        }
        if (this._isGreeted) {
          this._handleFrame(frame);
        } else {
          this._handleHello(frame);
        }
      }
    } catch (error) {
      this._host.log.warn(`A client's connection is closed: ${messageOf(error)}`);
      this.dispose();
    }
  }

  /** The length of the first frame is refused as soon as it is known, before what it announces is held in memory. */
  private _checkFirstLength(chunk: Uint8Array): void {
    if (this._head.length >= 4) {
      return;
    }
    this._head = Buffer.concat([this._head, chunk.subarray(0, 4 - this._head.length)]);
    if (this._head.length < 4) {
      return;
    }
    const length = new DataView(this._head.buffer, this._head.byteOffset).getUint32(0);
    if (length > clientLimits.helloBytes) {
      throw new RevenantError('protocol', `Its first frame says that it has ${length} bytes.`);
    }
  }

  private _handleHello(frame: Frame): void {
    if (frame.kind !== frameKind.json) {
      throw new RevenantError('protocol', `Its first frame is of kind ${frame.kind}.`);
    }
    const hello = decodeJson(clientHelloSchema, frame.payload);
    const answer = this._host.greet(hello);
    if (answer === undefined) {
      throw new RevenantError('unauthorized', 'It does not know the token.');
    }
    this._isGreeted = true;
    this._write(encodeFrame(frameKind.json, encodeJson(answer)));
    if (answer.protocol === 0) {
      this.end();
      return;
    }
    this._host.handleClient(this, hello);
  }

  private _handleFrame(frame: Frame): void {
    switch (frame.kind) {
      case frameKind.json:
        this._handleRequest(decodeJson(requestSchema, frame.payload));
        return;
      case frameKind.input: {
        const { stream, bytes } = decodeStream(frame.payload);
        const open = this._attachments.get(stream);
        open?.stream.handleInput(open.attachment, bytes);
        return;
      }
      case frameKind.ack: {
        const { stream, position } = decodePositioned(frame.payload);
        const open = this._attachments.get(stream);
        open?.stream.acknowledge(open.attachment, position);
        return;
      }
      default:
        throw new RevenantError('protocol', `It sent a frame of kind ${frame.kind}.`);
    }
  }

  private _handleRequest(request: Request): void {
    if (this._openRequests >= clientLimits.openRequests) {
      const message = `More than ${clientLimits.openRequests} requests are open on this connection.`;
      this.send({ type: 'error', id: request.id, error: { code: 'invalid-argument', message } });
      return;
    }
    this._openRequests++;
    void this._host.handleRequest(this, request).finally(() => this._openRequests--);
  }
}

/** Cuts bytes into parts of the size that goes into one frame. */
export function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += frameLimits.chunkBytes) {
    yield bytes.subarray(at, at + frameLimits.chunkBytes);
  }
}
