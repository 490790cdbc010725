import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import * as esbuild from 'esbuild';
import { endRevenant } from '../test/support/endRevenant.ts';
import { installVsix } from '../test/vscode/installVsix.ts';
import { root, run, StepError } from './steps.ts';

/**
 * Runs the mocha tests of test/extensionHost inside VS Code's extension host, with the VSIX installed as a user would:
 * through `runTests` of @vscode/test-electron, whose executable is a downloaded desktop VS Code, or the stand-in that
 * opens VS Code's server in a headless Chromium.
 */
export async function runExtensionHostTests(desktop: boolean): Promise<{ passed: number; failed: number }> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'rvt-xh-'));
  const resultFile = path.join(home, 'result.json');
  const tests = path.join(root, 'out', 'extensionHostTests.cjs');
  try {
    await esbuild.build({
      absWorkingDir: root,
      entryPoints: ['test/extensionHost/run.ts'],
      outfile: tests,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['vscode', 'mocha'],
      logLevel: 'warning',
    });
    await esbuild.stop();
    const extensionsDirectory = path.join(home, 'extensions');
    const userDataDirectory = path.join(home, 'user-data');
    const workspace = path.join(home, 'workspace');
    fs.mkdirSync(workspace);
    let executable = path.join(root, 'test', 'vscode', 'webLauncher.ts');
    if (desktop) {
      executable = await downloadAndUnzipVSCode();
      const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
      if (cli === undefined) {
        throw new StepError(`${executable} has no command line.`);
      }
      const directories = ['--extensions-dir', extensionsDirectory, '--user-data-dir', userDataDirectory];
      await run(cli, [...args, ...directories, '--install-extension', process.env['REVENANT_DEV_VSIX'] ?? ''], {
        shell: process.platform === 'win32',
      });
    } else {
      await installVsix(extensionsDirectory);
    }
    await runTests({
      vscodeExecutablePath: executable,
      // An empty extension: the one under test is installed.
      extensionDevelopmentPath: path.join(root, 'test', 'extensionHost', 'emptyExtension'),
      extensionTestsPath: tests,
      launchArgs: [
        workspace,
        '--extensions-dir',
        extensionsDirectory,
        '--user-data-dir',
        userDataDirectory,
        '--disable-workspace-trust',
      ],
      extensionTestsEnv: {
        REVENANT_HOME: path.join(home, 'r'),
        REVENANT_TEST_RESULT: resultFile,
        NODE_PATH: path.join(root, 'node_modules'),
      },
    }).catch((error: unknown) => {
      if (!fs.existsSync(resultFile)) {
        throw error;
      }
    });
    return JSON.parse(fs.readFileSync(resultFile, 'utf8')) as { passed: number; failed: number };
  } finally {
    await endRevenant(path.join(root, 'dist', 'cli.js'), path.join(home, 'r'));
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
