import { type Socket, connect } from 'node:net';
import type { TestContext } from 'node:test';
import { Emitter } from '../../../src/base/event.ts';
import {
  decodePositioned,
  decodeStream,
  encodePositionHeader,
  encodeStreamHeader,
} from '../../../src/protocol/binary.ts';
import { type Frame, FrameDecoder, encodeFrame } from '../../../src/protocol/frame.ts';
import {
  type ClientHello,
  type HostEvent,
  type HostHello,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  frameKind,
  hostHelloSchema,
  hostMessageSchema,
  snapshotFlag,
} from '../../../src/protocol/hostMessages.ts';
import { decodeJson, encodeJson } from '../../../src/protocol/json.ts';
import { nextEvent, waitFor } from '../../support/waitFor.ts';

/** Something that came for an attachment, in the order in which it came. */
export type Part =
  | { readonly kind: 'snapshot'; readonly position: number; readonly flags: number; readonly bytes: Buffer }
  | { readonly kind: 'output'; readonly position: number; readonly bytes: Buffer }
  | { readonly kind: 'event'; readonly event: HostEvent };

/** A client that speaks the wire by hand, so that it can also misbehave. It acknowledges nothing by itself. */
export class RawClient {
  readonly socket: Socket;
  readonly events: HostEvent[] = [];
  readonly parts: Part[] = [];
  /** Bulk parts by request. */
  readonly bulk = new Map<number, Buffer[]>();
  isClosed = false;
  bytesReceived = 0;
  private readonly _decoder = new FrameDecoder();
  private readonly _onFrame = new Emitter<Frame>();
  private readonly _onPart = new Emitter<Part>();
  private readonly _answers = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private _isGreeted = false;
  private _lastRequest = 0;

  readonly onPart = this._onPart.event;

  constructor(t: TestContext, address: string) {
    this.socket = connect(address);
    t.after(() => this.socket.destroy());
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
      for (const answer of this._answers.values()) {
        answer.reject(new Error('The connection closed.'));
      }
    });
    this.socket.on('data', (chunk) => {
      this.bytesReceived += chunk.length;
      this._decoder.push(chunk);
      for (let frame = this._decoder.tryRead(); frame !== undefined; frame = this._decoder.tryRead()) {
        this._handleFrame(frame);
      }
    });
  }

  /** Connects and says hello. */
  static async greet(t: TestContext, address: string, hello: Partial<ClientHello> & { token: string }) {
    const client = new RawClient(t, address);
    return { client, hello: await client.sayHello(hello) };
  }

  async sayHello(hello: Partial<ClientHello> & { token: string }): Promise<HostHello> {
    const answer = nextEvent('the hello of the host', this._onFrame.event);
    this.sendJson({
      type: 'hello',
      newest: 1,
      oldest: 1,
      version: '0.0.0',
      builtAt: 0,
      client: 'cli',
      intent: 'connect',
      ...hello,
    });
    return decodeJson(hostHelloSchema, (await answer).payload);
  }

  sendJson(message: object): void {
    this.socket.write(encodeFrame(frameKind.json, encodeJson(message)));
  }

  request<M extends RequestMethod>(method: M, params: RequestParams<M>): Promise<RequestResult<M>> {
    return this.requestAnything(method, params) as Promise<RequestResult<M>>;
  }

  requestAnything(method: string, params: unknown): Promise<unknown> {
    const id = ++this._lastRequest;
    return new Promise((resolve, reject) => {
      this._answers.set(id, { resolve, reject });
      this.sendJson({ type: 'request', id, method, params });
    });
  }

  /** A request whose answer is bulk. */
  async read<M extends 'capture' | 'history'>(method: M, params: RequestParams<M>): Promise<Buffer> {
    const answer = this.request(method, params);
    const id = this._lastRequest;
    await answer;
    return Buffer.concat(this.bulk.get(id) ?? []);
  }

  input(attachment: number, text: string): void {
    this.socket.write(encodeFrame(frameKind.input, encodeStreamHeader(attachment), Buffer.from(text)));
  }

  acknowledge(attachment: number, position: number): void {
    this.socket.write(encodeFrame(frameKind.ack, encodePositionHeader(attachment, position)));
  }

  /** What the client's terminal was given since the newest snapshot, which it starts with. */
  shown(): Buffer {
    const first = this.parts.findLastIndex(
      (part) => part.kind === 'snapshot' && (part.flags & snapshotFlag.first) !== 0,
    );
    return Buffer.concat(
      this.parts.slice(Math.max(first, 0)).flatMap((part) => (part.kind === 'event' ? [] : [part.bytes])),
    );
  }

  /** Position up to which it was given everything. */
  get position(): number {
    const last = this.parts.findLast((part) => part.kind !== 'event');
    return last?.kind === 'output' || last?.kind === 'snapshot' ? last.position : 0;
  }

  async closed(): Promise<void> {
    await waitFor('the connection to be closed', () => this.isClosed);
  }

  private _handleFrame(frame: Frame): void {
    if (!this._isGreeted) {
      this._isGreeted = true;
      this._onFrame.fire(frame);
      return;
    }
    switch (frame.kind) {
      case frameKind.json:
        this._handleMessage(frame.payload);
        return;
      case frameKind.output: {
        const { position, bytes } = decodePositioned(frame.payload);
        this._addPart({ kind: 'output', position, bytes: Buffer.from(bytes) });
        return;
      }
      case frameKind.snapshot: {
        const { position, bytes } = decodePositioned(frame.payload);
        this._addPart({ kind: 'snapshot', position, flags: bytes[0] ?? 0, bytes: Buffer.from(bytes.subarray(1)) });
        return;
      }
      case frameKind.bulk: {
        const { stream, bytes } = decodeStream(frame.payload);
        this.bulk.set(stream, [...(this.bulk.get(stream) ?? []), Buffer.from(bytes)]);
        return;
      }
    }
  }

  private _handleMessage(payload: Uint8Array): void {
    const message = decodeJson(hostMessageSchema, payload);
    switch (message.type) {
      case 'event':
        this.events.push(message.event);
        if (message.event.kind.startsWith('attachment-')) {
          this._addPart({ kind: 'event', event: message.event });
        }
        return;
      case 'result':
        this._answers.get(message.id)?.resolve(message.result);
        this._answers.delete(message.id);
        return;
      case 'error':
        this._answers
          .get(message.id)
          ?.reject(Object.assign(new Error(message.error.message), { code: message.error.code }));
        this._answers.delete(message.id);
        return;
    }
  }

  private _addPart(part: Part): void {
    this.parts.push(part);
    this._onPart.fire(part);
  }
}
