import type { ColorRequest } from './xtermInternals.ts';

type Rgb = readonly [red: number, green: number, blue: number];

/** Where foreground, background and cursor come after the palette in the emulator's numbering. */
const special = { foreground: 256, background: 257, cursor: 258 } as const;

/** VS Code's default dark theme: what a terminal is most likely shown with, and the same whoever is attached. */
const ansiColors = [
  '000000', 'cd3131', '0dbc79', 'e5e510', '2472c8', 'bc3fbc', '11a8cd', 'e5e5e5',
  '666666', 'f14c4c', '23d18b', 'f5f543', '3b8eea', 'd670d6', '29b8db', 'e5e5e5',
]; // prettier-ignore
const specialColors = ['cccccc', '1e1e1e', 'aeafad'];

/** Colours that programs set and ask for: OSC 4, 10, 11, 12 and the ones that take them back (xterm ctlseqs). */
export class Palette {
  private readonly _changed = new Map<number, Rgb>();

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
    return this._changed.get(index) ?? defaultColor(index);
  }
}

function identifierOf(index: number): string {
  return index < special.foreground ? `4;${index}` : String(10 + index - special.foreground);
}

function format(color: Rgb): string {
  return `rgb:${color.map((part) => part.toString(16).padStart(2, '0').repeat(2)).join('/')}`;
}

function defaultColor(index: number): Rgb {
  if (index >= special.foreground) {
    return parse(specialColors[index - special.foreground] ?? '000000');
  }
  if (index < ansiColors.length) {
    return parse(ansiColors[index] ?? '000000');
  }
  // xterm's 256 colours: a cube of 6 levels, then 24 greys.
  if (index < 232) {
    const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value);
    const cell = index - 16;
    return [level(Math.floor(cell / 36)), level(Math.floor(cell / 6) % 6), level(cell % 6)];
  }
  const grey = 8 + 10 * (index - 232);
  return [grey, grey, grey];
}

function parse(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}
