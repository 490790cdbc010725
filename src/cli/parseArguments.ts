import { parseArgs } from 'node:util';
import { RevenantError } from '../base/errors.ts';

/** Options of a command by long name. */
export type OptionTypes = Readonly<Record<string, 'flag' | 'value'>>;

/** A mistake in the words of a command; the command line prints how the command is used. */
export function usageError(message: string): RevenantError {
  return new RevenantError('invalid-argument', message);
}

/** The words of a command, sorted. Every failure is an `invalid-argument` that names the word. */
export class ParsedArguments {
  private readonly _values: ReadonlyMap<string, string | true>;
  /** Words before `--` that belong to no option. */
  readonly positionals: readonly string[];
  /** Words after `--`; undefined when there is none. */
  readonly rest: readonly string[] | undefined;

  constructor(
    values: ReadonlyMap<string, string | true>,
    positionals: readonly string[],
    rest: readonly string[] | undefined,
  ) {
    this._values = values;
    this.positionals = positionals;
    this.rest = rest;
  }

  has(name: string): boolean {
    return this._values.has(name);
  }

  tryText(name: string): string | undefined {
    const value = this._values.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  tryInteger(name: string, range: { readonly min: number; readonly max: number }): number | undefined {
    const text = this.tryText(name);
    if (text === undefined) {
      return undefined;
    }
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= range.min && value <= range.max)) {
      throw usageError(`--${name} is "${text}"; it must be a whole number from ${range.min} to ${range.max}`);
    }
    return value;
  }

  choice<const T extends string>(name: string, choices: readonly [T, ...T[]]): T {
    const text = this.tryText(name);
    if (text === undefined) {
      return choices[0];
    }
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) {
      throw usageError(`--${name} is "${text}"; it must be one of: ${choices.join(', ')}`);
    }
    return chosen;
  }

  /** Exactly the named words, no more and no less; `--` may stand before them. */
  words<const Names extends readonly string[]>(...names: Names): { [Index in keyof Names]: string } {
    const words = [...this.positionals, ...(this.rest ?? [])];
    const missing = names[words.length];
    if (missing !== undefined) {
      throw usageError(`${missing} is missing`);
    }
    const extra = words[names.length];
    if (extra !== undefined) {
      throw usageError(`unexpected argument "${extra}"`);
    }
    return words as { [Index in keyof Names]: string };
  }
}

/** Sorts the words of a command. `-h` and `--help` are always known, as the flag `help`. */
export function parseArguments(types: OptionTypes, words: readonly string[]): ParsedArguments {
  const known: OptionTypes = { ...types, help: 'flag' };
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(known).map(([name, type]) => [
        name,
        { type: type === 'flag' ? ('boolean' as const) : ('string' as const), ...(name === 'help' && { short: 'h' }) },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string | true>();
  const positionals: string[] = [];
  let rest: string[] | undefined;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') {
      rest = words.slice(token.index + 1);
      break;
    }
    if (token.kind === 'positional') {
      positionals.push(token.value);
      continue;
    }
    const type = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (type === undefined) {
      throw usageError(`unknown option "${token.rawName}" (put -- before words that begin with a dash)`);
    }
    values.set(token.name, type === 'flag' ? flagValue(token) : optionValue(token));
  }
  return new ParsedArguments(values, positionals, rest);
}

interface OptionToken {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function flagValue({ rawName, value }: OptionToken): true {
  if (value !== undefined) {
    throw usageError(`${rawName} takes no value`);
  }
  return true;
}

function optionValue({ rawName, value, inlineValue }: OptionToken): string {
  if (value === undefined) {
    throw usageError(`${rawName} needs a value`);
  }
  // Most likely the value was forgotten; `--name=-x` says that it was not.
  if (inlineValue !== true && value.startsWith('-') && value.length > 1) {
    throw usageError(`${rawName} needs a value (write ${rawName}=${value} if that is it)`);
  }
  return value;
}
