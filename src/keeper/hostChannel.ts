import type { Socket } from 'node:net';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { decodePositioned, decodeStream, encodePositionHeader } from '../protocol/binary.ts';
import { encodeFrame, encodeFrameHead, type Frame, type FrameDecoder } from '../protocol/frame.ts';
import { decodeJson, encodeJson } from '../protocol/json.ts';
import {
  hostToKeeperSchema,
  keeperFrameKind,
  type HostToKeeper,
  type KeeperToHost,
} from '../protocol/keeperMessages.ts';

/**
 * Output that waits for the system to take it; beyond it the rest stays in the processes' buffers. An echo goes behind it,
 * so it is little: one piece of a flood. The host is kept busy by what the system itself holds (208 KiB on Linux).
 */
const socketQueueBytes = 64 * 1024;

/** Output that is shorter is copied to its header: two pieces for the system cost more. */
const copyBelowBytes = 4 * 1024;

/** How long a host may take to read the last of what was sent to it. */
const goodbyeTimeoutMs = 5_000;

/** What a host asks for. A handler that throws ends the connection: the host broke the protocol. */
export interface HostRequests {
  handleMessage(message: HostToKeeper): void;
  handleInput(handle: number, bytes: Uint8Array): void;
  handleAck(handle: number, offset: number): void;
  /** There is room for output again. */
  handleDrain(): void;
  /** Called once, when the connection ended without `close`. */
  handleClose(): void;
}

/** The connection to a host that has shown the token. */
export class HostChannel {
  private readonly _socket: Socket;
  private readonly _decoder: FrameDecoder;
  private readonly _log: Log;
  private _requests: HostRequests | undefined;

  /** @param decoder has what came after the hello. */
  constructor(socket: Socket, decoder: FrameDecoder, log: Log) {
    this._socket = socket;
    this._decoder = decoder;
    this._log = log;
  }

  /** Starts to hand out what the host asks for. */
  start(requests: HostRequests): void {
    this._requests = requests;
    this._socket.on('data', (chunk: Uint8Array) => {
      this._decoder.push(chunk);
      this._readFrames();
    });
    this._socket.on('drain', () => this._requests?.handleDrain());
    this._socket.once('close', () => this._handleClose());
    this._readFrames();
  }

  /** False when output would pile up in the socket; `handleDrain` follows then. */
  get hasRoom(): boolean {
    return this._socket.writable && this._socket.writableLength < socketQueueBytes;
  }

  send(message: KeeperToHost): void {
    this._write(encodeFrame(keeperFrameKind.json, encodeJson(message)));
  }

  /** The bytes must not change afterwards: a large piece is not copied before the socket has taken it. */
  sendOutput(handle: number, offset: number, bytes: Uint8Array): void {
    const position = encodePositionHeader(handle, offset);
    if (bytes.length < copyBelowBytes) {
      this._write(encodeFrame(keeperFrameKind.output, position, bytes));
      return;
    }
    // Corked, the two are one call of the system.
    this._socket.cork();
    this._write(encodeFrameHead(keeperFrameKind.output, bytes.length, position));
    this._write(bytes);
    this._socket.uncork();
  }

  /** Says that another host takes over, and closes. */
  supersede(): void {
    this.send({ type: 'superseded' });
    this.close();
  }

  /** Closes when what was sent is out. Nothing that the host still sends is heard, and `handleClose` is not called. */
  close(): void {
    this._requests = undefined;
    this._socket.destroySoon();
    const timer = setTimeout(() => this._socket.destroy(), goodbyeTimeoutMs);
    this._socket.once('close', () => clearTimeout(timer));
  }

  /** Closes at once; `handleClose` is called. */
  destroy(): void {
    this._socket.destroy();
  }

  private _write(frame: Uint8Array): void {
    if (this._socket.writable) {
      this._socket.write(frame);
    }
  }

  private _readFrames(): void {
    try {
      for (let frame = this._tryRead(); frame !== undefined; frame = this._tryRead()) {
        this._handleFrame(frame);
      }
    } catch (error) {
      this._log.warn(`A host's connection is closed: ${messageOf(error)}`);
      this._socket.destroy();
      this._handleClose();
    }
  }

  private _tryRead(): Frame | undefined {
    return this._requests === undefined ? undefined : this._decoder.tryRead();
  }

  private _handleFrame(frame: Frame): void {
    switch (frame.kind) {
      case keeperFrameKind.json:
        this._requests?.handleMessage(decodeJson(hostToKeeperSchema, frame.payload));
        return;
      case keeperFrameKind.input: {
        const { stream, bytes } = decodeStream(frame.payload);
        this._requests?.handleInput(stream, bytes);
        return;
      }
      case keeperFrameKind.ack: {
        const { stream, position } = decodePositioned(frame.payload);
        this._requests?.handleAck(stream, position);
        return;
      }
      default:
        throw new Error(`It sent a frame of kind ${frame.kind}, which does not exist.`);
    }
  }

  private _handleClose(): void {
    const requests = this._requests;
    this._requests = undefined;
    requests?.handleClose();
  }
}
