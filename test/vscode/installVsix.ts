import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { outsideEnvironment } from './server/vscodeServer.ts';
import { testServer, testVsix } from './testInstallation.ts';

/** Installs the VSIX under test into an extensions directory as `code --install-extension` does. */
export async function installVsix(extensionsDirectory: string, vsix = testVsix()): Promise<void> {
  const server = testServer();
  const dataDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'rvt-install-'));
  try {
    const serverMain = path.join(server.serverDirectory, 'out', 'server-main.js');
    const directories = ['--extensions-dir', extensionsDirectory, '--server-data-dir', dataDirectory];
    const child = spawn(
      server.node,
      [serverMain, '--install-extension', vsix, ...directories, '--accept-server-license-terms', '--force'],
      {
        env: outsideEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) {
      throw new Error(`The VSIX could not be installed (exit code ${code ?? 'none'}):\n${output.join('')}`);
    }
  } finally {
    fs.rmSync(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  }
}
