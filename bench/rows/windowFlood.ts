import * as fs from 'node:fs';
import * as path from 'node:path';
import { Scene } from '../../test/e2e/support/scene.ts';
import type { Workbench } from '../../test/vscode/workbench.ts';
import type { BenchContext, Measurement, Row } from '../api.ts';
import { ratios } from '../statistics.ts';
import { visibleText, writeText } from '../support/makeText.ts';

const megabyte = 1e6;
const prompt = 'ready>';
/** The built-in terminal needs some 70 s for the longest flood; a terminal that hangs is told of, and not waited for. */
const floodLimitMs = 240_000;
/** Lines that have to be right at the end: what VS Code keeps by default. */
const comparedLines = 1000;

/** The built-in terminal runs the shell that the scene's sessions run, also without the machine's rc files. */
const builtInSettings = Object.fromEntries<unknown>(
  ['linux', 'osx'].flatMap((system) => [
    [`terminal.integrated.profiles.${system}`, { bare: { path: '/bin/bash', args: ['--noprofile', '--norc'] } }],
    [`terminal.integrated.defaultProfile.${system}`, 'bare'],
  ]),
);

interface Flood {
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
}

export const windowFlood: Row = {
  name: 'window-flood',
  title: 'Flood in a window of a real VS Code: command start to prompt back with the right last screen',
  needsVsCode: true,
  run: async (context) => {
    const scene = await Scene.open(builtInSettings);
    try {
      const window = await scene.app.openWindow();
      await window.showViewContainer('Revenant');
      const measurements: Measurement[] = [];
      for (const flood of writeFloods(context, scene.workspace)) {
        measurements.push(...(await compare(context, window, flood)));
      }
      return { measurements };
    } finally {
      await scene.end();
    }
  },
};

function writeFloods(context: BenchContext, directory: string): readonly Flood[] {
  const lines = context.isQuick ? 200_000 : 2_000_000;
  const short = path.join(directory, 'short.txt');
  fs.writeFileSync(short, Array.from({ length: lines }, (_, i) => `${i}\n`).join(''));
  const coloured = path.join(directory, 'coloured.txt');
  writeText(coloured, 'coloured', (context.isQuick ? 2 : 50) * megabyte);
  return [
    { name: `${lines / 1e6} million short lines`, file: short, bytes: fs.statSync(short).size },
    { name: 'coloured', file: coloured, bytes: fs.statSync(coloured).size },
  ];
}

const terminals = [
  { name: 'built-in', command: 'Terminal: Create New Terminal' },
  { name: 'Revenant', command: 'Revenant: New Session' },
] as const;

/** Each flood in a new terminal, so that both begin with nothing. */
async function compare(context: BenchContext, window: Workbench, flood: Flood): Promise<Measurement[]> {
  const timesMs = terminals.map(() => [] as number[]);
  for (let round = 0; round < (context.isQuick ? 1 : 3); round++) {
    for (const [i, { name, command }] of terminals.entries()) {
      await window.openTerminal(command, new RegExp(`${prompt} ?$`));
      const elapsedMs = await timeFlood(window, flood);
      context.say(`${flood.name}, ${name}: ${(elapsedMs / 1000).toFixed(1)} s`);
      timesMs[i]?.push(elapsedMs);
    }
  }
  const [builtIn = [], ours = []] = timesMs;
  const speeds = (times: readonly number[]): number[] => times.map((ms) => flood.bytes / megabyte / (ms / 1000));
  return [
    {
      name: `${flood.name}: Revenant's time against the built-in's`,
      unit: 'x',
      samples: ratios(ours, builtIn),
      goal: { atMost: 0.1 },
    },
    { name: `${flood.name}: built-in`, unit: 'MB/s', samples: speeds(builtIn) },
    { name: `${flood.name}: Revenant`, unit: 'MB/s', samples: speeds(ours) },
  ];
}

/** Milliseconds from Enter to the moment at which the page has the prompt below the flood. */
async function timeFlood(window: Workbench, { file }: Flood): Promise<number> {
  await window.typeInTerminal(`cat ${path.basename(file)}`);
  await window.waitForTerminal(new RegExp(`${prompt} cat ${path.basename(file)}$`));
  const back = whenPromptIsBack(window);
  const startMs = performance.now();
  await window.page.keyboard.press('Enter');
  await back;
  const elapsedMs = performance.now() - startMs;
  checkLastLines(await window.terminalText(), file);
  return elapsedMs;
}

/** Looks in the page itself, between two pictures of the terminal, so that looking costs next to nothing. */
async function whenPromptIsBack(window: Workbench): Promise<void> {
  await window.page.evaluate(
    ({ sign, limitMs }) =>
      new Promise<void>((resolve, reject) => {
        interface XtermElement extends Element {
          xterm?: {
            buffer: {
              active: {
                baseY: number;
                cursorY: number;
                cursorX: number;
                getLine(row: number): { translateToString(trim: boolean): string } | undefined;
              };
            };
          };
        }
        const deadline = performance.now() + limitMs;
        const look = (): void => {
          const element = document.querySelector<XtermElement>('.terminal-wrapper.active');
          const buffer = element?.xterm?.buffer.active;
          const line = buffer?.getLine(buffer.baseY + buffer.cursorY)?.translateToString(true);
          // Rows above: the prompt of the command itself is not meant.
          if (line?.trimEnd() === sign && buffer !== undefined && buffer.baseY > 0) {
            resolve();
          } else if (performance.now() > deadline) {
            reject(new Error(`The prompt was not back within ${limitMs} ms; the last line is: ${line}`));
          } else {
            setTimeout(look, 10);
          }
        };
        look();
      }),
    { sign: prompt, limitMs: floodLimitMs },
  );
}

function checkLastLines(text: string | undefined, file: string): void {
  const shown = (text ?? '').trimEnd().split('\n').slice(-comparedLines);
  if (shown.pop()?.trimEnd() !== prompt) {
    throw new Error('The prompt is not in the last line.');
  }
  const tail = fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-shown.length);
  const wrong = tail.findIndex((line, i) => visibleText(line).trimEnd() !== shown[i]?.trimEnd());
  if (wrong >= 0 || shown.length < 20) {
    throw new Error(`Line ${wrong} of the last ${shown.length} is ${JSON.stringify(shown[wrong])}, not as in ${file}.`);
  }
}
