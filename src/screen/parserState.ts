/**
 * States of the parser for DEC-compatible terminals (https://vt100.net/emu/dec_ansi_parser) as xterm.js has them. Kept
 * as small integers, since the scanner is in the path of every byte.
 */
export const parserState = {
  ground: 0,
  escape: 1,
  escapeIntermediate: 2,
  csiEntry: 3,
  csiParameter: 4,
  csiIntermediate: 5,
  csiIgnore: 6,
  dcsEntry: 7,
  dcsParameter: 8,
  dcsIntermediate: 9,
  // From here on: strings, in which everything is content until a terminator.
  osc: 10,
  dcsPassthrough: 11,
  dcsIgnore: 12,
  apc: 13,
  /** SOS and PM. */
  ignoredString: 14,
} as const;

export type ParserState = (typeof parserState)[keyof typeof parserState];

export function isStringState(state: ParserState): boolean {
  return state >= parserState.osc;
}

/** Where a C1 control, or ESC and the same code less 0x40, leads; undefined when it begins no sequence. */
export function stateOfIntroducer(c1: number): ParserState | undefined {
  switch (c1) {
    case 0x90:
      return parserState.dcsEntry;
    case 0x98:
    case 0x9e:
      return parserState.ignoredString;
    case 0x9b:
      return parserState.csiEntry;
    case 0x9d:
      return parserState.osc;
    case 0x9f:
      return parserState.apc;
    default:
      return undefined;
  }
}
