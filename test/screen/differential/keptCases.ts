import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Case, KeptCase } from './cases.ts';

const directory = path.join(import.meta.dirname, 'kept');

/** Every case that has failed once, with the name of its file. */
export function readKeptCases(): readonly (readonly [name: string, kept: KeptCase])[] {
  return fs
    .readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => [name, JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as KeptCase]);
}

/** Keeps a failing case for ever; a person is to give it a better title. @returns the path of its file. */
export function keepCase(small: Case, seed: number, differed: string): string {
  const file = path.join(directory, `seed-${seed}.json`);
  const kept: KeptCase = { title: `what seed ${seed} showed`, seed, differed, ...small };
  fs.writeFileSync(file, `${formatCase(kept)}\n`);
  return file;
}

/** A line for each step, so that a case can be read and a change of it be seen. */
export function formatCase({ steps, ...head }: KeptCase): string {
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`);
  const list = steps.map((step) => `    ${escapeControls(JSON.stringify(step))}`).join(',\n');
  return `{\n${lines.join('\n')}\n  "steps": [\n${list}\n  ]\n}`;
}

/** JSON leaves DEL, C1 and marks as they are, which nobody can read. */
function escapeControls(json: string): string {
  return json.replace(/[\u007f-\u00a0\u00ad\p{M}\p{Cf}]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  ); // prettier-ignore
}
