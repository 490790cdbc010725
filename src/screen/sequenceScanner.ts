import { decodeUtf8 } from '../base/utf8.ts';
import type { ScanResult, ScannerEvent, SequenceScanner } from './api.ts';
import { ClientStream } from './clientStream.ts';
import { control } from './controlCharacters.ts';
import { eventsOfOperatingSystemCommand } from './oscEvents.ts';
import { isStringState, type ParserState, parserState } from './parserState.ts';
import {
  isCsiQuery,
  isDeviceControlQuery,
  isEscapeQuery,
  judgeApplicationProgramCommand,
  judgeOperatingSystemCommand,
  type Verdict,
} from './queries.ts';
import { scannerLimits } from './scannerLimits.ts';
import { concatBytes, countUnfinishedBytes } from './utf8Border.ts';
import { type Closer, VtParser } from './vtParser.ts';

const nothing = new Uint8Array(0);

const alternateBufferModes: ReadonlySet<number> = new Set([47, 1047, 1049]);

/**
 * What becomes of the current sequence, if there is one: `hold` until it is known whether it is a query, `pass` it on
 * as it comes, or `drop` the rest of a query whose beginning was left out already.
 */
type Delivery = 'none' | 'hold' | 'pass' | 'drop';

/** A scanner that also tells what is unfinished at the end of the stream. */
export class StreamScanner extends VtParser implements SequenceScanner {
  /** The current sequence: its bytes of former pushes as far as they are kept, and how many there were. */
  private _earlier: Uint8Array = nothing;
  private _earlierLength = 0;
  private _delivery: Delivery = 'none';
  /** Controls within the current sequence, which a terminal obeys at once, as if they stood before it. */
  private _controls: number[] | undefined;
  private _followsRemovedString = false;

  private readonly _clients = new ClientStream();
  private _isAlternate: boolean | undefined;
  /** Begun otherwise than by ESC, or with a control within. */
  private _isOddSequence = false;
  private _isPlainSequence = false;
  /** Bytes from the start of the stream to the chunk that is parsed, and to the end of what was not plain last. */
  private _chunkStart = 0;
  private _plainStart = 0;

  private _events: ScannerEvent[] = [];
  private _hasQueries = false;

  push(chunk: Uint8Array): ScanResult {
    const heldBytes = this.heldTail.length;
    this._clients.start(this.take(chunk));
    this._chunkStart -= heldBytes;
    this._events = [];
    this._hasQueries = false;
    this.parse();
    this._finishPush();
    const forClients = this._clients.finish();
    this._chunkStart += this.bytes.length;
    this.bytes = nothing;
    const heldBackBytes = (this._delivery === 'hold' ? this._earlierLength : 0) + this.heldTail.length;
    const isInSequence = this._delivery === 'pass' || this._delivery === 'drop';
    return {
      forClients,
      heldBackBytes,
      plainBytes: isInSequence ? 0 : Math.max(0, this._chunkStart - heldBackBytes - this._plainStart),
      isGround:
        this._delivery !== 'pass' && this._clients.isBetweenSequences && this._clients.unfinishedCharacter.length === 0,
      hasQueries: this._hasQueries,
      events: this._events,
    };
  }

  /**
   * The bytes at the end of the stream that a terminal has taken and not yet acted upon: of an unfinished sequence or
   * character. A terminal that gets them stands where this stream stands. Of a sequence that is too long to be kept,
   * an empty one of the same kind, so that its rest does not become text.
   */
  unfinished(): Uint8Array {
    if (this.state === parserState.ground) {
      return concatBytes([this._clients.unfinishedCharacter, this.heldTail]);
    }
    if (this._earlierLength > this._earlier.length) {
      return concatBytes([standIn(this.state), this.heldTail]);
    }
    // Inside strings controls are content; elsewhere they have been obeyed already.
    const kept = isStringState(this.state)
      ? this._earlier
      : this._earlier.filter((byte, at) => at === 0 || byte >= 0x20);
    return concatBytes([kept, this.heldTail]);
  }

  protected override handleEscape(final: number): void {
    // The ESC of this ST ended a query, which was left out together with it.
    const isRestOfRemoved = this._followsRemovedString && this.intermediates === 0 && final === 0x5c;
    if (isRestOfRemoved) {
      this._leaveOutSequence(this.at);
    } else if (isEscapeQuery(this.intermediates, final)) {
      this._hasQueries = true;
      this._leaveOutSequence(this.at);
    } else if (this.intermediates === 0 && final === 0x63 && this._isAlternate === true) {
      this._noteAlternate(false);
    }
  }

  protected override handleControlSequence(final: number): void {
    const isPlainFunction = final === 0x6d || final === 0x4b;
    this._isPlainSequence = isPlainFunction && !this._isOddSequence && this.prefix === 0 && this.intermediates === 0;
    const isMode = final === 0x68 || final === 0x6c;
    if (isMode && this.prefix === 0x3f && this.intermediates === 0) {
      this._noteModes(final === 0x68);
    } else if (isCsiQuery(this.prefix, this.intermediates, final, this.firstParameter)) {
      this._hasQueries = true;
      this._leaveOutSequence(this.at);
    }
  }

  protected override handleDeviceControl(final: number): void {
    if (isDeviceControlQuery(this.prefix, this.intermediates, final)) {
      this._leaveOutSequence(this.at);
    } else {
      this._release();
    }
  }

  protected override handleClose(isCarriedOut: boolean, end: number, closer: Closer): void {
    if (!this._isPlainSequence) {
      this._notePlainStart(end);
    }
    const isString = isStringState(this.state);
    if (this._delivery === 'hold') {
      if ((isCarriedOut || this._isTooLong(end)) && this._judge(end, isCarriedOut) !== 'harmless') {
        this._leaveOutSequence(end);
      } else {
        this._release();
      }
    }
    const isLeftOut = this._delivery === 'drop';
    if (isLeftOut) {
      this._clients.leaveOutTo(end);
      this._hasQueries ||= isCarriedOut;
    } else {
      this._clients.noteEnd(closer);
    }
    if (isCarriedOut && this.state === parserState.osc) {
      this._events.push(...this._eventsOfCommand(end));
    }
    this._followsRemovedString = isLeftOut && isString && closer === 'escape';
    this._delivery = 'none';
  }

  /** Whether the current sequence, which is held back, is a query: the whole of it, or what there is before `end`. */
  private _judge(end: number, isWhole: boolean): Verdict {
    const isTooLong = this._isTooLong(end);
    if (this.state !== parserState.osc && this.state !== parserState.apc) {
      return isWhole && !isTooLong ? 'harmless' : 'undecided';
    }
    const isCut = !isWhole || isTooLong;
    const sequence = this._sequence(end, scannerLimits.heldBackBytes);
    const unfinished = isCut ? countUnfinishedBytes(sequence) : 0;
    const content = contentOf(sequence.subarray(0, sequence.length - unfinished));
    return this.state === parserState.osc
      ? this.judgeCommand(content, !isCut)
      : judgeApplicationProgramCommand(content, !isCut);
  }

  /** Judges an operating system command, as much of it as there is; `query`: it is left out of what clients get. */
  protected judgeCommand(content: string, isWhole: boolean): Verdict {
    return judgeOperatingSystemCommand(content, isWhole);
  }

  /** Whether a control in ground state is left out of what clients get. */
  protected isLeftOutControl(byte: number): boolean {
    return byte === control.enq;
  }

  private _isTooLong(end: number): boolean {
    return this._earlierLength + end - this.start > scannerLimits.heldBackBytes;
  }

  /** The bytes of the current sequence before `end`, as far as they are kept. */
  private _sequence(end: number, limitBytes: number): Uint8Array {
    const latest = this.bytes.subarray(this.start, Math.min(end, this.start + limitBytes));
    const all = this._earlierLength === 0 ? latest : concatBytes([this._earlier, latest]);
    return all.length > limitBytes ? all.subarray(0, limitBytes) : all;
  }

  protected override handleC1(end: number): void {
    this._notePlainStart(end);
  }

  protected override handleControl(byte: number): void {
    if (byte === control.bel) {
      this._events.push({ kind: 'bell' });
    }
    if (this.state === parserState.ground) {
      this._handleControlInText(byte);
      return;
    }
    this._isOddSequence = true;
    if (this._delivery === 'drop') {
      this._clients.insert(Uint8Array.of(byte));
    } else {
      (this._controls ??= []).push(byte);
    }
  }

  private _handleControlInText(byte: number): void {
    if (byte !== control.bel) {
      this._notePlainStart(this.at + 1);
    }
    if (this.isLeftOutControl(byte)) {
      this._clients.passTo(this.at);
      this._clients.closeUnfinished();
      this._clients.leaveOutTo(this.at + 1);
      this._hasQueries ||= byte === control.enq;
    }
  }

  protected override handleBegin(): void {
    this._earlier = nothing;
    this._earlierLength = 0;
    this._controls = undefined;
    this._delivery = 'hold';
    this._isOddSequence = this.bytes[this.at] !== control.esc;
    this._isPlainSequence = false;
  }

  protected override handleIgnoredString(): void {
    this._release();
  }

  /** What is not plain ends before `end`. */
  private _notePlainStart(end: number): void {
    this._plainStart = this._chunkStart + end;
  }

  private _noteModes(isSet: boolean): void {
    const hasAlternate = this.hasOneParameter
      ? alternateBufferModes.has(this.firstParameter)
      : contentOf(this._sequence(this.at, scannerLimits.heldBackBytes))
          .slice(1, -1)
          .split(';')
          .some((parameter) => alternateBufferModes.has(Number.parseInt(parameter, 10)));
    if (hasAlternate) {
      this._noteAlternate(isSet);
    }
  }

  private _noteAlternate(isActive: boolean): void {
    if (this._isAlternate !== isActive) {
      this._isAlternate = isActive;
      this._events.push({ kind: 'alternate-buffer', active: isActive });
    }
  }

  private _eventsOfCommand(end: number): ScannerEvent[] {
    const limit = scannerLimits.keptBytes;
    const isCut = this._earlierLength + end - this.start > limit;
    return eventsOfOperatingSystemCommand(contentOf(this._sequence(end, limit)), isCut);
  }

  private _release(): void {
    if (this._delivery === 'hold') {
      this._clients.insert(this._earlier);
      this._delivery = 'pass';
    }
  }

  /** Leaves out the current sequence as far as `end`, and what will come of it. */
  private _leaveOutSequence(end: number): void {
    if (this._earlierLength === 0) {
      this._clients.passTo(this.start);
    }
    this._clients.closeUnfinished();
    this._clients.insert(Uint8Array.from(this._controls ?? []));
    this._clients.leaveOutTo(end);
    this._delivery = 'drop';
  }

  /** Decides, as far as can be, about what is unfinished, and remembers it. */
  private _finishPush(): void {
    const end = this.end;
    if (this.state === parserState.ground) {
      this._clients.passTo(end);
      return;
    }
    if (this._delivery === 'hold') {
      if (this._judge(end, false) === 'harmless') {
        this._release();
      } else if (this._isTooLong(end)) {
        this._leaveOutSequence(end);
      } else if (this._earlierLength === 0) {
        this._clients.passTo(this.start);
      }
    }
    if (this._delivery === 'pass') {
      this._clients.passTo(end);
    }
    const length = this._earlierLength + end - this.start;
    if (this._earlier.length < scannerLimits.keptBytes) {
      // A copy: the chunk is the caller's, and `slice` of a Buffer would be a view of it.
      this._earlier = new Uint8Array(this._sequence(end, scannerLimits.keptBytes));
    }
    this._earlierLength = length;
  }
}

/** The content of a string or control sequence: without introducer, terminator, controls and what is dropped. */
function contentOf(sequence: Uint8Array): string {
  const printable = sequence.subarray(1).filter((byte) => byte >= 0x20);
  // What is left of the introducer is one byte: 0x9D after 0xC2, or `]` after ESC and any DEL, which is ignored there.
  const introducer = printable.findIndex((byte) => byte !== control.del);
  const text = decodeUtf8(printable.subarray(introducer + 1));
  return text.replaceAll('\ufeff', '').replace(/\u009c$/, '');
}

/** Puts a terminal into the middle of a sequence that has no effect, whatever follows before its end. */
function standIn(state: ParserState): Uint8Array {
  switch (state) {
    case parserState.osc:
      return Uint8Array.of(control.esc, 0x5d, 0x78); // an identifier that is no number
    case parserState.dcsEntry:
    case parserState.dcsParameter:
    case parserState.dcsIntermediate:
    case parserState.dcsPassthrough:
    case parserState.dcsIgnore:
      return Uint8Array.of(control.esc, 0x50, 0x30, 0x3c); // a prefix after a parameter
    case parserState.apc:
      return Uint8Array.of(control.esc, 0x5f);
    case parserState.ignoredString:
      return Uint8Array.of(control.esc, 0x5e);
    default:
      return Uint8Array.of(control.esc, 0x5b, 0x30, 0x3c);
  }
}

export function createSequenceScanner(): SequenceScanner {
  return new StreamScanner();
}
