import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { randomUUID } from 'node:crypto';
import type { RunId } from '../../../src/base/ids.ts';
import { schema } from '../../../src/base/schema.ts';
import { decodePositioned, encodePositionHeader, encodeStreamHeader } from '../../../src/protocol/binary.ts';
import { FrameDecoder, encodeFrame } from '../../../src/protocol/frame.ts';
import { decodeJson, encodeJson } from '../../../src/protocol/json.ts';
import {
  keeperEndpointSchema,
  keeperFrameKind,
  keeperToHostSchema,
  type HostRestart,
  type HostToKeeper,
  type KeeperEndpoint,
  type KeeperToHost,
} from '../../../src/protocol/keeperMessages.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';
import { waitFor } from '../../support/waitFor.ts';

export const keeperScript = path.join(import.meta.dirname, '..', '..', '..', 'src', 'keeper', 'main.ts');

/** What programs in these tests get: nothing of the machine's but where programs are. */
export const testEnv: Record<string, string> = { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', LC_ALL: 'C' };

/** Its stdout is read, its errors go to the test's. */
type KeeperChild = ChildProcessByStdio<null, Readable, null>;

type Message<T extends KeeperToHost['type']> = Extract<KeeperToHost, { type: T }>;

/** A keeper process of its own, run from source, in a run directory of its own. Ends with the test. */
export class KeeperBox {
  readonly runDirectory: string;
  readonly child: KeeperChild;

  private constructor(runDirectory: string, child: KeeperChild) {
    this.runDirectory = runDirectory;
    this.child = child;
  }

  static async start(t: TestContext, directory?: string): Promise<KeeperBox> {
    const boxes: KeeperBox[] = [];
    // Before the directory is removed: hooks run in the order in which they are added, and a keeper makes it again.
    t.after(() => Promise.all(boxes.map((box) => box.end())));
    const runDirectory = directory ?? path.join(makeTempDirectory(t), 'run');
    const child = spawn(process.execPath, [keeperScript, '--run-dir', runDirectory, '--version', 'test'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const box = new KeeperBox(runDirectory, child);
    boxes.push(box);
    let output = '';
    child.stdout.on('data', (chunk: Uint8Array) => (output += Buffer.from(chunk).toString()));
    await waitFor('the keeper to be ready', () => output.endsWith('\n') || child.exitCode !== null);
    if (output !== 'ready\n') {
      throw new Error(`The keeper said: ${output}`);
    }
    return box;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get endpointFile(): string {
    return path.join(this.runDirectory, 'keepers', `${this.pid}.json`);
  }

  get endpoint(): KeeperEndpoint {
    return schema.parse(keeperEndpointSchema, JSON.parse(readFileSync(this.endpointFile, 'utf8')));
  }

  get token(): string {
    return readFileSync(path.join(this.runDirectory, 'token'), 'utf8');
  }

  /** A connection that has said nothing yet. */
  async dial(): Promise<RawHost> {
    return RawHost.dial(this.endpoint.address);
  }

  /** A connection that has shown the token, after the keeper's hello. */
  async connect(restart: HostRestart | null = null): Promise<RawHost> {
    const host = await this.dial();
    host.send({ type: 'hello', token: this.token, pid: process.pid, restart });
    await host.next('hello');
    return host;
  }

  async end(): Promise<void> {
    if (!this.hasEnded) {
      this.child.kill('SIGKILL');
      await waitFor('the keeper to end', () => this.hasEnded);
    }
  }
}

/** A host of which the test decides every frame. */
export class RawHost {
  readonly socket: Socket;
  readonly messages: KeeperToHost[] = [];
  /** Output by handle, checked to be without gap or overlap. */
  readonly output = new Map<number, { start: number; end: number; chunks: Uint8Array[] }>();
  isClosed = false;
  isAcknowledging = false;
  receivedBytes = 0;
  private readonly _decoder = new FrameDecoder();
  private _taken = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Uint8Array) => this._handleData(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  static dial(address: string): Promise<RawHost> {
    return new Promise((resolve, reject) => {
      const socket = connect(address, () => resolve(new RawHost(socket)));
      socket.once('error', reject);
    });
  }

  send(message: HostToKeeper): void {
    this.socket.write(encodeFrame(keeperFrameKind.json, encodeJson(message)));
  }

  input(handle: number, bytes: Uint8Array): void {
    this.socket.write(encodeFrame(keeperFrameKind.input, encodeStreamHeader(handle), bytes));
  }

  ack(handle: number, offset: number): void {
    this.socket.write(encodeFrame(keeperFrameKind.ack, encodePositionHeader(handle, offset)));
  }

  /** The next message of this type that was not taken yet; those of other types before it are skipped. */
  async next<T extends KeeperToHost['type']>(type: T, limitMs?: number): Promise<Message<T>> {
    return waitFor(
      `a message "${type}"`,
      () => {
        const index = this.messages.findIndex((message, at) => at >= this._taken && message.type === type);
        if (index < 0) {
          return undefined;
        }
        this._taken = index + 1;
        return this.messages[index] as Message<T>;
      },
      limitMs,
    );
  }

  /** Spawns `sh -c script` and, unless told otherwise, asks for its output. */
  async run(script: string, options: { resume?: boolean; cols?: number } = {}): Promise<Message<'spawned'>> {
    const run = randomUUID() as RunId;
    const { cols = 80 } = options;
    this.send({ type: 'spawn', run, file: '/bin/sh', args: ['-c', script], cwd: '/', env: testEnv, cols, rows: 24 });
    const spawned = await this.next('spawned');
    if (options.resume !== false) {
      this.send({ type: 'resume', handle: spawned.handle, offset: 0 });
    }
    return spawned;
  }

  text(handle: number): string {
    return this.bytes(handle).toString('latin1');
  }

  bytes(handle: number): Buffer {
    return Buffer.concat(this.output.get(handle)?.chunks ?? []);
  }

  async waitForText(handle: number, text: string): Promise<void> {
    await waitFor(`the output "${text}"`, () => this.text(handle).includes(text));
  }

  /** As if this host was killed. */
  drop(): void {
    this.socket.destroy();
  }

  private _handleData(chunk: Uint8Array): void {
    this.receivedBytes += chunk.length;
    this._decoder.push(chunk);
    for (let frame = this._decoder.tryRead(); frame !== undefined; frame = this._decoder.tryRead()) {
      if (frame.kind === keeperFrameKind.json) {
        this.messages.push(decodeJson(keeperToHostSchema, frame.payload));
        continue;
      }
      const { stream, position, bytes } = decodePositioned(frame.payload);
      const output = this.output.get(stream) ?? { start: position, end: position, chunks: [] };
      if (output.end !== position) {
        throw new Error(`Output goes on at ${position}; ${output.end} was next.`);
      }
      this.output.set(stream, output);
      output.chunks.push(bytes);
      output.end += bytes.length;
      if (this.isAcknowledging) {
        this.ack(stream, output.end);
      }
    }
  }
}
