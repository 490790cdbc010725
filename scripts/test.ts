import * as fs from 'node:fs';
import * as path from 'node:path';
import { run as runTestFiles } from 'node:test';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { endLeftOvers, markProcesses } from './leftOverProcesses.ts';
import { lint } from './lint.ts';
import { packageVsix } from './package.ts';
import { root, runMain, step, StepError } from './steps.ts';
import { runExtensionHostTests } from './testExtensionHost.ts';
import { installChromium, installVsCodeServer } from './vscodeServer.ts';

interface Counts {
  passed: number;
  failed: number;
}

/** Enough for the slowest test of a real window on a slow machine; one that hangs is ended and counted as failed. */
const testLimitMs = 240_000;
const mark = markProcesses();

runMain(async () => {
  const { values } = parseArgs({
    options: {
      /** `unit` or `vscode`; both when left out. */
      only: { type: 'string' },
      /** In a desktop VS Code that is downloaded, instead of the one from npm. */
      desktop: { type: 'boolean', default: false },
      /** Only test files whose path contains this. */
      file: { type: 'string', default: '' },
    },
  });
  if (values.only !== undefined && values.only !== 'unit' && values.only !== 'vscode') {
    throw new StepError(`--only takes "unit" or "vscode", not "${values.only}".`);
  }
  const total: Counts = { passed: 0, failed: 0 };
  try {
    await build();
    if (values.only === undefined) {
      await lint();
    }
    if (values.only !== 'vscode') {
      add(total, await step('Unit tests', () => runNodeTests(unitTestFiles(values.file), 2)));
      add(total, countLeftOvers());
    }
    if (values.only !== 'unit') {
      add(total, await testInVsCode(values.desktop, values.file));
    }
  } catch (error) {
    // What could not even be started counts as one failure, so that the last line never looks better than the run was.
    total.failed += 1;
    process.stderr.write(
      `\n${error instanceof StepError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`, () => process.exit());
});

async function testInVsCode(desktop: boolean, fileFilter: string): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0 };
  const vsix = await packageVsix({ outdir: path.join(root, 'out', 'vsix') });
  const env: Record<string, string> = { REVENANT_DEV_VSIX: vsix };
  if (desktop) {
    env['REVENANT_DEV_DESKTOP'] = '1';
  } else {
    const server = await step("Getting VS Code's server", installVsCodeServer);
    const chromium = await step('Getting Chromium', installChromium);
    env['REVENANT_DEV_SERVER'] = server.serverDirectory;
    env['REVENANT_DEV_CHROMIUM'] = chromium.executable;
    env['REVENANT_DEV_CHROMIUM_LIBS'] = chromium.libraries ?? '';
  }
  Object.assign(process.env, env);
  add(counts, await step('Tests in the extension host of a real VS Code', () => runExtensionHostTests(desktop)));
  add(counts, countLeftOvers());
  add(
    counts,
    await step('Tests of what a person does in a real VS Code', () =>
      runNodeTests(testFiles('test/e2e', fileFilter), 1),
    ),
  );
  add(counts, countLeftOvers());
  return counts;
}

function unitTestFiles(filter: string): string[] {
  const folders = fs
    .readdirSync(path.join(root, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory());
  const elsewhere = ['e2e', 'extensionHost', 'fixtures', 'vscode'];
  return [
    ...folders.filter((folder) => !elsewhere.includes(folder.name)).map((folder) => `test/${folder.name}`),
    'bench',
  ].flatMap((folder) => testFiles(folder, filter));
}

function testFiles(folder: string, filter: string): string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(root, folder, file))
    .filter((file) => path.relative(root, file).includes(filter))
    .sort();
}

/** Each process that tests have left behind counts as a failure. It is ended. */
function countLeftOvers(): Counts {
  const leftOvers = endLeftOvers(mark);
  for (const { pid, command } of leftOvers) {
    process.stdout.write(`  ✖ a test left a process behind: ${pid} ${command}\n`);
  }
  return { passed: 0, failed: leftOvers.length };
}

/** Runs files with node:test, each in a process of its own; prints a line a file and everything about failures. */
async function runNodeTests(files: readonly string[], concurrency: number): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0 };
  const passedByFile = new Map<string, number>();
  const stream = runTestFiles({ files: [...files], concurrency, timeout: testLimitMs });
  stream.on('test:pass', (data) => {
    if (data.skip !== undefined) {
      process.stdout.write(`  - ${relative(data.file)}: ${data.name}: skipped: ${String(data.skip)}\n`);
      return;
    }
    if (data.details.type !== 'suite' && data.file !== data.name) {
      counts.passed += 1;
      passedByFile.set(data.file ?? '', (passedByFile.get(data.file ?? '') ?? 0) + 1);
    }
  });
  stream.on('test:fail', (data) => {
    const { error } = data.details;
    // A test fails with its subtests; only the innermost one is counted and told.
    if (data.details.type === 'suite' || isSubtestFailure(error)) {
      return;
    }
    counts.failed += 1;
    process.stdout.write(`  ✖ ${relative(data.file)}: ${data.name}\n${indent(describeFailure(error))}\n`);
  });
  stream.on('test:stderr', (data) => process.stdout.write(indent(data.message)));
  await new Promise<void>((resolve, reject) => {
    stream.on('end', resolve);
    stream.on('error', reject);
    stream.resume();
  });
  for (const file of files) {
    process.stdout.write(`  ${relative(file)}: ${passedByFile.get(file) ?? 0} passed\n`);
  }
  return counts;
}

function isSubtestFailure(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}

function describeFailure(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.stack ?? cause.message;
}

function relative(file: string | undefined): string {
  return file === undefined ? '' : path.relative(root, file);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}

function add(total: Counts, counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
}
