import * as fs from 'node:fs';

export type TextKind = 'plain' | 'coloured';

const words =
  'compiling module cache build linked target warning unused import resolved package fetch test passed running server request handled worker queue stored index'.split(
    ' ',
  );

/**
 * Line `number` (0 and up) of the text that programs print in the benchmarks, without its end: 30 to 79 columns that
 * begin with the number. Coloured, it looks like a build's output: three pieces a line, in 16, 256 and direct colours and
 * in bold.
 */
export function lineOf(kind: TextKind, number: number): string {
  const count = 3 + (number % 6);
  const picked = Array.from({ length: count }, (_, i) => words[(number * 7 + i * 5) % words.length] ?? '');
  const label = String(number).padStart(9, '0');
  const text = picked.join(' ');
  const tail = `src/${picked[0]}/${picked[1]}.ts`;
  if (kind === 'plain') {
    return `${label} ${text} ${tail}`.slice(0, 79);
  }
  const room = Math.max(0, 79 - label.length - 2 - tail.length);
  const colour = number % 2 === 0 ? `38;5;${16 + (number % 216)}` : `38;2;${number % 256};120;200`;
  return (
    `\x1b[32m${label}\x1b[0m \x1b[1;33m${text.slice(0, 12)}\x1b[0m${text.slice(12, room)}` +
    ` \x1b[${colour}m${tail}\x1b[m`
  );
}

/** What remains on a screen of a line. */
export function visibleText(line: string): string {
  return line.replaceAll(/\x1b\[[\d;]*m/g, '');
}

/** Writes a file of at least `bytes` and gives the number of its lines; they end with `\n`. */
export function writeText(file: string, kind: TextKind, bytes: number): number {
  const out = fs.openSync(file, 'w');
  try {
    let written = 0;
    let number = 0;
    while (written < bytes) {
      let block = '';
      while (block.length < 1024 * 1024 && written + block.length < bytes) {
        block += `${lineOf(kind, number)}\n`;
        number++;
      }
      written += fs.writeSync(out, block);
    }
    return number;
  } finally {
    fs.closeSync(out);
  }
}

/** The same with so many lines. */
export function writeLines(file: string, kind: TextKind, lines: number): void {
  fs.writeFileSync(file, Array.from({ length: lines }, (_, number) => `${lineOf(kind, number)}\n`).join(''));
}
