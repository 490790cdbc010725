/** Translates a text, as `vscode.l10n` does. Comes in by parameter where a file must work without VS Code. */
export interface L10n {
  /** `message` must be a literal, so that it is found for `l10n/bundle.l10n.json`; `{0}` is the first argument. */
  t(message: string, ...args: (string | number | boolean)[]): string;
}
