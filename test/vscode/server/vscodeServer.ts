import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { VsCodeServerInstallation } from '../installations.ts';

/** The title of a window whose settings have all been loaded: in a browser they come some time after the window. */
export const settingsLoadedTitle = 'under test';

/** Keeps VS Code quiet and quick: no AI, no experiments, no marketplace, no prompts, text that can be read from the page. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'chat.agentHost.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.confirmBeforeClose': 'never',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
} as const;

export interface VsCodeServerOptions {
  readonly installation: VsCodeServerInstallation;
  /** User settings, state and logs. Kept by the caller, so that a second start finds what the first one left. */
  readonly dataDirectory: string;
  readonly extensionsDirectory: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Needed for `window.driver` and test payloads; hides notification toasts. */
  readonly withTestDriver?: boolean;
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  readonly args?: readonly string[];
}

/** A running VS Code server, the leader of its own process group. */
export class VsCodeServer {
  readonly port: number;
  readonly url: string;
  private readonly _child: ChildProcess;
  private readonly _output: string[];

  private constructor(child: ChildProcess, port: number, output: string[]) {
    this._child = child;
    this.port = port;
    this.url = `http://127.0.0.1:${port}/`;
    this._output = output;
  }

  /** Starts one and waits until it listens. */
  static async start(options: VsCodeServerOptions): Promise<VsCodeServer> {
    const settings = { ...quietSettings, ...options.settings };
    writeSettings(path.join(options.dataDirectory, 'data', 'User'), settings);
    // What belongs to a machine (shells, environment) is taken from the server's own settings only. They come last.
    writeSettings(path.join(options.dataDirectory, 'data', 'Machine'), {
      ...settings,
      'window.title': settingsLoadedTitle,
    });
    const child = spawn(
      options.installation.node,
      [
        ...['-r', path.join(import.meta.dirname, 'endWithParent.cjs')],
        path.join(options.installation.serverDirectory, 'out', 'server-main.js'),
        ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
        ...['--without-connection-token', '--accept-server-license-terms', '--disable-workspace-trust'],
        ...['--telemetry-level', 'off'],
        ...['--server-data-dir', options.dataDirectory, '--extensions-dir', options.extensionsDirectory],
        ...(options.withTestDriver === true ? ['--enable-smoke-test-driver'] : []),
        ...(options.args ?? []),
      ],
      { env: { ...outsideEnvironment(), ...options.env, REVENANT_TEST_GUARD: '1' }, stdio: 'pipe', detached: true },
    );
    const output: string[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output.push(chunk.toString());
        const listening = /Extension host agent listening on (\d+)/.exec(output.join(''));
        if (listening !== null) {
          resolve(Number(listening[1]));
        }
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.on('error', reject);
      child.on('exit', (code, signal) =>
        reject(new Error(`VS Code's server ended with ${code ?? signal}:\n${output.join('')}`)),
      );
    });
    return new VsCodeServer(child, port, output);
  }

  /** Everything that it has printed. */
  get output(): string {
    return this._output.join('');
  }

  /** Process ids of the extension hosts that it started, oldest first. */
  get extensionHostPids(): number[] {
    return [...this.output.matchAll(/<(\d+)> Launched Extension Host Process/g)].map((match) => Number(match[1]));
  }

  /** Resolves when it has ended, by itself or not. */
  whenEnded(): Promise<void> {
    if (this._child.exitCode !== null || this._child.signalCode !== null) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this._child.once('exit', () => resolve()));
  }

  /** SIGKILL to the server and everything in its group: extension hosts, pty host, watcher. */
  async kill(): Promise<void> {
    this._signalGroup('SIGKILL');
    await this.whenEnded();
  }

  /** Asks it to end, and makes it after 3 s. */
  async stop(): Promise<void> {
    const ended = this.whenEnded();
    this._signalGroup('SIGTERM');
    const timer = setTimeout(() => this._signalGroup('SIGKILL'), 3000);
    await ended;
    clearTimeout(timer);
    this._signalGroup('SIGKILL');
  }

  private _signalGroup(signal: NodeJS.Signals): void {
    if (this._child.pid === undefined) {
      return;
    }
    try {
      process.kill(-this._child.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
        throw error;
      }
    }
  }
}

function writeSettings(directory: string, settings: object): void {
  fs.mkdirSync(directory, { recursive: true });
  fs.writeFileSync(path.join(directory, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** This process's environment without what an outer VS Code may have put there. */
export function outsideEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_(?!TEST_)|ELECTRON_|REVENANT_(?!DEV_))/.test(name)),
  );
}
