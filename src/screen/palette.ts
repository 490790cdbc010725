import { type ColorScheme, parseHexColor, type Rgb, schemeOf, type TerminalColors } from '../base/terminalColors.ts';
import type { ColorRequest } from './xtermInternals.ts';

/** Tells a program the colour scheme: https://contour-terminal.org/vt-extensions/color-palette-update-notifications */
export function colorSchemeReport(scheme: ColorScheme): string {
  return `\x1b[?997;${scheme === 'dark' ? 1 : 2}n`;
}

/** Where foreground, background and cursor come after the palette in the emulator's numbering. */
const special = { foreground: 256, background: 257, cursor: 258 } as const;

interface FullColors {
  readonly foreground: string;
  readonly background: string;
  readonly cursor: string;
  readonly ansi: readonly string[];
}

/** Those of VS Code: what a terminal is most likely shown with as long as none has told its own. */
const defaults: Readonly<Record<ColorScheme, FullColors>> = {
  dark: {
    foreground: 'cccccc',
    background: '1e1e1e',
    cursor: 'aeafad',
    ansi: [
      '000000', 'cd3131', '0dbc79', 'e5e510', '2472c8', 'bc3fbc', '11a8cd', 'e5e5e5',
      '666666', 'f14c4c', '23d18b', 'f5f543', '3b8eea', 'd670d6', '29b8db', 'e5e5e5',
    ],
  },
  light: {
    foreground: '3b3b3b',
    background: 'f8f8f8',
    cursor: '005fb8',
    ansi: [
      '000000', 'cd3131', '107c10', '949800', '0451a5', 'bc05bc', '0598bc', '555555',
      '666666', 'f14c4c', '14ce14', 'b5ba00', '3b8eea', 'd670d6', '29b8db', 'a5a5a5',
    ],
  },
}; // prettier-ignore

/**
 * Colours that programs set and ask for: OSC 4, 10, 11, 12 and the ones that take them back (xterm ctlseqs). Those that
 * no program has set are the ones of the terminal that shows the session.
 */
export class Palette {
  private readonly _changed = new Map<number, Rgb>();
  private _theme: readonly Rgb[] = themeOf({ scheme: 'dark' });

  /** Whether the screen is light on dark now, with what programs have set. */
  get scheme(): ColorScheme {
    return schemeOf(this._colorOf(special.background), this._colorOf(special.foreground));
  }

  /**
   * Sets the colours of the terminal that shows the session.
   * @returns the scheme when that changed.
   */
  setTheme(colors: TerminalColors): ColorScheme | undefined {
    const before = this.scheme;
    this._theme = themeOf(colors).map((told, index) => {
      // A terminal that was asked late tells what the program has set, which is not its own.
      const set = this._changed.get(index);
      return set !== undefined && isSame(set, told) ? (this._theme[index] ?? told) : told;
    });
    return this.scheme === before ? undefined : this.scheme;
  }

  /** Applies a request. @returns the answer where one was asked for, else ''. */
  handle(request: ColorRequest): string {
    const { index } = request;
    switch (request.type) {
      case 0:
        return index === undefined ? '' : `\x1b]${identifierOf(index)};${format(this._colorOf(index))}\x1b\\`;
      case 1:
        if (index !== undefined && request.color !== undefined) {
          this._changed.set(index, request.color);
        }
        return '';
      case 2:
        for (const changed of [...this._changed.keys()]) {
          if (index === undefined ? changed < special.foreground : changed === index) {
            this._changed.delete(changed);
          }
        }
        return '';
    }
  }

  serialize(): string {
    return [...this._changed]
      .sort(([a], [b]) => a - b)
      .map(([index, color]) => `\x1b]${identifierOf(index)};${format(color)}\x1b\\`)
      .join('');
  }

  private _colorOf(index: number): Rgb {
    return this._changed.get(index) ?? this._theme[index] ?? [0, 0, 0];
  }
}

function identifierOf(index: number): string {
  return index < special.foreground ? `4;${index}` : String(10 + index - special.foreground);
}

function format(color: Rgb): string {
  return `rgb:${color.map((part) => part.toString(16).padStart(2, '0').repeat(2)).join('/')}`;
}

function isSame(a: Rgb, b: Rgb): boolean {
  return a.every((part, index) => part === b[index]);
}

/** All colours, in the emulator's numbering. */
function themeOf(colors: TerminalColors): readonly Rgb[] {
  const base = defaults[colors.scheme];
  const ansi = colors.ansi ?? base.ansi;
  const fixed = Array.from({ length: special.foreground - ansi.length }, (_, index) => fixedColor(index + ansi.length));
  const others = [
    colors.foreground ?? base.foreground,
    colors.background ?? base.background,
    colors.cursor ?? base.cursor,
  ];
  return [...ansi.map(parseHexColor), ...fixed, ...others.map(parseHexColor)];
}

/** xterm's colours from 16 on, the same in every theme: a cube of 6 levels, then 24 greys. */
function fixedColor(index: number): Rgb {
  if (index < 232) {
    const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
    const cell = index - 16;
    return [level(Math.floor(cell / 36)), level(Math.floor(cell / 6) % 6), level(cell % 6)];
  }
  const grey = 8 + 10 * (index - 232);
  return [grey, grey, grey];
}
