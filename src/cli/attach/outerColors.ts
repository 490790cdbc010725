import type { Clock } from '../../base/clock.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { TerminalColors } from '../../base/terminalColors.ts';
import { ColorAnswers, colorQueries } from '../../client/colorAnswers.ts';

/** DA1: answered by every terminal, after everything before it. */
const endQuery = '\x1b[c';
const endAnswer = /^\x1b\[\?[\d;]*c$/;

/** A terminal that is asked over a slow connection; one that has not answered by then does not answer. */
const answerLimitMs = 2_000;

/** Asks the terminal in which the command line runs for its colours, once. */
export class OuterColors implements Disposable {
  /** To be written before anything that changes colours. */
  static readonly question: string = colorQueries + endQuery;

  private readonly _answers = new ColorAnswers();
  private readonly _finished: Promise<void>;
  private readonly _timer: Disposable;
  private _finish: () => void = () => undefined;
  private _isWaiting = true;

  /** @param tell gets the colours, unless the terminal does not tell them. */
  constructor(clock: Clock, tell: (colors: TerminalColors) => void) {
    this._finished = new Promise((resolve) => {
      this._finish = () => {
        this._isWaiting = false;
        resolve();
        const colors = this._answers.colors();
        if (colors !== undefined) {
          tell(colors);
        }
      };
    });
    this._timer = clock.schedule(answerLimitMs, () => this.dispose());
  }

  /** True while answers may still come. */
  get isWaiting(): boolean {
    return this._isWaiting;
  }

  handleAnswer(answer: string): void {
    if (this._isWaiting && !this._answers.tryTake(answer) && endAnswer.test(answer)) {
      this._timer.dispose();
      this._finish();
    }
  }

  /** Resolves when nothing is to be expected any more: what comes later would be typed into the user's shell. */
  finished(): Promise<void> {
    return this._finished;
  }

  /** Stops waiting. */
  dispose(): void {
    this._timer.dispose();
    if (this._isWaiting) {
      this._finish();
    }
  }
}
