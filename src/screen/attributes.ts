import { cellBits, type EmulatorAttributes } from './xtermInternals.ts';

const { fg: fgFlag, bg: bgFlag, colorModes } = cellBits;

/** The attributes of a cell or of the pen, as far as a terminal shows them. Equal ones are the same `key`. */
export interface Attributes {
  readonly fg: number;
  readonly bg: number;
  /** Underline style and colour; 0 without. */
  readonly underline: number;
  /** The emulator's number of the hyperlink; 0 without. */
  readonly link: number;
}

export const defaultAttributes: Attributes = { fg: 0, bg: 0, underline: 0, link: 0 };

/**
 * The attributes of a cell, as they are drawn: what the emulator keeps beside it counts only where the cell says so, an
 * underline without a style is a single one, and a style is drawn whether or not the cell says that it is underlined.
 */
export function attributesOfCell(cell: EmulatorAttributes): Attributes {
  const fg = withoutResidue(cell.fg);
  const bg = withoutResidue(cell.bg & ~bgFlag.hasExtended);
  const isUnderlined = (fg & fgFlag.underline) !== 0;
  if ((cell.bg & bgFlag.hasExtended) === 0) {
    return { fg, bg, underline: isUnderlined ? 1 << cellBits.underlineStyleShift : 0, link: 0 };
  }
  const link = cell.extended.urlId;
  const style = styleOf(cell.extended._ext);
  const color = withoutResidue(cell.extended._ext & cellBits.color);
  if (style === 0 && !isUnderlined) {
    return { fg, bg, underline: link === 0 ? 0 : color, link };
  }
  return {
    fg: fg | fgFlag.underline,
    bg,
    underline: (Math.max(1, style) << cellBits.underlineStyleShift) | color,
    link,
  };
}

/** The attributes that the next character gets; a link or an underline's colour may wait in them. */
export function attributesOfPen(pen: EmulatorAttributes): Attributes {
  return {
    fg: withoutResidue(pen.fg),
    bg: withoutResidue(pen.bg & ~bgFlag.hasExtended),
    underline: withoutResidue(pen.extended._ext),
    link: pen.extended.urlId,
  };
}

/**
 * Whether selecting a rendition and a link gives this pen. Restoring a saved cursor can give one that is underlined
 * without a style, or has a link or a style that the characters do not get: the emulator saves only a part of the pen.
 */
export function isInStep(pen: EmulatorAttributes): boolean {
  return ((pen.fg & fgFlag.underline) !== 0) === (styleOf(pen.extended._ext) !== 0) && countsExtended(pen);
}

/** Whether the characters get the style of the underline and the link that this pen has, or it has none. */
export function countsExtended(pen: EmulatorAttributes): boolean {
  const hasExtended = styleOf(pen.extended._ext) !== 0 || pen.extended.urlId !== 0;
  return ((pen.bg & bgFlag.hasExtended) !== 0) === hasExtended;
}

function styleOf(extended: number): number {
  return (extended >>> cellBits.underlineStyleShift) & 7;
}

/** The emulator leaves parts of a true colour beside the palette colour that replaces it. They mean nothing. */
function withoutResidue(bits: number): number {
  const mode = bits & cellBits.colorMode;
  // Signed in both cases: cells come unsigned, the pen does not.
  return mode === colorModes.palette16 || mode === colorModes.palette256 ? bits & ~0xffff00 : bits | 0;
}

export function areEqual(a: Attributes, b: Attributes): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.underline === b.underline && a.link === b.link;
}

/** True when a blank cell has nothing but a background: all that erasing can leave behind. */
export function isErased(attributes: Attributes): boolean {
  const { fg, bg, underline, link } = attributes;
  return fg === 0 && (bg & ~cellBits.color) === 0 && underline === 0 && link === 0;
}

/** SGR from scratch (ECMA-48, ISO 8613-6 colours, kitty's underline styles), and DECSCA where it is needed. */
export function selectRendition(attributes: Attributes): string {
  const style = styleOf(attributes.underline);
  const underline = style > 1 ? [`4:${style}`] : style === 1 ? ['4'] : [];
  const codes = ['0', ...flagCodes(attributes), ...underline, ...colorCodes(attributes)];
  codes.push(...color(attributes.underline, undefined, '58'));
  return `\x1b[${codes.length === 1 ? '' : codes.join(';')}m${isProtected(attributes) ? '\x1b[1"q' : ''}`;
}

/** Changes everything but underline and link, and leaves those exactly as they are, in step or not. */
export function changeRendition(attributes: Attributes): string {
  const codes = [
    '22',
    '23',
    '25',
    '27',
    '28',
    '29',
    '55',
    '39',
    '49',
    ...flagCodes(attributes),
    ...colorCodes(attributes),
  ];
  return `\x1b[${codes.join(';')}m\x1b[${isProtected(attributes) ? '1' : '0'}"q`;
}

function isProtected(attributes: Attributes): boolean {
  return (attributes.bg & bgFlag.isProtected) !== 0;
}

function flagCodes({ fg, bg }: Attributes): string[] {
  const flags: readonly (readonly [bits: number, mask: number, code: string])[] = [
    [fg, fgFlag.bold, '1'],
    [bg, bgFlag.dim, '2'],
    [bg, bgFlag.italic, '3'],
    [fg, fgFlag.blink, '5'],
    [fg, fgFlag.inverse, '7'],
    [fg, fgFlag.invisible, '8'],
    [fg, fgFlag.strikethrough, '9'],
    [bg, bgFlag.overline, '53'],
  ];
  return flags.filter(([bits, mask]) => (bits & mask) !== 0).map(([, , code]) => code);
}

function colorCodes({ fg, bg }: Attributes): string[] {
  return [...color(fg, 30, '38'), ...color(bg, 40, '48')];
}

/** @param base code of black, from which the sixteen palette colours count; undefined when there are no such codes. */
function color(bits: number, base: number | undefined, extended: string): string[] {
  switch (bits & cellBits.colorMode) {
    case colorModes.palette16: {
      const index = bits & 0xff;
      if (base === undefined || index > 15) {
        return [`${extended};5;${index}`];
      }
      return [String(index < 8 ? base + index : base + 52 + index)];
    }
    case colorModes.palette256:
      return [`${extended};5;${bits & 0xff}`];
    case colorModes.rgb:
      return [`${extended};2;${(bits >>> 16) & 0xff};${(bits >>> 8) & 0xff};${bits & 0xff}`];
    default:
      return [];
  }
}
