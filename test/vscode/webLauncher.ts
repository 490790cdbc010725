#!/usr/bin/env node
// Stands in for the desktop VS Code's executable in @vscode/test-electron's runTests: takes the same arguments, runs the
// tests in VS Code's server and a headless Chromium, prints what they print and ends with their result.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium } from './chromium.ts';
import { VsCodeServer } from './server/vscodeServer.ts';
import { testChromium, testServer } from './testInstallation.ts';

const limitMs = 180_000;
/** What `timeout` and shells use. */
const exitCodes = { timedOut: 124, crashed: 75 } as const;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'extensions-dir': { type: 'string' },
    'user-data-dir': { type: 'string' },
  },
});

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'rvt-web-'));
const outputFile = path.join(home, 'output');
const resultFile = path.join(home, 'result');
fs.writeFileSync(outputFile, '');
let code = 1;
try {
  code = await runInBrowser();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
} finally {
  fs.rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}
process.exit(code);

async function runInBrowser(): Promise<number> {
  const server = await VsCodeServer.start({
    installation: testServer(),
    dataDirectory: textOf('user-data-dir'),
    extensionsDirectory: textOf('extensions-dir'),
    withTestDriver: true,
    env: handedOn(),
  });
  try {
    const browser = await launchChromium(testChromium());
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await context.newPage();
      const ended = new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => {
          process.stderr.write(`The tests did not end within ${limitMs} ms.\n`);
          resolve(exitCodes.timedOut);
        }, limitMs);
        void server.whenEnded().then(() => reject(new Error(`VS Code's server ended:\n${server.output}`)));
        page.on('crash', () => reject(new Error('The page crashed.')));
        // An extension host that dies is reported as exit code 0: only the result that the tests left is believed.
        page
          .exposeFunction('codeAutomationExit', () => {
            clearTimeout(timer);
            const result = fs.existsSync(resultFile) ? fs.readFileSync(resultFile, 'utf8') : 'crashed';
            resolve(result === 'passed' ? 0 : result === 'failed' ? 1 : exitCodes.crashed);
          })
          .catch(reject);
      });
      await page.exposeFunction('codeAutomationLog', () => undefined);
      await page.goto(testPageUrl(server));
      return await ended;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
    process.stdout.write(fs.readFileSync(outputFile, 'utf8'));
  }
}

/** VS Code's web workbench takes the desktop's test arguments in the query, when its server has the test driver on. */
function testPageUrl(server: VsCodeServer): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${path.resolve(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(textOf('extensionDevelopmentPath'))],
    ['extensionTestsPath', remote(path.join(import.meta.dirname, 'server', 'testsInExtensionHost.cjs'))],
    [
      'extensionEnvironment',
      JSON.stringify({
        REVENANT_TEST_OUTPUT: outputFile,
        REVENANT_TEST_OUTCOME: resultFile,
        REVENANT_TEST_MODULE: path.resolve(textOf('extensionTestsPath')),
      }),
    ],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: path.resolve(positionals[0] ?? '.'), payload: JSON.stringify(payload) });
  return `${server.url}?${query.toString()}`;
}

/** What runTests was asked to give to the extension host; the server's own environment is kept clean of Revenant's. */
function handedOn(): Record<string, string> {
  const names = ['REVENANT_HOME', 'REVENANT_TEST_RESULT', 'NODE_PATH'];
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

function textOf(name: keyof typeof values): string {
  const value = values[name];
  if (typeof value !== 'string') {
    throw new Error(`--${String(name)} is missing.`);
  }
  return value;
}
