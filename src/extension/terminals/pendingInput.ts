import { encodeUtf8 } from '../../base/utf8.ts';

/** What is typed while the host is not connected. A restart of the host takes a second; more than this nobody types then. */
const limitBytes = 64 * 1024;

/** Keeps input for a moment in which it cannot be sent. When it is full further input is dropped. */
export class PendingInput {
  private _chunks: Uint8Array[] = [];
  private _bytes = 0;

  push(input: string): void {
    const chunk = encodeUtf8(input);
    if (this._bytes + chunk.length <= limitBytes) {
      this._chunks.push(chunk);
      this._bytes += chunk.length;
    }
  }

  /** Takes out everything, in order. */
  take(): readonly Uint8Array[] {
    const chunks = this._chunks;
    this._chunks = [];
    this._bytes = 0;
    return chunks;
  }
}
