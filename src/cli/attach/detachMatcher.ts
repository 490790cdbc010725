import type { DetachKey } from './detachKeys.ts';

/** What came in from the keyboard: one byte, or one escape sequence that stands for one key. */
interface Token {
  readonly bytes: Uint8Array;
  readonly isKey: (key: DetachKey) => boolean;
  /** A key that is let go, or Ctrl itself: between two detach keys it counts for nothing. */
  readonly isNeutral: boolean;
}

/**
 * A program may have switched the terminal to the kitty keyboard protocol or to xterm's modifyOtherKeys; then Ctrl+\
 * arrives as `CSI 92;5u` or `CSI 27;5;92~`. https://sw.kovidgoyal.net/kitty/keyboard-protocol/
 */
const keySequence = /\x1b\[(?:27;(\d+);(\d+)~|(\d+)(?::\d*)*(?:;(\d*)(?::(\d+))?)?(?:;[\d:]*)?u)/y;

const escape = 0x1b;
/** Bits of the modifiers that a sequence tells, less one: shift 1, alt 2, ctrl 4, super 8, hyper 16, meta 32. */
const ctrlBit = 4;
/** Caps lock and num lock change nothing about which key it is. */
const lockBits = 64 | 128;
/** Kitty's key codes of Shift, Ctrl, Alt and so on. */
const firstModifierKey = 57441;
const lastModifierKey = 57454;
const releaseEvent = 3;

/**
 * Finds the detach keys in what is typed. Keys that may be the beginning are held back until the next ones decide, so
 * the keys may come in any number of reads; whoever holds them for long calls `flush`. A sequence for a single key
 * that is itself cut in two by a read is not recognised and passed on.
 */
export class DetachMatcher {
  private readonly _keys: readonly DetachKey[];
  private _held: Token[] = [];

  constructor(keys: readonly DetachKey[]) {
    this._keys = keys;
  }

  /** True while keys are held back. */
  get isHolding(): boolean {
    return this._held.length > 0;
  }

  /** What is to be passed on now. After `isDetached` the rest of what was typed is dropped. */
  feed(chunk: Uint8Array): { readonly passOn: Uint8Array; readonly isDetached: boolean } {
    const passOn: Uint8Array[] = [];
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    let at = 0;
    while (at < chunk.length) {
      if (!this.isHolding) {
        const start = this._findCandidate(chunk, at);
        passOn.push(chunk.subarray(at, start));
        at = start;
        if (at === chunk.length) {
          break;
        }
      }
      const token = readToken(chunk, text, at);
      at += token.bytes.length;
      this._held.push(token);
      while (!this._isBeginning()) {
        passOn.push(this._held.shift()?.bytes ?? new Uint8Array());
      }
      if (this._held.filter(({ isNeutral }) => !isNeutral).length === this._keys.length) {
        this._held = [];
        return { passOn: Buffer.concat(passOn), isDetached: true };
      }
    }
    return { passOn: Buffer.concat(passOn), isDetached: false };
  }

  /** Gives out what is held back. */
  flush(): Uint8Array {
    const bytes = Buffer.concat(this._held.map((token) => token.bytes));
    this._held = [];
    return bytes;
  }

  /** Where the first key may begin: its byte, or an escape sequence. Keeps large pastes cheap. */
  private _findCandidate(chunk: Uint8Array, from: number): number {
    const first = this._keys[0]?.byte;
    for (let at = from; at < chunk.length; at++) {
      if (chunk[at] === first || chunk[at] === escape) {
        return at;
      }
    }
    return chunk.length;
  }

  private _isBeginning(): boolean {
    if (this._held[0]?.isNeutral === true) {
      return false;
    }
    return this._held
      .filter(({ isNeutral }) => !isNeutral)
      .every((token, index) => {
        const key = this._keys[index];
        return key !== undefined && token.isKey(key);
      });
  }
}

function readToken(chunk: Uint8Array, text: string, at: number): Token {
  const byte = chunk[at] ?? 0;
  if (byte === escape) {
    keySequence.lastIndex = at;
    const match = keySequence.exec(text);
    if (match !== null) {
      return sequenceToken(chunk.subarray(at, at + match[0].length), match);
    }
  }
  return { bytes: chunk.subarray(at, at + 1), isKey: (key) => key.byte === byte, isNeutral: false };
}

function sequenceToken(bytes: Uint8Array, match: RegExpExecArray): Token {
  const [, otherModifiers, otherCode, kittyCode, kittyModifiers, kittyEvent] = match;
  const codePoint = Number(otherCode ?? kittyCode);
  const modifiers = Math.max(0, Number(otherModifiers ?? (kittyModifiers || 1)) - 1) & ~lockBits;
  const hasCtrl = (modifiers & ctrlBit) !== 0;
  const hasOthers = (modifiers & ~ctrlBit) !== 0;
  const isModifierKey = codePoint >= firstModifierKey && codePoint <= lastModifierKey;
  return {
    bytes,
    isKey: (key) => !hasOthers && key.codePoint === codePoint && key.hasCtrl === hasCtrl,
    isNeutral: isModifierKey || Number(kittyEvent) === releaseEvent,
  };
}
