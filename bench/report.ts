import type { Goal, Unit } from './api.ts';
import type { Machine } from './machine.ts';
import type { Figure } from './statistics.ts';

/** What a run found, as `--json` writes it. */
export interface Report {
  readonly machine: Machine;
  readonly isQuick: boolean;
  readonly rows: readonly ReportedRow[];
}

export interface ReportedRow {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly leftOut: readonly string[];
  /** Why there are no figures; null when there are. */
  readonly error: string | null;
}

const headings = ['measure', 'median', 'min to max', 'rounds', 'goal', ''] as const;

/** A row as a table in plain text, with two spaces before each line. */
export function textOf(row: ReportedRow): string {
  const cells = [[...headings], ...row.figures.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = row.figures.length === 0 ? [] : cells.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)));
  const remarks = [...row.leftOut, ...(row.error === null ? [] : [`FAILED: ${row.error}`])];
  return [...lines.map((line) => line.join('  ').trimEnd()), ...remarks].map((line) => `  ${line}\n`).join('');
}

/** Everything as Markdown: the machine, then a table. */
export function markdownOf({ machine, isQuick, rows }: Report): string {
  const head = [
    `${machine.date.slice(0, 10)}; ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.system}; Node ${machine.node}.`,
    ...(isQuick ? ['', '**A quick run: these figures are worth little.**'] : []),
    '',
    `| ${headings.join(' | ')} |`,
    `|${' --- |'.repeat(headings.length)}`,
  ];
  const lines = rows.flatMap((row) => [
    `| **${row.title}** |${' |'.repeat(headings.length - 1)}`,
    ...row.figures.map((figure) => `| ${cellsOf(figure).join(' | ')} |`),
    ...(row.error === null ? [] : [`| failed: ${oneLine(row.error)} |${' |'.repeat(headings.length - 1)}`]),
  ]);
  const leftOut = rows.flatMap((row) => row.leftOut.map((text) => `- ${row.title}: ${text}`));
  return [...head, ...lines, ...(leftOut.length === 0 ? [] : ['', ...leftOut])].join('\n');
}

const begin = '<!-- figures: begin -->';
const end = '<!-- figures: end -->';

/** Puts Markdown between the two marks of a document. Throws when it has not both, in this order. */
export function replaceFigures(document: string, figures: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`The document has no place for the figures: it needs a line "${begin}" and, below, "${end}".`);
  }
  return `${document.slice(0, from + begin.length)}\n\n${figures}\n\n${document.slice(to)}`;
}

function cellsOf(figure: Figure): string[] {
  const { unit } = figure;
  return [
    figure.name,
    valueOf(figure.median, unit),
    `${numberOf(figure.min)} to ${numberOf(figure.max)}`,
    String(figure.rounds),
    figure.goal === null ? '' : goalOf(figure.goal, unit),
    figure.isMet === null ? '' : figure.isMet ? 'met' : 'MISSED',
  ];
}

function goalOf(goal: Goal, unit: Unit): string {
  return 'atLeast' in goal ? `≥ ${valueOf(goal.atLeast, unit)}` : `≤ ${valueOf(goal.atMost, unit)}`;
}

function valueOf(value: number, unit: Unit): string {
  return unit === 'x' ? `${numberOf(value)} x` : `${numberOf(value)} ${unit}`;
}

/** Three digits that count, or all those before the point. */
function numberOf(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.095 ? 2 : 3;
  return String(Number(value.toFixed(digits)));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}
