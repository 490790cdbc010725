import {
  ansiColorCount,
  type ColorScheme,
  parseHexColor,
  schemeOf,
  type TerminalColors,
} from '../base/terminalColors.ts';

/**
 * Asks a terminal for its foreground, background, cursor colour and the first 16 of its palette (xterm ctlseqs: OSC 10,
 * 11, 12 and 4). One sequence for each, which every terminal that knows them understands.
 */
export const colorQueries: string = [
  ...[10, 11, 12].map(String),
  ...Array.from({ length: ansiColorCount }, (_, index) => `4;${index}`),
]
  .map((identifier) => `\x1b]${identifier};?\x1b\\`)
  .join('');

const answerPattern =
  /^\x1b\](?:4;([0-9]{1,3})|(1[0-2]));rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})(?:\/[0-9a-f]{1,4})?(?:\x07|\x1b\\)$/i;

/** Collects what a terminal answers to `colorQueries`. */
export class ColorAnswers {
  private readonly _ansi = new Map<number, string>();
  private readonly _others = new Map<number, string>();

  /** True when the input, one whole sequence, is an answer to one of the queries. */
  tryTake(input: string): boolean {
    const match = answerPattern.exec(input);
    if (match === null) {
      return false;
    }
    const [, index, identifier, ...parts] = match;
    const color = parts.slice(0, 3).map(toTwoDigits).join('');
    if (index === undefined) {
      this._others.set(Number(identifier), color);
    } else if (Number(index) < ansiColorCount) {
      this._ansi.set(Number(index), color);
    }
    return true;
  }

  /** What was told; undefined when foreground or background was not. */
  colors(): TerminalColors | undefined {
    const foreground = this._others.get(10);
    const background = this._others.get(11);
    if (foreground === undefined || background === undefined) {
      return undefined;
    }
    const scheme: ColorScheme = schemeOf(parseHexColor(background), parseHexColor(foreground));
    const cursor = this._others.get(12);
    const ansi = Array.from({ length: ansiColorCount }, (_, index) => this._ansi.get(index));
    return {
      scheme,
      foreground,
      background,
      ...(cursor === undefined ? {} : { cursor }),
      ...(ansi.every((color) => color !== undefined) ? { ansi } : {}),
    };
  }
}

/** One part of a colour as XParseColor has it, 1 to 4 digits that span 0 to 1, as 8 bits. */
function toTwoDigits(part: string): string {
  const share = Number.parseInt(part, 16) / (16 ** part.length - 1);
  return Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
}
