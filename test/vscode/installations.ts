// Where scripts/vscodeServer.ts has put a VS Code and a browser.

export interface VsCodeServerInstallation {
  /** Holds `out/server-main.js`. */
  readonly serverDirectory: string;
  readonly node: string;
}

export interface ChromiumInstallation {
  readonly executable: string;
  /** For the dynamic linker, where the system may lack libraries that Chromium needs. */
  readonly libraries: string | undefined;
}
