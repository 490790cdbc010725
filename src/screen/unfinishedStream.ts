import { StreamScanner } from './sequenceScanner.ts';
import { countUnfinishedBytes } from './utf8Border.ts';

const longestCharacterBytes = 4;
const nothing = new Uint8Array(0);

/**
 * Knows what is unfinished at the end of a stream, which the emulator that reads it keeps to itself. Mostly nothing is,
 * and to see that, the stream need not be scanned: the emulator is in ground state then, and a character ends there.
 * (Its word counts also where the scanner has another: a character beyond ASCII ends an APC string for it.)
 */
export class UnfinishedStream {
  /** Undefined while nothing is unfinished; else it has been given everything since. */
  private _scanner: StreamScanner | undefined;

  /** @param isGround whether the emulator is in ground state behind `piece`, which is not empty. */
  note(piece: Uint8Array, isGround: boolean): void {
    if (isGround && endsWithCharacter(piece)) {
      this._scanner = undefined;
      return;
    }
    this._scanner ??= new StreamScanner();
    this._scanner.push(piece);
  }

  /** As `StreamScanner.unfinished`. */
  bytes(): Uint8Array {
    return this._scanner?.unfinished() ?? nothing;
  }
}

/** False, too, where a short piece leaves it open. */
function endsWithCharacter(piece: Uint8Array): boolean {
  const isAscii = (piece.at(-1) ?? 0) < 0x80;
  return isAscii || (piece.length >= longestCharacterBytes && countUnfinishedBytes(piece) === 0);
}
