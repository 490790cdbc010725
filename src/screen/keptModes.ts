import { KeptDirectory } from './keptDirectory.ts';
import { KeyboardFlags } from './keyboardFlags.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import { colorSchemeReport, Palette } from './palette.ts';
import { cleanText } from './controlCharacters.ts';
import { scannerLimits } from './scannerLimits.ts';
import type { Terminal } from './xterm.ts';
import { internalsOf } from './xtermInternals.ts';

const alternateBufferModes: ReadonlySet<number> = new Set([47, 1047, 1049]);

/** Modes of newer terminals that do nothing here: 2031 reports colour scheme changes, 9001 is win32 input. */
const laterModes: ReadonlySet<number> = new Set([2031, 9001]);

/** What a snapshot has to restore and the emulator does not keep: it listens to the emulator's parser. */
export class KeptModes {
  readonly keyboard = new KeyboardFlags();
  readonly palette = new Palette();
  readonly directory: KeptDirectory;
  private readonly _reply: (answer: string) => void;
  private readonly _later = new Set<number>();
  private _title = '';

  /** @param reply gets the answers to colour queries, and reports of the colour scheme. */
  constructor(terminal: Terminal, reply: (answer: string) => void) {
    this._reply = reply;
    this.directory = new KeptDirectory(terminal);
    const { parser } = terminal;
    const number = (value: number | number[] | undefined): number => (typeof value === 'number' ? value : 0);
    terminal.onTitleChange((title) => (this._title = cleanText(title, scannerLimits.titleLength)));
    internalsOf(terminal)._inputHandler.onColor((requests) => {
      for (const request of requests) {
        const answer = this.palette.handle(request);
        if (answer !== '') {
          reply(answer);
        }
      }
    });
    parser.registerCsiHandler({ prefix: '=', final: 'u' }, ([flags, mode]) => {
      this.keyboard.set(number(flags), number(mode) || 1);
      return true;
    });
    parser.registerCsiHandler({ prefix: '>', final: 'u' }, ([flags]) => {
      this.keyboard.push(number(flags));
      return true;
    });
    parser.registerCsiHandler({ prefix: '<', final: 'u' }, ([count]) => {
      this.keyboard.pop(Math.max(1, number(count)));
      return true;
    });
    // These only listen: the emulator's own handlers follow.
    for (const final of ['h', 'l'] as const) {
      parser.registerCsiHandler({ prefix: '?', final }, (parameters) => {
        this._handleModes(terminal, parameters, final === 'h');
        return false;
      });
    }
    parser.registerEscHandler({ final: 'c' }, () => this._handleReset());
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => this._handleReset());
  }

  /** True when programs are told of each change between dark and light. */
  get reportsColorScheme(): boolean {
    return this._later.has(2031);
  }

  /** Sets the colours of the terminal that shows the session. A program that asked for it is told of a new scheme. */
  setColors(colors: TerminalColors): void {
    const scheme = this.palette.setTheme(colors);
    if (scheme !== undefined && this.reportsColorScheme) {
      this._reply(colorSchemeReport(scheme));
    }
  }

  get title(): string {
    return this._title;
  }

  /** The title, as OSC 2. */
  serializeTitles(): string {
    return this._title === '' ? '' : `\x1b]2;${this._title}\x1b\\`;
  }

  /** The modes that are set, as DECSET. */
  serializeLaterModes(): string {
    return [...this._later]
      .sort((a, b) => a - b)
      .map((mode) => `\x1b[?${mode}h`)
      .join('');
  }

  private _handleModes(terminal: Terminal, parameters: readonly (number | number[])[], isSet: boolean): void {
    let isAlternate = terminal.buffer.active.type === 'alternate';
    for (const mode of parameters) {
      if (typeof mode !== 'number') {
        continue;
      }
      if (laterModes.has(mode)) {
        if (isSet) {
          this._later.add(mode);
        } else {
          this._later.delete(mode);
        }
      } else if (alternateBufferModes.has(mode) && isAlternate !== isSet) {
        this.keyboard.switchBuffer();
        isAlternate = isSet;
      }
    }
  }

  private _handleReset(): false {
    this.keyboard.reset();
    this._later.clear();
    return false;
  }
}
