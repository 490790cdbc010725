import { spawn, type SpawnOptions } from 'node:child_process';
import * as path from 'node:path';

export const root = path.dirname(import.meta.dirname);

/** What ends a script without a stack: the message says what is wrong and what to do. */
export class StepError extends Error {}

/** Says what is done, does it, says how long it took. */
export async function step<T>(title: string, action: () => Promise<T>): Promise<T> {
  process.stdout.write(`\n▸ ${title}\n`);
  const start = performance.now();
  const result = await action();
  process.stdout.write(`  done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return result;
}

/** Runs a program with the script's own output. Rejects when it does not end with 0. */
export async function run(file: string, args: readonly string[], options: SpawnOptions = {}): Promise<void> {
  const code = await exitCode(file, args, options);
  if (code !== 0) {
    throw new StepError(`"${[path.basename(file), ...args].join(' ')}" ended with ${code}.`);
  }
}

/** Runs a program with the script's own output and gives its exit code, or the name of the signal that ended it. */
export function exitCode(file: string, args: readonly string[], options: SpawnOptions = {}): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? signal ?? 1));
  });
}

/** Runs a script's main function; its failure is told on stderr and in the exit code. */
export function runMain(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(
      `\n${error instanceof StepError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
  });
}

/** A program that an npm package of this checkout brings, run by this Node. */
export function binOf(packageName: string, script: string): readonly [string, string] {
  return [process.execPath, path.join(root, 'node_modules', packageName, script)];
}
