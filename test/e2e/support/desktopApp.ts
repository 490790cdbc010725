import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron';
import { _electron, type ElectronApplication } from 'playwright-core';
import { outsideEnvironment, quietSettings, settingsLoadedTitle } from '../../vscode/server/vscodeServer.ts';
import { testVsix } from '../../vscode/testInstallation.ts';
import { Workbench } from '../../vscode/workbench.ts';
import type { VsCodeApp, VsCodeAppOptions } from './vsCodeApp.ts';

/** A desktop VS Code that @vscode/test-electron has downloaded. For machines with a network and a display. */
export class DesktopApp implements VsCodeApp {
  private readonly _options: VsCodeAppOptions;
  private readonly _executable: string;
  private _electron: ElectronApplication | undefined;
  private _openedWindows = 0;

  private constructor(options: VsCodeAppOptions, executable: string) {
    this._options = options;
    this._executable = executable;
  }

  static async create(options: VsCodeAppOptions): Promise<DesktopApp> {
    const executable = await downloadAndUnzipVSCode();
    const app = new DesktopApp(options, executable);
    const userDirectory = path.join(options.directory, 'user-data', 'User');
    fs.mkdirSync(userDirectory, { recursive: true });
    fs.writeFileSync(
      path.join(userDirectory, 'settings.json'),
      JSON.stringify({ ...quietSettings, ...options.settings, 'window.title': settingsLoadedTitle }),
    );
    const [cli = executable, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, {
      reuseMachineInstall: true,
    });
    const install = spawn(cli, [...args, ...app._directories, '--install-extension', testVsix(), '--force'], {
      env: outsideEnvironment(),
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    const [code] = (await once(install, 'exit')) as [number | null];
    if (code !== 0) {
      throw new Error(`The VSIX could not be installed: ${cli} ended with ${code ?? 'a signal'}.`);
    }
    await app.start();
    return app;
  }

  async start(): Promise<void> {
    const env: Record<string, string> = { ...this._options.env };
    for (const [name, value] of Object.entries(outsideEnvironment())) {
      if (value !== undefined) {
        env[name] ??= value;
      }
    }
    const quiet = [
      '--disable-workspace-trust',
      '--skip-welcome',
      '--skip-release-notes',
      '--disable-telemetry',
      '--no-sandbox',
    ];
    this._openedWindows = 0;
    this._electron = await _electron.launch({
      executablePath: this._executable,
      args: [...this._directories, ...quiet, this._options.workspace],
      env,
    });
  }

  async openWindow(): Promise<Workbench> {
    const electron = this._electron;
    if (electron === undefined) {
      throw new Error('VS Code was not started.');
    }
    // VS Code opens its first window by itself; each further one by the command that people use.
    const isFirst = this._openedWindows === 0;
    this._openedWindows += 1;
    const opened = isFirst ? electron.firstWindow() : electron.waitForEvent('window');
    if (!isFirst) {
      const before = new Workbench(await electron.firstWindow());
      await before.runCommand('Workspaces: Duplicate As Workspace in New Window');
    }
    const workbench = new Workbench(await opened);
    await workbench.whenReady();
    return workbench;
  }

  async kill(): Promise<void> {
    const child = this._electron?.process();
    if (child?.pid !== undefined && child.exitCode === null) {
      const ended = once(child, 'exit');
      process.kill(child.pid, 'SIGKILL');
      await ended;
    }
  }

  async stop(): Promise<void> {
    await this._electron?.close();
  }

  private get _directories(): string[] {
    const { directory } = this._options;
    return [
      '--user-data-dir',
      path.join(directory, 'user-data'),
      '--extensions-dir',
      path.join(directory, 'extensions'),
    ];
  }
}
