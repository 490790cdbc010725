import type { Writable } from 'node:stream';
import type { Disposable } from '../base/disposable.ts';
import type { HostConnection } from '../client/hostConnection.ts';

/** Resolves when the stream has taken the data. Errors come as the stream's `error` event, which `main` handles. */
export function writeOut(stream: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    stream.write(data, () => resolve());
  });
}

export function writeLine(stream: Writable, line: string): Promise<void> {
  return writeOut(stream, `${line}\n`);
}

export function writeJson(stream: Writable, value: unknown): Promise<void> {
  return writeLine(stream, JSON.stringify(value, undefined, 2));
}

/**
 * Takes the parts of a long answer to a stream. While the stream is full nothing more is read from the host, so the
 * memory that this takes is bounded by the stream's own buffer and one read of the socket.
 */
export class BulkWriter {
  private readonly _stream: Writable;
  private readonly _connection: HostConnection;
  private _pause: Disposable | undefined;
  private _lastByte: number | undefined;

  constructor(stream: Writable, connection: HostConnection) {
    this._stream = stream;
    this._connection = connection;
  }

  readonly write = (bytes: Uint8Array): void => {
    this._lastByte = bytes.at(-1) ?? this._lastByte;
    if (!this._stream.write(bytes) && this._pause === undefined) {
      this._pause = this._connection.pauseReading();
      this._stream.once('drain', () => {
        this._pause?.dispose();
        this._pause = undefined;
      });
    }
  };

  /** Resolves when everything is out, with a line feed at the end of text that has none. */
  async finish(options: { readonly endLine: boolean }): Promise<void> {
    const needsEnd = options.endLine && this._lastByte !== undefined && this._lastByte !== 0x0a;
    await writeOut(this._stream, needsEnd ? '\n' : '');
  }
}
