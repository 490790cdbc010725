import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type CliResult, endRevenant, runCli } from '../../support/endRevenant.ts';
import type { Workbench } from '../../vscode/workbench.ts';
import { BrowserApp } from './browserApp.ts';
import { DesktopApp } from './desktopApp.ts';
import type { VsCodeApp } from './vsCodeApp.ts';

const repository = path.resolve(import.meta.dirname, '..', '..', '..');

/** What `revenant list --json` tells of a session, as far as tests look at it. */
export interface ListedSession {
  readonly id: string;
  readonly displayName: string;
  readonly state: string;
  readonly pid: number | null;
  readonly cwd: string;
  readonly connectionCount: number;
}

interface HostStatus {
  readonly running: boolean;
  readonly pid: number | null;
  readonly keepers: readonly { readonly pid: number }[];
}

/** A VS Code with the extension, a workspace and a Revenant home of its own; everything is gone after `end`. */
export class Scene {
  readonly app: VsCodeApp;
  readonly home: string;
  readonly workspace: string;
  private readonly _directory: string;

  private constructor(app: VsCodeApp, directory: string) {
    this.app = app;
    this._directory = directory;
    this.home = path.join(directory, 'r');
    this.workspace = path.join(directory, 'workspace');
  }

  /** @param prepare what is to be on disk before VS Code starts; gets the path of the Revenant home. */
  static async open(
    settings: Readonly<Record<string, unknown>> = {},
    prepare: (home: string) => void = () => undefined,
  ): Promise<Scene> {
    const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'rvt-')));
    const workspace = path.join(directory, 'workspace');
    fs.mkdirSync(path.join(workspace, 'sub'), { recursive: true });
    prepare(path.join(directory, 'r'));
    const options = {
      directory,
      workspace,
      env: { REVENANT_HOME: path.join(directory, 'r') },
      // A shell without the machine's own rc files, and a prompt that tests can wait for.
      settings: {
        'revenant.defaultShell': '/bin/bash',
        'revenant.defaultShellArgs': ['--noprofile', '--norc'],
        'terminal.integrated.env.linux': { PS1: 'ready> ' },
        'terminal.integrated.env.osx': { PS1: 'ready> ' },
        ...settings,
      },
    };
    const isDesktop = process.env['REVENANT_DEV_DESKTOP'] === '1';
    const app = await (isDesktop ? DesktopApp.create(options) : BrowserApp.create(options));
    return new Scene(app, directory);
  }

  /** Runs the command line that the VSIX installed. */
  cli(...args: string[]): Promise<CliResult> {
    return runCli(this.cliScript, this.home, args, this.workspace);
  }

  async sessions(): Promise<ListedSession[]> {
    const { code, stdout, stderr } = await this.cli('list', '--json');
    if (code !== 0) {
      throw new Error(`revenant list ended with ${code}: ${stderr}`);
    }
    return JSON.parse(stdout) as ListedSession[];
  }

  /** The only session that there is. */
  async onlySession(): Promise<ListedSession> {
    const sessions = await this.sessions();
    const [session] = sessions;
    if (session === undefined || sessions.length !== 1) {
      throw new Error(`There should be one session, but there are: ${JSON.stringify(sessions)}`);
    }
    return session;
  }

  async hostStatus(): Promise<HostStatus> {
    return JSON.parse((await this.cli('host', 'status', '--json')).stdout) as HostStatus;
  }

  /** What a session printed, byte for byte. */
  async history(session: string): Promise<string> {
    return (await this.cli('history', session, '--format', 'raw')).stdout;
  }

  /** Saves a picture of the window to out/screenshots. */
  async screenshot(workbench: Workbench, name: string): Promise<void> {
    const directory = path.join(repository, 'out', 'screenshots');
    fs.mkdirSync(directory, { recursive: true });
    await workbench.page.screenshot({ path: path.join(directory, `${name}.png`) });
  }

  /** Ends VS Code, every session, host and keeper of this scene, by their process ids, and removes the files. */
  async end(): Promise<void> {
    try {
      await this.app.stop();
      await endRevenant(this.cliScript, this.home);
    } finally {
      fs.rmSync(this._directory, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  /** The command line as the VSIX installed it. */
  get cliScript(): string {
    const extensions = path.join(this._directory, 'extensions');
    const installed = fs.readdirSync(extensions).find((name) => name.startsWith('revenant.revenant-'));
    if (installed === undefined) {
      throw new Error(`The extension is not installed in ${extensions}.`);
    }
    return path.join(extensions, installed, 'dist', 'cli.js');
  }
}
