import { resolveVariables, type VariableContext } from './variables.ts';

export interface EnvironmentOptions {
  /** The extension host's environment, freed of what belongs to the window. */
  readonly base: Readonly<Record<string, string>>;
  /** `terminal.integrated.env.<os>`: what to set, and with null what to remove. Unchecked, as from settings.json. */
  readonly configured: unknown;
  readonly variables: Omit<VariableContext, 'env'>;
  /** VS Code's version. */
  readonly appVersion: string;
  /** VS Code's display language, like `de` or `pt-br`. */
  readonly language: string;
  /** `terminal.integrated.detectLocale`: `auto`, `on`, `off`. */
  readonly detectLocale: string;
  readonly platform: NodeJS.Platform;
}

/** The whole environment of a new process, like the one that VS Code gives its own terminals. */
export function buildSessionEnvironment(options: EnvironmentOptions): Record<string, string> {
  const env = new EnvironmentMap(options.base, options.platform);
  const variables: VariableContext = { ...options.variables, env: options.base };
  for (const [name, value] of Object.entries(asRecord(options.configured))) {
    if (value === null) {
      env.delete(name);
    } else if (typeof value === 'string') {
      env.set(name, resolveVariables(value, variables).text);
    }
  }
  env.set('TERM', 'xterm-256color');
  env.set('TERM_PROGRAM', 'vscode');
  env.set('TERM_PROGRAM_VERSION', options.appVersion);
  env.set('COLORTERM', 'truecolor');
  const language = defaultLang(env, options);
  if (language !== undefined) {
    env.set('LANG', language);
  }
  return env.toRecord();
}

/**
 * Programs started from a desktop often have no locale, and then take bytes above 127 for garbage. macOS has a locale
 * for every language and region; on Linux only `C.UTF-8` is there without having been generated.
 */
function defaultLang(env: EnvironmentMap, options: EnvironmentOptions): string | undefined {
  const { detectLocale, platform, language } = options;
  if (platform === 'win32' || detectLocale === 'off') {
    return undefined;
  }
  const isSet = ['LC_ALL', 'LC_CTYPE', 'LANG'].some((name) => /\.(utf-?8|euc)/i.test(env.get(name) ?? ''));
  if (isSet && detectLocale !== 'on') {
    return undefined;
  }
  return platform === 'darwin' ? `${posixLocale(language)}.UTF-8` : 'C.UTF-8';
}

function posixLocale(language: string): string {
  try {
    const locale = new Intl.Locale(language).maximize();
    return `${locale.language}_${locale.region ?? 'US'}`;
  } catch (error) {
    if (error instanceof RangeError) {
      return 'en_US';
    }
    throw error;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Variables by name; on Windows, where case means nothing, `Path` and `PATH` are the same one. */
class EnvironmentMap {
  private readonly _values: Map<string, { name: string; value: string }>;
  private readonly _ignoresCase: boolean;

  constructor(base: Readonly<Record<string, string>>, platform: NodeJS.Platform) {
    this._ignoresCase = platform === 'win32';
    this._values = new Map();
    for (const [name, value] of Object.entries(base)) {
      this.set(name, value);
    }
  }

  get(name: string): string | undefined {
    return this._values.get(this._key(name))?.value;
  }

  set(name: string, value: string): void {
    const key = this._key(name);
    this._values.set(key, { name: this._values.get(key)?.name ?? name, value });
  }

  delete(name: string): void {
    this._values.delete(this._key(name));
  }

  toRecord(): Record<string, string> {
    return Object.fromEntries([...this._values.values()].map(({ name, value }) => [name, value]));
  }

  private _key(name: string): string {
    return this._ignoresCase ? name.toUpperCase() : name;
  }
}
