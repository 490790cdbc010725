import { control } from './controlCharacters.ts';

/** Bytes that mean nothing in ground state: 1. The others are ESC, BEL, ENQ, SO, SI and the lead of C1. */
export const isPlain = new Uint8Array(256).fill(1);
for (const byte of [control.esc, control.bel, control.enq, control.so, control.si, control.c1Lead]) {
  isPlain[byte] = 0;
}

/**
 * After SGR or EL, if that is what the ESC at `at` begins and it is all there before `end`: most of what coloured output
 * has besides text, and nothing that anybody has to hear of.
 */
export function endOfPlainSequence(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (at + 2 >= end || bytes[at + 1] !== 0x5b) {
    return undefined;
  }
  let next = at + 2;
  let byte = bytes[next] ?? 0;
  while (byte >= 0x30 && byte <= 0x3b && next < end) {
    byte = bytes[++next] ?? 0;
  }
  return next < end && (byte === 0x6d || byte === 0x4b) ? next + 1 : undefined;
}
