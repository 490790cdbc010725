import type { TerminalColors } from '../../base/terminalColors.ts';
import { ColorAnswers, colorQueries } from '../../client/colorAnswers.ts';
import type { InBandAck } from './inBandAck.ts';
import type { WindowColors } from './windowColors.ts';

export interface ColorQuestionOptions {
  readonly acks: InBandAck;
  readonly window: WindowColors;
  /** Tells the host. */
  readonly tell: (colors: TerminalColors) => void;
}

/**
 * Asks one terminal for its colours, in-band. An acknowledgement is asked for behind the queries: xterm.js answers it
 * also in a terminal that was never shown, which does not answer for its colours. Then the window's guess is told, and
 * the terminal may be asked again.
 */
export class ColorQuestion {
  private readonly _options: ColorQuestionOptions;
  private _answers: ColorAnswers | undefined;
  private _isKnown = false;

  constructor(options: ColorQuestionOptions) {
    this._options = options;
  }

  /** True when it makes sense to ask: the terminal has not told its colours, and is not being asked. */
  get isDue(): boolean {
    return !this._isKnown && this._answers === undefined;
  }

  /** What to write where the stream is in ground state. */
  ask(): string {
    const answers = new ColorAnswers();
    this._answers = answers;
    return colorQueries + this._options.acks.ask(() => this._finish(answers));
  }

  /** True when the input is the terminal's answer. */
  tryHandleAnswer(input: string): boolean {
    return this._answers?.tryTake(input) === true;
  }

  private _finish(answers: ColorAnswers): void {
    if (this._answers !== answers) {
      // It was asked again meanwhile.
      return;
    }
    this._answers = undefined;
    const colors = answers.colors();
    this._isKnown = colors !== undefined;
    if (colors !== undefined) {
      this._options.window.note(colors);
    }
    this._options.tell(colors ?? this._options.window.guess);
  }
}
