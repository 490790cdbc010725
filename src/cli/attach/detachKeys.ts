import { usageError } from '../parseArguments.ts';

/** A key as a terminal sends it: one character, perhaps with Ctrl. */
export interface DetachKey {
  /** What an ordinary terminal sends. */
  readonly byte: number;
  /** The character's code in the sequences of the kitty keyboard protocol and of xterm's modifyOtherKeys. */
  readonly codePoint: number;
  readonly hasCtrl: boolean;
}

export const defaultDetachKeys = 'ctrl-\\ ctrl-\\';

const namedKeys: Readonly<Record<string, number>> = { esc: 0x1b, enter: 0x0d, tab: 0x09, space: 0x20 };

/**
 * Reads keys such as `ctrl-\ ctrl-\`, `ctrl-a d`, `^] q`, `esc esc`: separated by spaces, each a printable ASCII
 * character, a name, or one of them with Ctrl. Throws `invalid-argument` that names the key.
 */
export function parseDetachKeys(text: string): readonly DetachKey[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) {
    throw usageError('the detach key is empty');
  }
  return words.map(parseKey);
}

function parseKey(word: string): DetachKey {
  const ctrl = /^(?:(?:ctrl|c)[-+]|\^)(.+)$/i.exec(word)?.[1];
  if (ctrl === undefined) {
    const byte = namedKeys[word.toLowerCase()] ?? printableByte(word);
    if (byte === undefined) {
      throw unknownKey(word);
    }
    return { byte, codePoint: byte, hasCtrl: false };
  }
  // Many write the backslash twice, as shells and JSON want it.
  const name = ctrl === '\\\\' ? '\\' : ctrl.toLowerCase();
  const codePoint = name === 'space' ? 0x20 : printableByte(name);
  // ECMA-48: Ctrl gives the control characters for @, A to Z, [, \, ], ^ and _; terminals send NUL for Ctrl+Space.
  if (codePoint === undefined || !/^[a-z@[\\\]^_ ]$/.test(String.fromCharCode(codePoint))) {
    throw unknownKey(word);
  }
  return { byte: codePoint & 0x1f, codePoint, hasCtrl: true };
}

function printableByte(text: string): number | undefined {
  const code = text.length === 1 ? text.charCodeAt(0) : 0;
  return code > 0x20 && code < 0x7f ? code : undefined;
}

function unknownKey(word: string): Error {
  return usageError(`"${word}" is no key that can detach; write for instance "ctrl-a d" or "ctrl-\\ ctrl-\\"`);
}
