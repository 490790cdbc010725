import { control } from './controlCharacters.ts';
import { isStringState, type ParserState, parserState, stateOfIntroducer } from './parserState.ts';
import { endOfPlainSequence, isPlain } from './plainOutput.ts';
import { concatBytes, countUnfinishedBytes } from './utf8Border.ts';

const nothing = new Uint8Array(0);
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** What ends a sequence: one of its own bytes, or the introducer of the next one. */
export type Closer = 'own' | 'escape' | 'c1';

/**
 * The parser for DEC-compatible terminals (https://vt100.net/emu/dec_ansi_parser) with the deviations of xterm.js,
 * over UTF-8: finds where sequences begin and end and leaves text alone. Takes the stream in chunks, cut anywhere.
 * Where versions of xterm.js differ (an APC that contains text other than ASCII), it holds with the newer one.
 */
export abstract class VtParser {
  protected state: ParserState = parserState.ground;
  protected prefix = 0;
  /** The last of them in the lowest byte. */
  protected intermediates = 0;
  protected firstParameter = 0;
  /** So far, and without a sub-parameter. */
  protected hasOneParameter = true;

  /** The chunk that is parsed, where the parser is in it, and where it has to stop. */
  protected bytes: Uint8Array = nothing;
  protected at = 0;
  protected end = 0;
  /** Where the current sequence begins in `bytes`; 0 when it began in a former chunk. */
  protected start = 0;
  /**
   * The stream ends with these bytes, of a character that decides how to go on: 0xC2 may begin a C1 control, and 0xEF,
   * within a sequence, a byte order mark. They are parsed again with what follows them.
   */
  protected heldTail: Uint8Array = nothing;

  /** BEL, ENQ, SO or SI in ground state, or any control within a sequence, which a terminal obeys at once. */
  protected abstract handleControl(byte: number): void;
  /** A C1 control in ground state that is complete by itself; it ends before `end`. */
  protected abstract handleC1(end: number): void;
  protected abstract handleBegin(): void;
  /** The current sequence turned out to be a string that is ignored: SOS, PM, or a damaged DCS. */
  protected abstract handleIgnoredString(): void;
  protected abstract handleEscape(final: number): void;
  protected abstract handleControlSequence(final: number): void;
  /** The head of a device control string is complete. */
  protected abstract handleDeviceControl(final: number): void;
  /**
   * The current sequence is over; its bytes end before `end`.
   * @param isCarriedOut true for a string that a terminal acts upon now.
   */
  protected abstract handleClose(isCarriedOut: boolean, end: number, closer: Closer): void;

  /** Sets the chunk that `parse` will go through. */
  protected take(chunk: Uint8Array): Uint8Array {
    this.bytes = this.heldTail.length === 0 ? chunk : concatBytes([this.heldTail, chunk]);
    this.heldTail = nothing;
    this.at = 0;
    this.start = 0;
    this.end = this.bytes.length;
    return this.bytes;
  }

  protected parse(): void {
    while (this.at < this.end) {
      if (this.state === parserState.ground) {
        this._scanText();
      } else if (isStringState(this.state)) {
        this._scanString();
      } else {
        this._scanSequence();
      }
    }
  }

  private _scanText(): void {
    const bytes = this.bytes;
    const end = this.end;
    const start = this.at;
    let at = start;
    for (;;) {
      while (at < end && isPlain[bytes[at] ?? 0] === 1) {
        at++;
      }
      this.at = at;
      if (at >= end) {
        return;
      }
      switch (bytes[at]) {
        case control.bel:
        case control.enq:
        case control.so:
        case control.si:
          this.handleControl(bytes[at] ?? 0);
          break;
        case control.esc: {
          // At the very start it may be what ended a string.
          const next = at === start ? undefined : endOfPlainSequence(bytes, at, end);
          if (next === undefined) {
            this._begin(parserState.escape, 1);
            return;
          }
          at = next;
          continue;
        }
        default:
          if (this._scanC1()) {
            return;
          }
      }
      at++;
    }
  }

  /** One byte of an escape sequence, a control sequence or the head of a device control string. */
  private _scanSequence(): void {
    const byte = this.bytes[this.at] ?? 0;
    if (byte < 0x20) {
      this._scanControl(byte);
    } else if (byte >= 0x80) {
      const hasMoved = this._scanC1() || this._scanByteOrderMark() || this._holdUnfinishedCharacter();
      if (!hasMoved) {
        if (this.state === parserState.csiIgnore) {
          this.at++;
        } else {
          // Any other character ends the sequence without effect and is swallowed; what remains of it is harmless text.
          this._close(false, this.at, 'own');
        }
      }
    } else if (byte === control.del) {
      if (this.state === parserState.escapeIntermediate) {
        this._close(false, this.at + 1, 'own');
      }
      this.at++;
    } else {
      this._scanPrintable(byte);
    }
  }

  private _scanControl(byte: number): void {
    switch (byte) {
      case control.can:
      case control.sub:
        this._close(false, this.at + 1, 'own');
        this.at++;
        break;
      case control.esc:
        this._close(false, this.at, 'escape');
        this._begin(parserState.escape, 1);
        break;
      default:
        if (this.state < parserState.dcsEntry) {
          this.handleControl(byte);
        }
        this.at++;
    }
  }

  private _scanPrintable(byte: number): void {
    switch (this.state) {
      case parserState.escape:
        this.at++;
        if (byte < 0x30) {
          this._collect(byte, parserState.escapeIntermediate);
        } else {
          this._enterOrDispatchEscape(byte);
        }
        return;
      case parserState.escapeIntermediate:
        this.at++;
        if (byte < 0x30) {
          this._collect(byte, parserState.escapeIntermediate);
        } else {
          this._dispatchEscape(byte);
        }
        return;
      case parserState.csiEntry:
      case parserState.csiParameter:
      case parserState.csiIntermediate:
        this._scanHead(byte, parserState.csiParameter, parserState.csiIntermediate, parserState.csiIgnore);
        return;
      case parserState.dcsEntry:
      case parserState.dcsParameter:
      case parserState.dcsIntermediate:
        this._scanHead(byte, parserState.dcsParameter, parserState.dcsIntermediate, parserState.dcsIgnore);
        return;
      default:
        // csiIgnore: the final byte ends it.
        this.at++;
        if (byte >= 0x40) {
          this._close(false, this.at, 'own');
        }
    }
  }

  /** Prefix, parameters, intermediates and final byte, which CSI and DCS have in common. */
  private _scanHead(byte: number, parameter: ParserState, intermediate: ParserState, ignore: ParserState): void {
    if (byte >= 0x30 && byte < 0x3c && this.state !== intermediate) {
      this.state = parameter;
      this._scanParameters();
      return;
    }
    this.at++;
    if (byte >= 0x40) {
      if (parameter === parserState.csiParameter) {
        this.handleControlSequence(byte);
        this._close(false, this.at, 'own');
      } else {
        this._enterDeviceControl(byte);
      }
    } else if (byte < 0x30) {
      this._collect(byte, intermediate);
    } else if (this.state === parserState.csiEntry || this.state === parserState.dcsEntry) {
      this.prefix = byte;
      this.state = parameter;
    } else {
      this.state = ignore;
      if (ignore === parserState.dcsIgnore) {
        this.handleIgnoredString();
      }
    }
  }

  private _scanParameters(): void {
    const bytes = this.bytes;
    let at = this.at;
    for (; at < this.end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x30 || byte >= 0x3c) {
        break;
      }
      if (byte >= 0x3a) {
        this.hasOneParameter = false;
      } else if (this.hasOneParameter) {
        this.firstParameter = Math.min(this.firstParameter * 10 + byte - 0x30, 0x7fffffff);
      }
    }
    this.at = at;
  }

  private _collect(byte: number, next: ParserState): void {
    // Two intermediates are the most that any known function has; more only has to stay different from those.
    this.intermediates = this.intermediates > 0xffff ? this.intermediates : (this.intermediates << 8) | byte;
    this.state = next;
  }

  private _scanString(): void {
    const bytes = this.bytes;
    let at = this.at;
    while (at < this.end) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x20) {
        if (byte === control.esc) {
          this.at = at;
          this._close(true, at, 'escape');
          return;
        }
        if (byte === control.can || byte === control.sub || (byte === control.bel && this.state === parserState.osc)) {
          this._close(byte === control.bel, at + 1, 'own');
          this.at = at + 1;
          return;
        }
      } else if (byte === control.c1Lead) {
        this.at = at;
        if (this._scanC1()) {
          return;
        }
      } else if (byte >= 0x80 && this.state === parserState.ignoredString) {
        this.at = at;
        if (!this._scanByteOrderMark() && !this._holdUnfinishedCharacter()) {
          this._close(false, at, 'own');
        }
        return;
      }
      at++;
    }
    this.at = at;
  }

  /** True when the position has moved, over a C1 control or to the end of what can be scanned now. */
  private _scanC1(): boolean {
    if (this.bytes[this.at] !== control.c1Lead) {
      return false;
    }
    if (this.at + 1 >= this.end) {
      this._holdTail();
      return true;
    }
    const code = this.bytes[this.at + 1] ?? 0;
    if (code < 0x80 || code > 0x9f) {
      return false;
    }
    const next = stateOfIntroducer(code);
    if (this.state !== parserState.ground) {
      if (next === undefined) {
        this._close(code === control.st, this.at + 2, 'own');
      } else {
        this._close(false, this.at, 'c1');
      }
    }
    if (next === undefined) {
      this.at += 2;
      this.handleC1(this.at);
    } else {
      this._begin(next, 2);
    }
    return true;
  }

  /** The same for U+FEFF, which xterm.js drops when it decodes, before its parser sees it. */
  private _scanByteOrderMark(): boolean {
    const cut = Math.min(3, this.end - this.at);
    for (let i = 0; i < cut; i++) {
      if (this.bytes[this.at + i] !== byteOrderMark[i]) {
        return false;
      }
    }
    if (cut < byteOrderMark.length) {
      this._holdTail();
    } else {
      this.at += cut;
    }
    return true;
  }

  private _holdTail(): void {
    this.heldTail = new Uint8Array(this.bytes.subarray(this.at, this.end));
    this.end = this.at;
  }

  /** True when the chunk ends within the character here: a sequence is ended by a whole one. */
  private _holdUnfinishedCharacter(): boolean {
    const rest = this.end - this.at;
    if (rest > 3 || countUnfinishedBytes(this.bytes.subarray(this.at, this.end)) !== rest) {
      return false;
    }
    this._holdTail();
    return true;
  }

  private _begin(state: ParserState, introducerLength: number): void {
    this.start = this.at;
    this._enter(state);
    this.handleBegin();
    if (state === parserState.ignoredString) {
      this.handleIgnoredString();
    }
    this.at += introducerLength;
  }

  private _enter(state: ParserState): void {
    this.state = state;
    this.prefix = 0;
    this.intermediates = 0;
    this.firstParameter = 0;
    this.hasOneParameter = true;
  }

  private _enterOrDispatchEscape(byte: number): void {
    const next = stateOfIntroducer(byte + 0x40);
    if (byte >= 0x60 || next === undefined) {
      this._dispatchEscape(byte);
      return;
    }
    this._enter(next);
    if (next === parserState.ignoredString) {
      this.handleIgnoredString();
    }
  }

  private _dispatchEscape(final: number): void {
    this.handleEscape(final);
    this._close(false, this.at, 'own');
  }

  private _enterDeviceControl(final: number): void {
    this.state = parserState.dcsPassthrough;
    this.handleDeviceControl(final);
  }

  private _close(isCarriedOut: boolean, end: number, closer: Closer): void {
    this.handleClose(isCarriedOut, end, closer);
    this.state = parserState.ground;
  }
}
