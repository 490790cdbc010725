import type { TestContext } from 'node:test';
import { internalsOf } from '../../../../src/screen/xtermInternals.ts';
import { VscodeTerminal } from './vscodeTerminal.ts';

/** A theme: foreground, background and cursor; the palette is `ansi` repeated. Parts as `rgb:` has them. */
export interface Theme {
  readonly foreground: string;
  readonly background: string;
  readonly cursor: string;
  readonly ansi: string;
}

export const darkTheme: Theme = {
  foreground: 'eeee/eeee/eeee',
  background: '1010/2020/3030',
  cursor: 'ffff/0000/0000',
  ansi: '1212/3434/5656',
};
export const lightTheme: Theme = { ...darkTheme, foreground: '1111/1111/1111', background: 'fafa/fbfb/fcfc' };

/**
 * The emulator with what it sends by itself only in a window, as VS Code's xterm.js 6.1 does: focus reports as soon as
 * they are turned on, colours once it is shown, reports of the colour scheme, answers to pictures.
 */
export class AnsweringTerminal extends VscodeTerminal {
  isShown = true;
  theme: Theme = darkTheme;
  private _reportsScheme = false;
  private readonly _set = new Map<number, string>();

  constructor(t: TestContext, cols = 80, rows = 24) {
    super(t, cols, rows);
    const { parser } = this.xterm;
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => {
      this._reportsScheme ||= modes.includes(2031);
      if (modes.includes(1004)) {
        this.send('\x1b[I');
      }
      return false;
    });
    parser.registerEscHandler({ final: 'c' }, () => {
      this._reportsScheme = false;
      return false;
    });
    internalsOf(this.xterm)._inputHandler.onColor((requests) => {
      for (const { type, index, color } of this.isShown ? requests : []) {
        this._handleColor(type, index, color);
      }
    });
  }

  /** Sends something by itself, or as if somebody had typed it. */
  send(input: string): void {
    this.inputs.push(input);
    this.handleInput?.(input);
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this._set.clear();
    if (this._reportsScheme) {
      this.send(`\x1b[?997;${theme === darkTheme ? 1 : 2}n`);
    }
  }

  private _handleColor(type: number, index: number | undefined, color: readonly number[] | undefined): void {
    if (type === 1 && index !== undefined && color !== undefined) {
      this._set.set(index, color.map((part) => part.toString(16).padStart(2, '0').repeat(2)).join('/'));
    } else if (type === 2) {
      for (const set of [...this._set.keys()].filter((each) => (index === undefined ? each < 256 : each === index))) {
        this._set.delete(set);
      }
    } else if (type === 0 && index !== undefined) {
      const identifier = index < 256 ? `4;${index}` : String(index - 246);
      this.send(`\x1b]${identifier};rgb:${this._set.get(index) ?? this._themeColor(index)}\x1b\\`);
    }
  }

  private _themeColor(index: number): string {
    const { foreground, background, cursor, ansi } = this.theme;
    return [foreground, background, cursor][index - 256] ?? ansi;
  }
}
