import type { ColorScheme, TerminalColors } from '../../base/terminalColors.ts';

/** What is known of the colours of this window's terminals, for those that cannot tell their own yet. */
export class WindowColors {
  private readonly _scheme: () => ColorScheme;
  private _told: TerminalColors | undefined;

  /** @param scheme the window's theme, now. */
  constructor(scheme: () => ColorScheme) {
    this._scheme = scheme;
  }

  /** Those that a terminal told last, else no more than whether the theme is dark. */
  get guess(): TerminalColors {
    return this._told ?? { scheme: this._scheme() };
  }

  note(told: TerminalColors): void {
    this._told = told;
  }

  /** The theme has changed. */
  forget(): void {
    this._told = undefined;
  }
}
