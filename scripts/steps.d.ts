import { type SpawnOptions } from 'node:child_process';
export declare const root: string;
/** What ends a script without a stack: the message says what is wrong and what to do. */
export declare class StepError extends Error {}
/** Says what is done, does it, says how long it took. */
export declare function step<T>(title: string, action: () => Promise<T>): Promise<T>;
/** Runs a program with the script's own output. Rejects when it does not end with 0. */
export declare function run(file: string, args: readonly string[], options?: SpawnOptions): Promise<void>;
/** Runs a program with the script's own output and gives its exit code, or the name of the signal that ended it. */
export declare function exitCode(
  file: string,
  args: readonly string[],
  options?: SpawnOptions,
): Promise<number | string>;
/** Runs a script's main function; its failure is told on stderr and in the exit code. */
export declare function runMain(main: () => Promise<void>): void;
/** A program that an npm package of this checkout brings, run by this Node. */
export declare function binOf(packageName: string, script: string): readonly [string, string];
