/**
 * How many bytes at the end of `bytes` are the beginning of a UTF-8 character whose rest is missing: 0 to 3. At most
 * the last three bytes are looked at.
 */
export function countUnfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) {
      return 0;
    }
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      const isBegun = byte >= 0xc2 && byte <= 0xf4 && back < needed;
      return isBegun && (back === 1 || canFollow(byte, bytes[bytes.length - back + 1] ?? 0)) ? back : 0;
    }
  }
  return 0;
}

/**
 * Some second bytes would make a longer form, a surrogate or something beyond U+10FFFF: with them the character is
 * broken at once, and a decoder has replaced it already (Unicode, table 3-7).
 */
function canFollow(first: number, second: number): boolean {
  switch (first) {
    case 0xe0:
      return second >= 0xa0;
    case 0xed:
      return second <= 0x9f;
    case 0xf0:
      return second >= 0x90;
    case 0xf4:
      return second <= 0x8f;
    default:
      return true;
  }
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
