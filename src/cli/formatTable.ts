/** Characters that terminals show two columns wide: East Asian wide and full-width forms, emoji. */
const widePattern =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zeroWidthPattern = /[\p{Mn}\p{Me}\u200b-\u200d\ufe0f]/u;

/** Columns of equal width, two spaces apart, the last one ragged. Without a line feed at the end. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell + padding(cell, widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function padding(cell: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(cell)));
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    width += zeroWidthPattern.test(character) ? 0 : widePattern.test(character) ? 2 : 1;
  }
  return width;
}
