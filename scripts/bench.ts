import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from '../bench/api.ts';
import { markdownOf, replaceFigures } from '../bench/report.ts';
import { rows } from '../bench/rows.ts';
import { runBench } from '../bench/runBench.ts';
import { bundle, copyPty } from '../esbuild.mjs';
import { endLeftOvers, markProcesses } from './leftOverProcesses.ts';
import { packageVsix } from './package.ts';
import { root, runMain, step, StepError } from './steps.ts';
import { installChromium, installVsCodeServer } from './vscodeServer.ts';

const mark = markProcesses();

// Hosts and keepers outlive whoever started them: that is what they are for.
process.once('SIGINT', () => {
  endLeftOvers(mark);
  process.exit(130);
});

runMain(async () => {
  const { values } = parseArgs({
    options: {
      /** Names of rows, separated by commas; all when left out. */
      only: { type: 'string' },
      /** Few rounds and small inputs: shows that everything works. */
      quick: { type: 'boolean', default: false },
      /** A file for the figures, for machines. */
      json: { type: 'string' },
      /** A document between whose marks the figures go. */
      markdown: { type: 'string' },
    },
  });
  const chosen = chooseRows(values.only);
  const document = values.markdown === undefined ? undefined : fs.readFileSync(values.markdown, 'utf8');
  if (document !== undefined) {
    // Now, and not after half an hour.
    replaceFigures(document, '');
  }
  const runtime = path.join(root, 'out', 'bench', 'dist');
  const build = buildNow();
  await step('Bundling what is measured', async () => {
    await bundle({ outdir: runtime, ...build });
    copyPty(runtime, `${process.platform}-${process.arch}`);
  });
  if (chosen.some((row) => row.needsVsCode === true)) {
    await prepareVsCode();
  }
  const say = (text: string): void => void process.stdout.write(`${text.startsWith('\n') ? text : `  ${text}`}\n`);
  const report = await runBench(chosen, { isQuick: values.quick, runtime, build, say });
  if (values.json !== undefined) {
    fs.mkdirSync(path.dirname(path.resolve(values.json)), { recursive: true });
    fs.writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
  }
  if (values.markdown !== undefined && document !== undefined) {
    fs.writeFileSync(values.markdown, replaceFigures(document, markdownOf(report)));
  }
  const leftOvers = endLeftOvers(mark);
  leftOvers.forEach(({ pid, command }) => say(`A row left a process behind: ${pid} ${command}`));
  const failed = report.rows.filter((row) => row.error !== null);
  process.exitCode = failed.length === 0 && leftOvers.length === 0 ? 0 : 1;
});

function chooseRows(only: string | undefined): readonly Row[] {
  const names = only?.split(',');
  const unknown = names?.find((name) => !rows.some((row) => row.name === name));
  if (unknown !== undefined) {
    throw new StepError(`There is no row "${unknown}". Rows: ${rows.map((row) => row.name).join(', ')}.`);
  }
  return rows.filter((row) => names === undefined || names.includes(row.name));
}

/** What the bundles say of themselves, and clients have to say as well. */
function buildNow(): { readonly version: string; readonly builtAt: number } {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly version: string };
  return { version: manifest.version, builtAt: Date.now() };
}

async function prepareVsCode(): Promise<void> {
  process.env['REVENANT_DEV_VSIX'] = await packageVsix({ outdir: path.join(root, 'out', 'bench') });
  const server = await step("Getting VS Code's server", installVsCodeServer);
  const chromium = await step('Getting Chromium', installChromium);
  process.env['REVENANT_DEV_SERVER'] = server.serverDirectory;
  process.env['REVENANT_DEV_CHROMIUM'] = chromium.executable;
  process.env['REVENANT_DEV_CHROMIUM_LIBS'] = chromium.libraries ?? '';
}
