/**
 * One case of the differential test, as it is kept on disk: a terminal's size and what happens to it, in order. A
 * string is output; bytes that are no UTF-8, such as half a character, stand in it as U+DC80 to U+DCFF.
 */
export interface Case {
  readonly cols: number;
  readonly rows: number;
  readonly scrollback: number;
  readonly steps: readonly Step[];
}

export type Step =
  | string
  /** The terminal gets another size: columns, rows. */
  | { readonly resize: readonly [number, number] }
  /** The stream is cut here: a snapshot with so many lines above the screen, at most, goes into a fresh terminal. */
  | { readonly snapshot: number }
  /** All terminals must be equal here. They must at each snapshot and at the end, too. */
  | { readonly check: true };

/** A case that has failed once and is tried for ever. */
export interface KeptCase extends Case {
  /** What it shows, in words. */
  readonly title: string;
  /** From which it was made, before it was made small; absent when a person wrote it. */
  readonly seed?: number;
  /** What differed when it was found. */
  readonly differed: string;
}

const rawByte = { first: 0xdc80, last: 0xdcff, offset: 0xdc00 } as const;

/** The bytes of a step's output. */
export function bytesOf(text: string): Uint8Array {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isSecondOfPair = at > 0 && /[\ud800-\udbff]/.test(text.charAt(at - 1)) && unit >= 0xdc00;
    if (unit >= rawByte.first && unit <= rawByte.last && !isSecondOfPair) {
      parts.push(Buffer.from(text.slice(start, at)), Buffer.of(unit - rawByte.offset));
      start = at + 1;
    }
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(start))]);
}

/** The reverse. */
export function textOf(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthOfCharacter(bytes, at);
    text +=
      length === 0
        ? String.fromCharCode(rawByte.offset + (bytes[at] ?? 0))
        : Buffer.from(bytes.subarray(at, at + length)).toString();
    at += Math.max(1, length);
  }
  return text;
}

/** Of the UTF-8 character that begins here; 0 when there is none. */
function lengthOfCharacter(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const slice = Buffer.from(bytes.subarray(at, at + length));
  return slice.length === length && Buffer.from(slice.toString()).equals(slice) ? length : 0;
}
