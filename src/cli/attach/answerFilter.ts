import { isAnswer } from '../../client/answerShapes.ts';

const escape = 0x1b;

/** A whole control sequence or string that may be an answer; `isAnswer` decides. */
const wholeSequence = /\x1b(?:\[[?>=]?[\d;:]*\$?[A-Za-z]|[\]P_][^\x07\x1b]*(?:\x07|\x1b\\))/y;

/** The beginning of one, at the end of what was read. */
const cutSequence = /\x1b(?:\[[?>=]?[\d;:]*\$?|[\]P_][^\x07\x1b]*\x1b?)?$/y;

/** No answer is longer; what goes on beyond it was pasted. */
const longestBytes = 4096;

/**
 * Takes out of what comes from a terminal what it sends by itself: answers to our own questions, and what a mode or a
 * picture that a program has left in the stream makes it report. Nobody who looks at a session is asked by its programs,
 * so none of it is for them. What may be cut by the end of a read is held back; whoever holds it for long calls `flush`.
 */
export class AnswerFilter {
  private _held = Buffer.alloc(0);

  /** True while something is held back. */
  get isHolding(): boolean {
    return this._held.length > 0;
  }

  /** @param expectsAnswers a lone ESC at the end may then be the beginning of one; else it is the key. */
  feed(
    chunk: Uint8Array,
    expectsAnswers: boolean,
  ): { readonly typed: Uint8Array; readonly answers: readonly string[] } {
    const bytes = Buffer.concat([this._held, chunk]);
    this._held = Buffer.alloc(0);
    const text = bytes.toString('latin1');
    const typed: Uint8Array[] = [];
    const answers: string[] = [];
    let start = 0;
    for (let at = bytes.indexOf(escape); at >= 0; at = bytes.indexOf(escape, at)) {
      const answer = answerAt(text, at);
      if (answer !== undefined) {
        answers.push(answer);
        typed.push(bytes.subarray(start, at));
        at += answer.length;
        start = at;
      } else if (isCut(text, at, expectsAnswers)) {
        this._held = bytes.subarray(at);
        break;
      } else {
        at++;
      }
    }
    typed.push(bytes.subarray(start, bytes.length - this._held.length));
    return { typed: Buffer.concat(typed), answers };
  }

  /** Gives out what is held back: it was typed. */
  flush(): Uint8Array {
    const held = this._held;
    this._held = Buffer.alloc(0);
    return held;
  }
}

function answerAt(text: string, at: number): string | undefined {
  wholeSequence.lastIndex = at;
  const found = wholeSequence.exec(text)?.[0];
  return found !== undefined && isAnswer(found) ? found : undefined;
}

function isCut(text: string, at: number, expectsAnswers: boolean): boolean {
  if (text.length - at > longestBytes || (at === text.length - 1 && !expectsAnswers)) {
    return false;
  }
  cutSequence.lastIndex = at;
  return cutSequence.test(text);
}

/** What was typed without the first focus report (`CSI I`, `CSI O`); undefined when there is none. */
export function withoutFocusReport(typed: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(typed.buffer, typed.byteOffset, typed.byteLength).toString('latin1');
  const at = text.search(/\x1b\[[IO]/);
  return at < 0 ? undefined : Buffer.from(text.slice(0, at) + text.slice(at + 3), 'latin1');
}
