import { control } from './controlCharacters.ts';
import { concatBytes, countUnfinishedBytes } from './utf8Border.ts';

const nothing = new Uint8Array(0);

/** What would end the unfinished sequence in which the clients' terminals stand. */
const closers = {
  /** ST: carries out a string and abandons anything else, as the ESC of a following sequence would have. */
  escape: Uint8Array.of(control.esc, 0x5c),
  /** CAN: abandons a string, too, as a C1 control would have. */
  c1: Uint8Array.of(control.can),
} as const;

/** The scanner's output side: the stream with things left out, in views of the input where that is possible. */
export class ClientStream {
  private _bytes: Uint8Array = nothing;
  private _done = 0;
  private _pieces: Uint8Array[] = [];
  private _lastBytes: Uint8Array = nothing;
  private _closer: Uint8Array | undefined;

  /** True when clients stand between two sequences. */
  get isBetweenSequences(): boolean {
    return this._closer === undefined;
  }

  /** How many bytes of an unfinished character are at its end. */
  get unfinishedCharacter(): Uint8Array {
    return this._lastBytes.subarray(this._lastBytes.length - countUnfinishedBytes(this._lastBytes));
  }

  start(bytes: Uint8Array): void {
    this._bytes = bytes;
    this._done = 0;
    this._pieces = [];
  }

  passTo(position: number): void {
    if (position > this._done) {
      this._pieces.push(this._bytes.subarray(this._done, position));
      this._done = position;
    }
  }

  leaveOutTo(position: number): void {
    this._done = position;
  }

  insert(bytes: Uint8Array): void {
    if (bytes.length > 0) {
      this._pieces.push(bytes);
    }
  }

  /** The passed sequence is over, by itself or by the introducer of the next one. */
  noteEnd(by: 'own' | 'escape' | 'c1'): void {
    this._closer = by === 'own' ? undefined : closers[by];
  }

  /**
   * Ends the sequence that would have been ended by what is left out here, or the broken character: what comes next
   * must not be taken for its rest.
   */
  closeUnfinished(): void {
    const isBroken = countUnfinishedBytes(this._pieces.at(-1)?.subarray(-3) ?? this._lastBytes) > 0;
    this.insert(this._closer ?? (isBroken ? closers.escape : nothing));
    this._closer = undefined;
  }

  finish(): Uint8Array {
    const pieces = this._pieces;
    const only = pieces.length === 1 ? pieces[0] : undefined;
    const isUntouched = only?.buffer === this._bytes.buffer && only.length === this._bytes.length;
    const result = isUntouched ? this._bytes : (only ?? concatBytes(pieces));
    if (result.length > 0) {
      this._lastBytes = concatBytes([this._lastBytes, result.subarray(-3)]).slice(-3);
    }
    this._bytes = nothing;
    this._pieces = [];
    return result;
  }
}
