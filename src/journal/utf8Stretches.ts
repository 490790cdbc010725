import { journalLimits } from './journalLimits.ts';

/** A part of a byte string, from `start` to before `end`; `isText` when it is valid UTF-8. */
export interface Utf8Stretch {
  readonly isText: boolean;
  readonly start: number;
  readonly end: number;
}

/** How many bytes (0 to 3) at the end may be the beginning of a character whose rest is still to come. */
export function incompleteTailBytes(bytes: Uint8Array): number {
  const limit = Math.min(3, bytes.length);
  for (let back = 1; back <= limit; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) {
      return 0;
    }
    if (byte >= 0xc0) {
      return sequenceBytes(byte) > back ? back : 0;
    }
  }
  return 0;
}

/**
 * Cuts bytes that are not all valid UTF-8 into stretches that are and stretches that are not. A valid stretch that is
 * too short to be worth an event of its own goes with the invalid bytes beside it. The stretches cover everything.
 */
export function splitUtf8(bytes: Uint8Array): Utf8Stretch[] {
  const stretches: Utf8Stretch[] = [];
  /** Where invalid bytes that have no stretch yet begin; -1 when there are none. */
  let rawStart = -1;
  let textStart = 0;
  const endText = (end: number): void => {
    if (end - textStart < journalLimits.plainStretchBytes) {
      rawStart = rawStart < 0 ? textStart : rawStart;
      return;
    }
    if (rawStart >= 0) {
      stretches.push({ isText: false, start: rawStart, end: textStart });
      rawStart = -1;
    }
    stretches.push({ isText: true, start: textStart, end });
  };

  let at = 0;
  while (at < bytes.length) {
    const length = validSequenceBytes(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    endText(at);
    rawStart = rawStart < 0 ? at : rawStart;
    at += 1;
    textStart = at;
  }
  if (rawStart < 0) {
    return [{ isText: true, start: 0, end: bytes.length }];
  }
  endText(bytes.length);
  if (rawStart >= 0) {
    stretches.push({ isText: false, start: rawStart, end: bytes.length });
  }
  return stretches;
}

/** Length of the sequence that a lead byte announces; 0 for a byte that begins none. Unicode 16, table 3-7. */
function sequenceBytes(lead: number): number {
  if (lead < 0x80) {
    return 1;
  }
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Length of the well-formed sequence at `at`, 0 when there is none. Unicode 16, table 3-7. */
function validSequenceBytes(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = sequenceBytes(lead);
  if (length <= 1) {
    return length;
  }
  // The second byte's range keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
  const second = bytes[at + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) {
    return 0;
  }
  for (let i = 2; i < length; i++) {
    if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}
