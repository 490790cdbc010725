import { encodeJson } from '../../protocol/json.ts';
import type { HostToKeeper } from '../../protocol/keeperMessages.ts';
import type { KeeperConnection } from './keeperConnection.ts';

/** A large paste; the keeper is back within milliseconds, or not at all. Beyond it input is dropped, and the user told. */
const outboxLimitBytes = 1024 * 1024;

/** What a tiny piece of input costs in memory besides its bytes. */
const pieceOverheadBytes = 256;

type Held =
  | { readonly kind: 'input'; readonly handle: number; readonly bytes: Uint8Array }
  | { readonly kind: 'message'; readonly message: HostToKeeper };

/** What is typed, resized and signalled while the connection to a keeper is made again, in order. */
export class KeeperOutbox {
  private _held: Held[] = [];
  private _heldBytes = 0;

  /** False, holding nothing, when it is full. */
  holdInput(handle: number, bytes: Uint8Array): boolean {
    // A copy: it may be a view into what was read from a client.
    return this._hold({ kind: 'input', handle, bytes: new Uint8Array(bytes) }, bytes.length);
  }

  /** False, holding nothing, when it is full. */
  holdMessage(message: HostToKeeper): boolean {
    return this._hold({ kind: 'message', message }, encodeJson(message).length);
  }

  /** True when the keeper is still to hear that it may forget this process: it names it until then. */
  holdsForget(handle: number): boolean {
    return this._held.some(
      (item) => item.kind === 'message' && item.message.type === 'forget' && item.message.handle === handle,
    );
  }

  /** Sends and forgets what is held. `handleDropped` gets the input that the connection does not take. */
  flush(connection: KeeperConnection, handleDropped: (handle: number, bytes: number) => void): void {
    const held = this._held;
    this.clear();
    for (const item of held) {
      if (item.kind === 'message') {
        connection.send(item.message);
      } else if (!connection.sendInput(item.handle, item.bytes)) {
        handleDropped(item.handle, item.bytes.length);
      }
    }
  }

  clear(): void {
    this._held = [];
    this._heldBytes = 0;
  }

  private _hold(item: Held, bytes: number): boolean {
    const cost = bytes + pieceOverheadBytes;
    if (this._heldBytes + cost > outboxLimitBytes) {
      return false;
    }
    this._heldBytes += cost;
    this._held.push(item);
    return true;
  }
}
