import { expandHome, resolveVariables, type VariableContext } from './variables.ts';

/** A program that a session runs. */
export interface ShellChoice {
  readonly shell: string;
  readonly args: readonly string[];
}

export interface NamedProfile extends ShellChoice {
  readonly name: string;
}

/** Finds the file that would be executed for a program, undefined when there is none: by path or on PATH. */
export type FindExecutable = (program: string) => string | undefined;

export interface ProfileSource {
  /** `terminal.integrated.profiles.<os>`, unchecked, as from the settings. */
  readonly profiles: unknown;
  readonly variables: VariableContext;
  readonly findExecutable: FindExecutable;
}

/**
 * VS Code's terminal profiles that name a program which is there. Profiles by `source` (only VS Code knows where to
 * look) and those of extensions are left out.
 */
export function listProfiles({ profiles, variables, findExecutable }: ProfileSource): NamedProfile[] {
  if (typeof profiles !== 'object' || profiles === null) {
    return [];
  }
  const found: NamedProfile[] = [];
  for (const [name, profile] of Object.entries(profiles) as [string, unknown][]) {
    if (typeof profile !== 'object' || profile === null || !('path' in profile)) {
      continue;
    }
    const paths: unknown[] = Array.isArray(profile.path) ? profile.path : [profile.path];
    const shell = paths
      .filter((candidate) => typeof candidate === 'string')
      .map((candidate) => findExecutable(expandPath(candidate, variables)))
      .find((file) => file !== undefined);
    if (shell !== undefined) {
      const args = 'args' in profile ? argumentsOf(profile.args) : [];
      found.push({ name, shell, args: args.map((argument) => resolveVariables(argument, variables).text) });
    }
  }
  return found;
}

export interface DefaultShellSource extends ProfileSource {
  /** `revenant.defaultShell` and its arguments; null or empty: not set. */
  readonly shell: string | null;
  readonly shellArgs: readonly string[];
  /** `terminal.integrated.defaultProfile.<os>`. */
  readonly defaultProfile: unknown;
  /** The user's shell, as VS Code found it; may be empty. */
  readonly userShell: string;
}

export interface DefaultShell {
  /** null: the session host's default. */
  readonly choice: ShellChoice | null;
  /** The program of `revenant.defaultShell` when it was not found. */
  readonly missing: string | undefined;
}

/** The program of new sessions: the setting's, else that of VS Code's default profile, else the user's shell. */
export function chooseDefaultShell(source: DefaultShellSource): DefaultShell {
  let missing: string | undefined;
  if (source.shell !== null && source.shell.trim() !== '') {
    const program = expandPath(source.shell.trim(), source.variables);
    const shell = source.findExecutable(program);
    if (shell !== undefined) {
      return { choice: { shell, args: source.shellArgs }, missing };
    }
    missing = program;
  }
  // The arguments were meant for the shell of the setting; for another one that VS Code chose they may be wrong.
  const ownArgs = missing === undefined && source.shellArgs.length > 0 ? source.shellArgs : undefined;
  const profile = listProfiles(source).find(({ name }) => name === source.defaultProfile);
  if (profile !== undefined) {
    return { choice: { shell: profile.shell, args: ownArgs ?? profile.args }, missing };
  }
  return { choice: source.userShell === '' ? null : { shell: source.userShell, args: ownArgs ?? [] }, missing };
}

/** Splits a command line of Windows or of people into arguments: at blanks, but not within double quotes. */
export function splitArguments(line: string): string[] {
  return (line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((argument) => argument.replaceAll('"', ''));
}

function argumentsOf(value: unknown): string[] {
  if (typeof value === 'string') {
    return splitArguments(value);
  }
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function expandPath(program: string, variables: VariableContext): string {
  return expandHome(resolveVariables(program, variables).text, variables.home);
}
