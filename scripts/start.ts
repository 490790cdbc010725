import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { VsCodeServer } from '../test/vscode/server/vscodeServer.ts';
import { build } from './build.ts';
import { packageVsix } from './package.ts';
import { root, run, runMain, step } from './steps.ts';
import { installVsCodeServer } from './vscodeServer.ts';

/** Everything that the VS Code of `npm start` keeps, apart from the user's own. */
const home = path.join(root, 'out', 'start');
const workspace = path.join(home, 'sample-workspace');

runMain(async () => {
  await build();
  const vsix = await packageVsix({ outdir: home });
  makeSampleWorkspace();
  const code = findDesktopCode();
  if (code === undefined) {
    await openInBrowser(vsix);
  } else {
    await openDesktop(code, vsix);
  }
});

/** The desktop VS Code's command, if there is one. `REVENANT_START=browser` asks for the browser all the same. */
function findDesktopCode(): string | undefined {
  if (process.env['REVENANT_START'] === 'browser') {
    return undefined;
  }
  const found = spawnSync('code', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  return found.status === 0 ? 'code' : undefined;
}

async function openDesktop(code: string, vsix: string): Promise<void> {
  const directories = [
    '--user-data-dir',
    path.join(home, 'user-data'),
    '--extensions-dir',
    path.join(home, 'extensions'),
  ];
  const shell = process.platform === 'win32';
  await step('Installing the extension', () =>
    run(code, [...directories, '--install-extension', vsix, '--force'], { shell }),
  );
  await step('Opening VS Code', () =>
    run(code, [...directories, '--disable-workspace-trust', '--new-window', workspace], { shell }),
  );
}

async function openInBrowser(vsix: string): Promise<void> {
  const installation = await step('Getting VS Code (there is no desktop "code" command here)', installVsCodeServer);
  const extensionsDirectory = path.join(home, 'extensions');
  const dataDirectory = path.join(home, 'server-data');
  await step('Installing the extension', async () => {
    // Only a fresh directory makes the server look at what is in it, and the last build is of no use.
    fs.rmSync(extensionsDirectory, { recursive: true, force: true });
    const serverMain = path.join(installation.serverDirectory, 'out', 'server-main.js');
    const args = [
      '--install-extension',
      vsix,
      '--extensions-dir',
      extensionsDirectory,
      '--server-data-dir',
      dataDirectory,
    ];
    await run(installation.node, [serverMain, ...args, '--accept-server-license-terms'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  const port = Number(process.env['PORT'] ?? 0);
  const server = await VsCodeServer.start({ installation, dataDirectory, extensionsDirectory, port });
  const address = `${server.url}?folder=${encodeURIComponent(workspace)}`;
  process.stdout.write(
    `\nVS Code with Revenant is at\n\n    ${address}\n\nOpen it in a browser. Ctrl+C here ends VS Code; the sessions go on.\n`,
  );
  openBrowser(address);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void server.stop());
  }
  await server.whenEnded();
}

/** Opens the user's browser where there is a desktop; the address was printed anyway. */
function openBrowser(address: string): void {
  const isHeadless = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  if (isHeadless || process.env['CI']) {
    return;
  }
  const commands: Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>> = {
    darwin: ['open', address],
    win32: ['cmd', '/c', 'start', '', address],
    linux: ['xdg-open', address],
  };
  const [file, ...args] = commands[process.platform] ?? ['xdg-open', address];
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  child.on('error', () => process.stdout.write('No browser could be opened; open the address yourself.\n'));
  child.unref();
}

function makeSampleWorkspace(): void {
  fs.mkdirSync(workspace, { recursive: true });
  const counter = path.join(workspace, 'counter.sh');
  if (!fs.existsSync(counter)) {
    fs.writeFileSync(
      counter,
      '#!/bin/sh\n# Counts for ever: start it in a session, reload the window, come back.\ni=0\nwhile :; do i=$((i + 1)); echo "count $i"; sleep 1; done\n',
      { mode: 0o755 },
    );
  }
  fs.writeFileSync(
    path.join(workspace, 'README.md'),
    [
      '# Try Revenant',
      '',
      '1. Press F1 and run **Revenant: New Session**.',
      `2. Type \`${os.platform() === 'win32' ? 'ping -t localhost' : './counter.sh'}\` and press Enter.`,
      '3. Reload the window, close the tab, or stop VS Code and start it again: the session goes on.',
      '4. Every session is in the Revenant view of the activity bar.',
      '',
    ].join('\n'),
  );
}
