import * as path from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../../vscode/chromium.ts';
import { installVsix } from '../../vscode/installVsix.ts';
import { VsCodeServer } from '../../vscode/server/vscodeServer.ts';
import { testChromium, testServer } from '../../vscode/testInstallation.ts';
import { Workbench } from '../../vscode/workbench.ts';
import type { VsCodeApp, VsCodeAppOptions } from './vsCodeApp.ts';

const viewport = { width: 1280, height: 800 };

/** VS Code's server, with its workbench in a headless Chromium. */
export class BrowserApp implements VsCodeApp {
  private readonly _options: VsCodeAppOptions;
  private _server: VsCodeServer | undefined;
  private _browser: Browser | undefined;
  private _context: BrowserContext | undefined;

  private constructor(options: VsCodeAppOptions) {
    this._options = options;
  }

  static async create(options: VsCodeAppOptions): Promise<BrowserApp> {
    const app = new BrowserApp(options);
    await installVsix(app._extensionsDirectory);
    await app.start();
    return app;
  }

  /** Process ids of the extension hosts of this server, oldest first. */
  get extensionHostPids(): number[] {
    return this._server?.extensionHostPids ?? [];
  }

  async start(): Promise<void> {
    const port = this._server?.port ?? 0;
    this._server = await VsCodeServer.start({
      installation: testServer(),
      dataDirectory: path.join(this._options.directory, 'server'),
      extensionsDirectory: this._extensionsDirectory,
      settings: this._options.settings,
      env: this._options.env,
      // The same address again: the browser keeps a workspace's state by it.
      port,
    });
    this._browser ??= await launchChromium(testChromium());
    if (this._context === undefined) {
      this._context = await this._browser.newContext({ viewport });
      await this._context.grantPermissions(['clipboard-read', 'clipboard-write']);
    }
  }

  async openWindow(): Promise<Workbench> {
    if (this._server === undefined || this._context === undefined) {
      throw new Error('VS Code was not started.');
    }
    const page = await this._context.newPage();
    await page.goto(`${this._server.url}?${new URLSearchParams({ folder: this._options.workspace }).toString()}`);
    const workbench = new Workbench(page);
    await workbench.whenReady();
    return workbench;
  }

  async kill(): Promise<void> {
    await Promise.all((this._context?.pages() ?? []).map((page) => page.close()));
    await this._server?.kill();
  }

  async stop(): Promise<void> {
    await this._browser?.close();
    await this._server?.stop();
  }

  private get _extensionsDirectory(): string {
    return path.join(this._options.directory, 'extensions');
  }
}
