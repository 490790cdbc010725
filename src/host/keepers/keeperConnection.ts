import { connect, type Socket } from 'node:net';
import { RevenantError, messageOf } from '../../base/errors.ts';
import { decodePositioned, encodePositionHeader, encodeStreamHeader } from '../../protocol/binary.ts';
import { FrameDecoder, encodeFrame, frameLimits, type Frame } from '../../protocol/frame.ts';
import { decodeJson, encodeJson } from '../../protocol/json.ts';
import {
  keeperFrameKind,
  keeperLimits,
  keeperToHostSchema,
  type HostToKeeper,
  type KeeperToHost,
} from '../../protocol/keeperMessages.ts';

/**
 * A read of this size filled Node's buffer, so there is more. libuv would read up to 32 of them in one turn of the loop
 * (`uv__read`): 2 MiB of a flood, some 40 ms of work, before a key that was typed elsewhere gets its turn.
 */
const fullReadBytes = 64 * 1024;

/** How long a keeper may take to read what was sent before the goodbye. */
const goodbyeTimeoutMs = 2_000;

export interface KeeperMessageHandler {
  handleMessage(message: KeeperToHost): void;
  handleOutput(handle: number, offset: number, bytes: Uint8Array): void;
  /** Called once, when the connection ended without `close`; `cause` when it is known. */
  handleClose(cause: Error | undefined): void;
}

/** A socket to a keeper: frames in, frames out. What is sent after the end is dropped. */
export class KeeperConnection {
  private readonly _socket: Socket;
  private readonly _decoder = new FrameDecoder();
  private _handler: KeeperMessageHandler | undefined;

  private constructor(socket: Socket, handler: KeeperMessageHandler) {
    this._socket = socket;
    this._handler = handler;
    socket.on('data', (chunk: Uint8Array) => this._handleData(chunk));
    socket.on('error', (error) => this._handleClose(error));
    socket.once('close', () => this._handleClose(undefined));
  }

  /** Throws the system's error when nobody listens at the address. */
  static async open(address: string, handler: KeeperMessageHandler): Promise<KeeperConnection> {
    const socket = connect(address);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve();
      });
    });
    return new KeeperConnection(socket, handler);
  }

  send(message: HostToKeeper): void {
    this._write(encodeFrame(keeperFrameKind.json, encodeJson(message)));
  }

  /** False, and nothing is sent, when as much input as the keeper itself holds waits for the keeper to read it. */
  sendInput(handle: number, bytes: Uint8Array): boolean {
    if (!this._socket.writable || this._socket.writableLength + bytes.length > keeperLimits.pendingInputBytes) {
      return false;
    }
    for (let at = 0; at < bytes.length; at += frameLimits.chunkBytes) {
      const part = bytes.subarray(at, at + frameLimits.chunkBytes);
      this._write(encodeFrame(keeperFrameKind.input, encodeStreamHeader(handle), part));
    }
    return true;
  }

  sendAck(handle: number, offset: number): void {
    this._write(encodeFrame(keeperFrameKind.ack, encodePositionHeader(handle, offset)));
  }

  /** Closes when everything sent is out. Resolves when closed; the handler is not called any more. */
  async close(): Promise<void> {
    this._handler = undefined;
    if (this._socket.closed) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this._socket.destroy(), goodbyeTimeoutMs);
      this._socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this._socket.end();
      // An end that nobody reads would never be seen.
      this._socket.resume();
    });
  }

  /** Closes at once; the handler is not called any more. */
  destroy(): void {
    this._handler = undefined;
    this._socket.destroy();
  }

  private _write(frame: Uint8Array): void {
    if (this._socket.writable) {
      this._socket.write(frame);
    }
  }

  private _handleData(chunk: Uint8Array): void {
    if (this._handler === undefined) {
      return;
    }
    if (chunk.length >= fullReadBytes) {
      this._yield();
    }
    this._decoder.push(chunk);
    try {
      for (let frame = this._decoder.tryRead(); frame !== undefined; frame = this._decoder.tryRead()) {
        this._handleFrame(frame);
      }
    } catch (error) {
      this._socket.destroy();
      this._handleClose(error instanceof Error ? error : new Error(messageOf(error)));
    }
  }

  /** Reads on in the next turn of the loop, after everybody else. */
  private _yield(): void {
    this._socket.pause();
    setImmediate(() => this._socket.resume());
  }

  private _handleFrame(frame: Frame): void {
    switch (frame.kind) {
      case keeperFrameKind.json:
        this._handler?.handleMessage(decodeJson(keeperToHostSchema, frame.payload));
        return;
      case keeperFrameKind.output: {
        const { stream, position, bytes } = decodePositioned(frame.payload);
        this._handler?.handleOutput(stream, position, bytes);
        return;
      }
      default:
        throw new RevenantError('protocol', `The keeper sent a frame of kind ${frame.kind}, which does not exist.`);
    }
  }

  private _handleClose(cause: Error | undefined): void {
    const handler = this._handler;
    this._handler = undefined;
    handler?.handleClose(cause);
  }
}
