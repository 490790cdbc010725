/**
 * States of xterm.js's escape sequence parser, as far as they differ in what leads back to ground. It is modelled on the
 * DEC parser (https://vt100.net/emu/dec_ansi_parser) with C1 controls; a test compares it with xterm.js itself.
 */
type ParserState =
  | 'ground'
  | 'escape'
  | 'escape-intermediate'
  | 'csi-entry'
  | 'csi-param'
  | 'csi-intermediate'
  | 'csi-ignore'
  | 'dcs-entry'
  | 'dcs-param'
  | 'dcs-intermediate'
  | 'dcs-ignore'
  | 'dcs-string'
  | 'osc'
  | 'string';

const bell = 0x07;
const cancel = 0x18;
const substitute = 0x1a;
const escape = 0x1b;
const del = 0x7f;
/** Code points from here on are printable; 0x80 up to it are the C1 controls. */
const firstPrintableAboveC1 = 0xa0;

/** What ends ground state: ESC and the C1 forms of DCS, SOS, CSI, OSC, PM and APC. */
const introducers = new RegExp(`[${String.fromCharCode(escape, 0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f)}]`, 'g');

/**
 * Follows a decoded terminal stream and knows where it is in ground state: the only place where a sequence of our own
 * may be put in without destroying another one. Works on text, since that is what xterm.js parses: a stream decoder
 * never ends a piece within a character. Costs a search per control sequence.
 */
export class GroundTracker {
  private _state: ParserState = 'ground';
  private _safeOffset = -1;

  /** True at the end of what was pushed so far. */
  get isGround(): boolean {
    return this._state === 'ground';
  }

  /**
   * The last offset in the text that was pushed last at which an inserted control sequence changes nothing, -1 when
   * there is none. Ground state alone is not enough: between a character and a combining mark, or before REP
   * (`CSI b`), xterm.js forgets the character that these refer to. So it is after a control or a sequence, or between
   * two ASCII characters.
   */
  get safeOffset(): number {
    return this._safeOffset;
  }

  push(text: string): void {
    let runStart = 0;
    let runEnd = 0;
    this._safeOffset = -1;
    let at = 0;
    while (at < text.length) {
      if (this._state === 'ground') {
        introducers.lastIndex = at;
        const found = introducers.exec(text);
        runStart = at;
        runEnd = found?.index ?? text.length;
        at = runEnd;
        if (found === null) {
          break;
        }
      }
      const code = text.charCodeAt(at);
      this._state = nextState(this._state, code);
      at++;
      if (this._state === 'ground') {
        // A character that does not belong there breaks a sequence off; xterm.js then forgets nothing.
        this._safeOffset = code < firstPrintableAboveC1 ? at : -1;
        runStart = at;
        runEnd = at;
      }
    }
    this._safeOffset = Math.max(this._safeOffset, findSafeOffset(text, runStart, runEnd));
  }
}

/** The last safe offset within a run of text in ground state, -1 when there is none. */
function findSafeOffset(text: string, start: number, end: number): number {
  for (let offset = end; offset > start; offset--) {
    const before = text.charCodeAt(offset - 1);
    const isBetweenAscii = offset < end && isAsciiPrintable(before) && isAsciiPrintable(text.charCodeAt(offset));
    if (before < 0x20 || isBetweenAscii) {
      return offset;
    }
  }
  return -1;
}

function isAsciiPrintable(code: number): boolean {
  return code >= 0x20 && code < del;
}

function nextState(state: ParserState, code: number): ParserState {
  if (code === escape) {
    return 'escape';
  }
  if (code === cancel || code === substitute) {
    return 'ground';
  }
  if (code >= 0x80 && code < firstPrintableAboveC1) {
    return stateAfterC1(code);
  }
  switch (state) {
    case 'ground':
      return 'ground';
    case 'escape':
      return stateAfterEscape(code);
    case 'escape-intermediate':
      return code >= 0x30 && code !== del ? 'ground' : state;
    case 'csi-entry':
    case 'csi-param':
    case 'csi-intermediate':
    case 'csi-ignore':
      return stateWithinCsi(state, code);
    case 'dcs-entry':
    case 'dcs-param':
    case 'dcs-intermediate':
    case 'dcs-ignore':
      return stateWithinDcs(state, code);
    case 'osc':
      return code === bell ? 'ground' : state;
    case 'dcs-string':
      return state;
    case 'string':
      return code >= firstPrintableAboveC1 ? 'ground' : state;
  }
}

function stateAfterC1(code: number): ParserState {
  switch (code) {
    case 0x90:
      return 'dcs-entry';
    case 0x9b:
      return 'csi-entry';
    case 0x9d:
      return 'osc';
    case 0x98:
    case 0x9e:
    case 0x9f:
      return 'string';
    default:
      return 'ground';
  }
}

function stateAfterEscape(code: number): ParserState {
  switch (code) {
    case 0x50:
      return 'dcs-entry';
    case 0x5b:
      return 'csi-entry';
    case 0x5d:
      return 'osc';
    case 0x58:
    case 0x5e:
    case 0x5f:
      return 'string';
    case del:
      return 'escape';
    default:
      if (code < 0x20) {
        return 'escape';
      }
      return code < 0x30 ? 'escape-intermediate' : 'ground';
  }
}

function stateWithinCsi(
  state: 'csi-entry' | 'csi-param' | 'csi-intermediate' | 'csi-ignore',
  code: number,
): ParserState {
  if (code >= firstPrintableAboveC1) {
    return state === 'csi-ignore' ? state : 'ground';
  }
  if (code < 0x20 || code === del) {
    return state;
  }
  if (code >= 0x40) {
    return 'ground';
  }
  if (state === 'csi-ignore') {
    return state;
  }
  if (code < 0x30) {
    return 'csi-intermediate';
  }
  return (state === 'csi-param' && code >= 0x3c) || state === 'csi-intermediate' ? 'csi-ignore' : 'csi-param';
}

function stateWithinDcs(
  state: 'dcs-entry' | 'dcs-param' | 'dcs-intermediate' | 'dcs-ignore',
  code: number,
): ParserState {
  if (state === 'dcs-ignore') {
    return state;
  }
  if (code >= firstPrintableAboveC1) {
    return 'ground';
  }
  if (code < 0x20 || code === del) {
    return state;
  }
  if (code >= 0x40) {
    return 'dcs-string';
  }
  if (code < 0x30) {
    return 'dcs-intermediate';
  }
  return (state === 'dcs-param' && code >= 0x3c) || state === 'dcs-intermediate' ? 'dcs-ignore' : 'dcs-param';
}
