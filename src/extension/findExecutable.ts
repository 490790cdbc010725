import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * The file that would be executed for `program`: itself when it is a path, else the first of that name on `PATH`;
 * undefined when there is no such file or it may not be executed.
 */
export function findExecutable(
  program: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  if (path.isAbsolute(program)) {
    return withExtensions(program, env).find(isExecutable);
  }
  if (program === '' || /[\\/]/.test(program)) {
    // A path relative to nowhere in particular: what it names would depend on how VS Code was started.
    return undefined;
  }
  return (env['PATH'] ?? env['Path'] ?? '')
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory))
    .flatMap((directory) => withExtensions(path.join(directory, program), env))
    .find(isExecutable);
}

function withExtensions(file: string, env: Readonly<Record<string, string | undefined>>): string[] {
  if (process.platform !== 'win32' || path.extname(file) !== '') {
    return [file];
  }
  return (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').map((extension) => file + extension);
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    // Not there, not allowed, not a directory on the way: for the search all the same.
    return false;
  }
}
