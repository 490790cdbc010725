import { createServer, type Server, type Socket } from 'node:net';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import { Emitter, type Event } from '../../../src/base/event.ts';
import type { SessionId } from '../../../src/base/ids.ts';
import { newSocketAddress, type RevenantPaths } from '../../../src/platform/paths.ts';
import { writePrivateFile } from '../../../src/platform/privateFiles.ts';
import { encodePositionHeader, encodeStreamHeader } from '../../../src/protocol/binary.ts';
import { encodeFrame, type Frame, FrameDecoder } from '../../../src/protocol/frame.ts';
import {
  type Build,
  type ClientHello,
  clientHelloSchema,
  frameKind,
  type HostEvent,
  type Request,
  requestSchema,
} from '../../../src/protocol/hostMessages.ts';
import { decodeJson, encodeJson } from '../../../src/protocol/json.ts';
import type { SessionInfo } from '../../../src/protocol/sessionInfo.ts';

/** One client of a fake host: what it said, and the means to say anything to it. */
export class FakeClient {
  readonly socket: Socket;
  hello: ClientHello | undefined;
  readonly requests: Request[] = [];
  readonly frames: Frame[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
  }

  frame(kind: number, ...parts: readonly Uint8Array[]): void {
    this.socket.write(encodeFrame(kind, ...parts));
  }

  json(message: object): void {
    this.frame(frameKind.json, encodeJson(message));
  }

  result(id: number, result: unknown): void {
    this.json({ type: 'result', id, result });
  }

  event(event: HostEvent): void {
    this.json({ type: 'event', event });
  }

  output(attachment: number, position: number, text: string): void {
    this.frame(frameKind.output, encodePositionHeader(attachment, position), Buffer.from(text));
  }

  snapshot(attachment: number, position: number, flags: number, text: string): void {
    const head = encodePositionHeader(attachment, position);
    this.frame(frameKind.snapshot, head, Uint8Array.of(flags), Buffer.from(text));
  }

  bulk(request: number, text: string): void {
    this.frame(frameKind.bulk, encodeStreamHeader(request), Buffer.from(text));
  }
}

export interface FakeHostOptions {
  readonly build?: Build;
  readonly protocol?: number;
  /** What it does with a hello; default: it answers. */
  readonly greet?: (client: FakeClient, hello: ClientHello) => 'answer' | 'close' | 'silence';
  /** Called for each request; default: nothing is answered. */
  readonly answer?: (client: FakeClient, request: Request) => void;
}

/** A host of the test's own over a real socket. It runs in this process and says exactly what the test wants. */
export class FakeHost {
  readonly clients: FakeClient[] = [];
  readonly address: string;
  private readonly _options: FakeHostOptions;
  private readonly _server: Server;
  private readonly _onDidGreet = new Emitter<FakeClient>();
  readonly onDidGreet: Event<FakeClient> = this._onDidGreet.event;

  private constructor(address: string, options: FakeHostOptions) {
    this.address = address;
    this._options = options;
    this._server = createServer((socket) => this._handleClient(socket));
  }

  /** Listens, and publishes itself in the run directory (which must be there) as a live process. */
  static async start(t: TestContext, paths: RevenantPaths, options: FakeHostOptions = {}): Promise<FakeHost> {
    const host = new FakeHost(newSocketAddress(paths.run, 'fake'), options);
    await new Promise<void>((resolve) => host._server.listen(host.address, resolve));
    t.after(() => host.stop());
    const build = options.build ?? { version: '0.0.0', builtAt: 0 };
    const endpoint = { pid: process.pid, ...build, address: host.address };
    await writePrivateFile(path.join(paths.run, 'host.json'), JSON.stringify(endpoint));
    return host;
  }

  /** Ends every connection and listens no more. */
  async stop(): Promise<void> {
    for (const client of this.clients) {
      client.socket.destroy();
    }
    if (this._server.listening) {
      await new Promise<void>((resolve) => this._server.close(() => resolve()));
    }
  }

  private _handleClient(socket: Socket): void {
    const client = new FakeClient(socket);
    const decoder = new FrameDecoder();
    this.clients.push(client);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Uint8Array) => {
      decoder.push(chunk);
      for (let frame = decoder.tryRead(); frame !== undefined; frame = decoder.tryRead()) {
        this._handleFrame(client, frame);
      }
    });
  }

  private _handleFrame(client: FakeClient, frame: Frame): void {
    if (client.hello === undefined) {
      client.hello = decodeJson(clientHelloSchema, frame.payload);
      this._greet(client, client.hello);
      return;
    }
    if (frame.kind !== frameKind.json) {
      client.frames.push({ kind: frame.kind, payload: frame.payload.slice() });
      return;
    }
    const request = decodeJson(requestSchema, frame.payload);
    client.requests.push(request);
    this._options.answer?.(client, request);
  }

  private _greet(client: FakeClient, hello: ClientHello): void {
    const { build = { version: '0.0.0', builtAt: 0 }, protocol = 1, greet } = this._options;
    switch (greet?.(client, hello) ?? 'answer') {
      case 'answer':
        client.json({ type: 'hello', protocol, newest: protocol, oldest: protocol, ...build, pid: process.pid });
        this._onDidGreet.fire(client);
        return;
      case 'close':
        client.socket.destroy();
        return;
      case 'silence':
        return;
    }
  }
}

/** A session as a host tells of it. */
export function makeSession(changes: Partial<Omit<SessionInfo, 'id'>> & { readonly id?: string } = {}): SessionInfo {
  return {
    displayName: '1',
    isNamed: false,
    state: 'running',
    pid: 4711,
    exitCode: null,
    signal: null,
    shell: '/bin/sh',
    args: [],
    cwd: '/',
    cols: 80,
    rows: 24,
    createdAt: 1_000,
    lastActivity: 2_000,
    endedAt: null,
    connectionCount: 0,
    title: '',
    program: 'sh',
    workspace: null,
    historyBytes: 0,
    problem: null,
    ...changes,
    id: (changes.id ?? '0f4f5a3c-9d2e-4c57-8b1a-3f6f6f0c1d2e') as SessionId,
  };
}
