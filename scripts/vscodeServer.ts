import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import type { ChromiumInstallation, VsCodeServerInstallation } from '../test/vscode/installations.ts';
import { cacheDirectory } from './cacheDirectory.mjs';
import { root, run, StepError } from './steps.ts';

/** VS Code as npm has it: code-server's package holds the VS Code server, which serves the workbench to a browser. */
const codeServerVersion = '4.139.1';
const chromiumVersion = '153.0.0';

/** VS Code's server, in the cache; downloads it (40 MB, once) when it is not there. */
export async function installVsCodeServer(): Promise<VsCodeServerInstallation> {
  const directory = path.join(cacheDirectory(), `code-server-${codeServerVersion}`);
  await once(directory, `VS Code's server (code-server ${codeServerVersion} from npm)`, async (temporary) => {
    await npm(['pack', '--silent', `code-server@${codeServerVersion}`], temporary);
    await run('tar', ['-xzf', `code-server-${codeServerVersion}.tgz`, '--strip-components=3', 'package/lib/vscode'], {
      cwd: temporary,
    });
    await fs.promises.rm(path.join(temporary, `code-server-${codeServerVersion}.tgz`));
    // Its shrinkwrap pins every dependency with its hash. Nothing needs its install script: what is native comes built.
    await npm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], temporary);
    for (const unused of ['@github', '@microsoft/mxc-sdk']) {
      await fs.promises.rm(path.join(temporary, 'node_modules', unused), { recursive: true, force: true });
    }
    const logger = path.join(temporary, 'node_modules', '@vscode', 'spdlog', 'index.js');
    await fs.promises.copyFile(path.join(root, 'test', 'vscode', 'server', 'spdlog.cjs'), logger);
  });
  return { serverDirectory: directory, node: process.execPath };
}

/** A Chromium: `CHROMIUM_PATH`, else one from npm in the cache (70 MB, once). Only Linux on x64 has one on npm. */
export async function installChromium(): Promise<ChromiumInstallation> {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    return { executable: given, libraries: process.env['CHROMIUM_LIBS'] };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new StepError(
      'These tests need Chromium. Set CHROMIUM_PATH to a Chrome or Chromium executable and run this again.',
    );
  }
  const directory = path.join(cacheDirectory(), `chromium-${chromiumVersion}`);
  await once(directory, `Chromium (@sparticuz/chromium ${chromiumVersion} from npm)`, async (temporary) => {
    await npm(['pack', '--silent', `@sparticuz/chromium@${chromiumVersion}`], temporary);
    await run('tar', ['-xzf', `sparticuz-chromium-${chromiumVersion}.tgz`, '--strip-components=1'], { cwd: temporary });
    await fs.promises.rm(path.join(temporary, `sparticuz-chromium-${chromiumVersion}.tgz`));
    await unpackBrotli(path.join(temporary, 'bin', 'chromium.br'), path.join(temporary, 'chromium'));
    await fs.promises.chmod(path.join(temporary, 'chromium'), 0o755);
    for (const part of ['al2023', 'fonts', 'swiftshader']) {
      const archive = path.join(temporary, `${part}.tar`);
      const target = path.join(temporary, part);
      await unpackBrotli(path.join(temporary, 'bin', `${part}.tar.br`), archive);
      await fs.promises.mkdir(target);
      await run('tar', ['-xf', archive, '-C', target]);
      await fs.promises.rm(archive);
    }
    await fs.promises.rm(path.join(temporary, 'bin'), { recursive: true });
  });
  return { executable: path.join(directory, 'chromium'), libraries: path.join(directory, 'al2023', 'lib') };
}

/** Fills a directory of the cache, whole or not at all: two runs at once both end with a good one. */
async function once(directory: string, what: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  if (fs.existsSync(directory)) {
    return;
  }
  process.stdout.write(`  Downloading ${what}, once, into ${directory} …\n`);
  await fs.promises.mkdir(path.dirname(directory), { recursive: true });
  const temporary = await fs.promises.mkdtemp(`${directory}.`);
  try {
    await fill(temporary);
    await fs.promises.rename(temporary, directory);
  } catch (error) {
    if (!fs.existsSync(directory)) {
      throw new StepError(`${what} could not be installed: ${error instanceof Error ? error.message : String(error)}`);
    }
  } finally {
    await fs.promises.rm(temporary, { recursive: true, force: true });
  }
}

async function unpackBrotli(from: string, to: string): Promise<void> {
  await pipeline(fs.createReadStream(from), createBrotliDecompress(), fs.createWriteStream(to));
}

async function npm(args: readonly string[], cwd: string): Promise<void> {
  await run('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}
