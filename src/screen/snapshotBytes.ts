import { encodeUtf8 } from '../base/utf8.ts';
import { cellBits, cellWords, type EmulatorLine } from './xtermInternals.ts';

/** What a snapshot of a screen without lines above it takes; it doubles from there. */
const firstBytes = 16 * 1024;
const longestCharacterBytes = 4;

// Not looked up for each cell: most people meet this code before it is compiled.
const { count: wordsPerCell, fg: fgWord, bg: bgWord } = cellWords;
const { hasContent, codePoint: lastCodePoint, widthShift } = cellBits;
const oneColumn = 1 << widthShift;

/** VT bytes (UTF-8) that grow at their end. It takes cells as the emulator holds them, without a string for each. */
export class SnapshotBytes {
  private _bytes = new Uint8Array(firstBytes);
  private _length = 0;

  write(text: string): void {
    this._reserve(text.length);
    const bytes = this._bytes;
    const start = this._length;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) {
        // The rest, and this character whole.
        this._length = start + at;
        this.append(encodeUtf8(text.slice(at)));
        return;
      }
      bytes[start + at] = code;
    }
    this._length = start + text.length;
  }

  append(bytes: Uint8Array): void {
    this._reserve(bytes.length);
    this._bytes.set(bytes, this._length);
    this._length += bytes.length;
  }

  /**
   * Writes the characters of cells of a line that have the same colours and flags as the first of them: as far as each
   * cell is a single character in one or two columns before `to`. What is kept beside the line is not compared.
   * @returns the column after the last one that was written; `from` when there is none.
   */
  writeCells({ _data: words }: EmulatorLine, from: number, to: number): number {
    this._reserve((to - from) * longestCharacterBytes);
    const bytes = this._bytes;
    let word = from * wordsPerCell;
    const fg = words[word + fgWord];
    const bg = words[word + bgWord];
    let length = this._length;
    let col = from;
    while (col < to && words[word + fgWord] === fg && words[word + bgWord] === bg) {
      const content = words[word] ?? 0;
      if (content > oneColumn && content < oneColumn + 0x80) {
        bytes[length++] = content - oneColumn;
        col++;
        word += wordsPerCell;
        continue;
      }
      const character = content & hasContent;
      const width = content >>> widthShift;
      // With the bit for several characters it is beyond all code points.
      if (character === 0 || character > lastCodePoint || width === 0 || col + width > to) {
        break;
      }
      length = encodeCodePoint(bytes, length, character);
      col += width;
      word += width * wordsPerCell;
    }
    this._length = length;
    return col;
  }

  /** Everything that was written, in an array of its own. */
  toBytes(): Uint8Array {
    return this._bytes.slice(0, this._length);
  }

  private _reserve(moreBytes: number): void {
    const needed = this._length + moreBytes;
    if (needed > this._bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this._bytes.length));
      grown.set(this._bytes.subarray(0, this._length));
      this._bytes = grown;
    }
  }
}

/** UTF-8 (RFC 3629) of a code point; of a surrogate that of U+FFFD. @returns the offset behind it. */
function encodeCodePoint(bytes: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    bytes[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    bytes[at++] = 0xc0 | (codePoint >> 6);
  } else {
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    const valid = isSurrogate ? 0xfffd : codePoint;
    if (valid < 0x10000) {
      bytes[at++] = 0xe0 | (valid >> 12);
    } else {
      bytes[at++] = 0xf0 | (valid >> 18);
      bytes[at++] = 0x80 | ((valid >> 12) & 0x3f);
    }
    bytes[at++] = 0x80 | ((valid >> 6) & 0x3f);
    codePoint = valid;
  }
  bytes[at++] = 0x80 | (codePoint & 0x3f);
  return at;
}
