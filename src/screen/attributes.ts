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

/** The attributes of a cell: what the emulator keeps beside it counts only where the cell says so. */
export function attributesOfCell(cell: EmulatorAttributes): Attributes {
  if ((cell.bg & bgFlag.hasExtended) === 0) {
    return { fg: withoutResidue(cell.fg), bg: withoutResidue(cell.bg), underline: 0, link: 0 };
  }
  return attributesOfPen(cell);
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

/** The emulator leaves parts of a true colour beside the palette colour that replaces it. They mean nothing. */
function withoutResidue(bits: number): number {
  const mode = bits & cellBits.colorMode;
  return mode === colorModes.palette16 || mode === colorModes.palette256 ? bits & ~0xffff00 : bits;
}

export function areEqual(a: Attributes, b: Attributes): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.underline === b.underline && a.link === b.link;
}

/** True when a blank cell shows nothing but its background: all that erasing can leave behind. */
export function isBlankErased(attributes: Attributes): boolean {
  return attributes.fg === 0 && (attributes.bg & ~cellBits.color) === 0 && attributes.link === 0;
}

/** SGR from scratch (ECMA-48, ISO 8613-6 colours, kitty's underline styles), and DECSCA where it is needed. */
export function selectRendition(attributes: Attributes): string {
  const { fg, bg } = attributes;
  const codes = ['0'];
  const flag = (bits: number, mask: number, code: string): void => {
    if ((bits & mask) !== 0) {
      codes.push(code);
    }
  };
  flag(fg, fgFlag.bold, '1');
  flag(bg, bgFlag.dim, '2');
  flag(bg, bgFlag.italic, '3');
  flag(fg, fgFlag.blink, '5');
  flag(fg, fgFlag.inverse, '7');
  flag(fg, fgFlag.invisible, '8');
  flag(fg, fgFlag.strikethrough, '9');
  flag(bg, bgFlag.overline, '53');
  if ((fg & fgFlag.underline) !== 0) {
    const style = (attributes.underline >>> cellBits.underlineStyleShift) & 7;
    codes.push(style > 1 ? `4:${style}` : '4');
  }
  codes.push(...color(fg, 30, '38'), ...color(bg, 40, '48'), ...color(attributes.underline, undefined, '58'));
  const isProtected = (bg & bgFlag.isProtected) !== 0;
  return `\x1b[${codes.length === 1 ? '' : codes.join(';')}m${isProtected ? '\x1b[1"q' : ''}`;
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
