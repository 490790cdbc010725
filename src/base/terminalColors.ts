import { schema as s } from './schema.ts';

/** Six hexadecimal digits, two each for red, green and blue. */
export const hexColorSchema = s.pipe(s.string(), s.regex(/^[0-9a-f]{6}$/));

/** Colours of a theme that programs can name by number: 16 from xterm's palette. */
export const ansiColorCount = 16;

/**
 * The colours of the terminal that shows a session, as that terminal tells them, on the wire and in the metadata. Frozen
 * since v1, may gain optional fields. What is left out is not known: then the default of `scheme` stands for it.
 */
export const terminalColorsSchema = s.object({
  scheme: s.picklist(['dark', 'light']),
  foreground: s.optional(hexColorSchema),
  background: s.optional(hexColorSchema),
  cursor: s.optional(hexColorSchema),
  /** Colours 0 to 15. */
  ansi: s.optional(s.pipe(s.array(hexColorSchema), s.length(ansiColorCount))),
});
export type TerminalColors = s.InferOutput<typeof terminalColorsSchema>;
export type ColorScheme = TerminalColors['scheme'];

export type Rgb = readonly [red: number, green: number, blue: number];

/** @param hex as `hexColorSchema` has it. */
export function parseHexColor(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(0), part(2), part(4)];
}

/** Whether text of one colour on the other is light on dark, as xterm.js decides it: by relative luminance (WCAG 2). */
export function schemeOf(background: Rgb, foreground: Rgb): ColorScheme {
  return luminanceOf(background) < luminanceOf(foreground) ? 'dark' : 'light';
}

function luminanceOf([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

export function areColorsEqual(a: TerminalColors | undefined, b: TerminalColors | undefined): boolean {
  const text = (colors: TerminalColors | undefined): string =>
    JSON.stringify([colors?.scheme, colors?.foreground, colors?.background, colors?.cursor, colors?.ansi]);
  return text(a) === text(b);
}

/**
 * What is known after `told` came. A terminal that has not been shown yet knows only its scheme: then what the one before
 * it told still is the better guess, if it was of the same scheme.
 */
export function mergeColors(known: TerminalColors | undefined, told: TerminalColors): TerminalColors {
  return known?.scheme === told.scheme ? { ...known, ...told } : told;
}
