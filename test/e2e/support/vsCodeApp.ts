import type { Workbench } from '../../vscode/workbench.ts';

/** A VS Code with the extension installed: from npm in a headless browser, or a desktop one. */
export interface VsCodeApp {
  /** Opens a window on the workspace and waits until it can be used. */
  openWindow(): Promise<Workbench>;
  /** SIGKILL to every process of VS Code. Windows are gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on what it had stored. */
  start(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

export interface VsCodeAppOptions {
  /** User data, extensions, logs. */
  readonly directory: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
}
