const escape = '\x1b';
const answerPattern = new RegExp(`^${escape}\\[\\?(\\d+);0\\$y$`);

const numbers = {
  /** Far above every private mode that exists: only an unknown mode is answered with 0, and nobody else asks for it. */
  lowest: 1_000_001,
  /** xterm.js cuts a parameter to 2^31 - 1, so the answer to a larger number would be another one. */
  highest: 2_147_483_646,
  /** How far above `lowest` a terminal's first number may be; leaves room to count for the life of a window. */
  bases: 1_000_000_000,
} as const;

/**
 * Questions that are kept at most. The host's window allows a few dozen; they pile up only while the terminal answers
 * nothing, when connections come and go or by being asked again, once a minute. Beyond it the oldest is forgotten: its
 * answer is then taken for one that nobody asked for.
 */
const maxOutstanding = 4096;

/**
 * Acknowledgements through the terminal itself, since VS Code gives extensions none: DECRQM for a mode that does not
 * exist (`CSI ? N $ p`) is answered by `CSI ? N ; 0 $ y` when xterm.js has parsed everything before it. The numbers
 * count up from a random base, so the answer to a program that asks the same is not taken for ours.
 *
 * See https://invisible-island.net/xterm/ctlseqs/ctlseqs.html (DECRQM, DECRPM).
 */
export class InBandAck {
  private _next: number;
  private readonly _outstanding: { readonly number: number; readonly handleAnswer: () => void }[] = [];

  /** @param random gives a number from 0 up to but not including 1. */
  constructor(random: () => number = Math.random) {
    this._next = numbers.lowest + Math.floor(random() * numbers.bases);
  }

  /** The sequence to write where the stream is in ground state. `handleAnswer` is called once, or never. */
  ask(handleAnswer: () => void): string {
    const number = this._next;
    this._next = number >= numbers.highest ? numbers.lowest : number + 1;
    this._outstanding.push({ number, handleAnswer });
    if (this._outstanding.length > maxOutstanding) {
      this._outstanding.shift();
    }
    return `${escape}[?${number}$p`;
  }

  /**
   * True when the input is the answer to a question of ours, which nobody else may see. Answers come in order, so those
   * before it that are missing (the terminal took no input then) count as answered.
   */
  tryHandleAnswer(input: string): boolean {
    const digits = answerPattern.exec(input)?.[1];
    if (digits === undefined) {
      return false;
    }
    const index = this._outstanding.findIndex((question) => question.number === Number(digits));
    for (const question of this._outstanding.splice(0, index + 1)) {
      question.handleAnswer();
    }
    return index >= 0;
  }
}
