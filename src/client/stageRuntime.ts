import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { messageOf, RevenantError, systemCodeOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { runtimeName } from '../platform/build.ts';
import type { RevenantPaths } from '../platform/paths.ts';
import { ensurePrivateDirectory, privateMode, syncDirectory } from '../platform/privateFiles.ts';
import type { Build } from '../protocol/hostMessages.ts';
import { pruneRuntimes } from './pruneRuntimes.ts';

export interface StageOptions {
  readonly paths: RevenantPaths;
  readonly build: Build;
  /** Holds the bundles and `node_modules` of this build, or is the `src` directory of the sources. */
  readonly runtimeSource: string;
  readonly log: Log;
}

/** The programs that live longer than the extension's own directory. */
const programs = ['host.js', 'keeper.js'] as const;
const optionalPrograms = ['cli.js'] as const;

/** The PTY library and its binary for this machine. */
function packages(): string[] {
  return ['@lydell/node-pty', `@lydell/node-pty-${process.platform}-${process.arch}`];
}

/**
 * Copies what the session host and the keepers run from into `<data>/runtime/<build>/`, because an update of the
 * extension deletes its directory under their feet, and returns the path of the host's program. What is there already
 * is left alone. Several processes may do so at once. Throws `io`, or `host-unavailable` when the installation lacks a
 * file. From the sources nothing is copied.
 */
export async function stageRuntime(options: StageOptions): Promise<string> {
  const sourceProgram = path.join(options.runtimeSource, 'host', 'main.ts');
  if (await exists(sourceProgram)) {
    return sourceProgram;
  }
  const runtimes = path.join(options.paths.data, 'runtime');
  const target = path.join(runtimes, runtimeName(options.build));
  const program = path.join(target, 'host.js');
  try {
    if (await isWhole(options.runtimeSource, target)) {
      return program;
    }
    await ensurePrivateDirectory(runtimes);
    const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
    try {
      await copyRuntime(options.runtimeSource, temporary);
      await putInPlace(temporary, target, options.runtimeSource);
    } finally {
      await fs.rm(temporary, { recursive: true, force: true });
    }
    await syncDirectory(runtimes);
  } catch (error) {
    if (error instanceof RevenantError) {
      throw error;
    }
    throw new RevenantError('io', `The session host cannot be copied to ${target}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  await pruneRuntimes(options);
  return program;
}

async function copyRuntime(source: string, temporary: string): Promise<void> {
  await fs.mkdir(temporary, { mode: privateMode.directory });
  for (const name of programs) {
    await copyFile(await required(path.join(source, name)), path.join(temporary, name));
  }
  for (const name of optionalPrograms) {
    if (await exists(path.join(source, name))) {
      await copyFile(path.join(source, name), path.join(temporary, name));
    }
  }
  for (const name of packages()) {
    const from = await required(path.join(source, 'node_modules', name));
    await copyDirectory(from, path.join(temporary, 'node_modules', name));
  }
  await syncDirectory(temporary);
}

async function required(file: string): Promise<string> {
  if (!(await exists(file))) {
    const message = `${file} is missing: this installation is not whole, or made for another system. Install the extension again.`;
    throw new RevenantError('host-unavailable', message);
  }
  return file;
}

async function copyDirectory(from: string, to: string): Promise<void> {
  await fs.mkdir(to, { recursive: true, mode: privateMode.directory });
  for (const entry of await fs.readdir(from)) {
    const source = path.join(from, entry);
    const target = path.join(to, entry);
    if ((await fs.stat(source)).isDirectory()) {
      await copyDirectory(source, target);
    } else {
      await copyFile(source, target);
    }
  }
  await syncDirectory(to);
}

/** Copies and syncs: a file that a power loss left empty would be taken for a staged one for ever. */
async function copyFile(from: string, to: string): Promise<void> {
  await fs.copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  // node-pty starts this one on macOS; not everything that unpacks a VSIX keeps modes.
  const isHelper = path.basename(from) === 'spawn-helper';
  const isExecutable = isHelper || ((await fs.stat(from)).mode & 0o100) !== 0;
  await fs.chmod(to, isExecutable ? privateMode.directory : privateMode.file);
  const handle = await fs.open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a rename onto a directory that is there says, by system. */
const takenCodes: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

async function putInPlace(temporary: string, target: string, source: string): Promise<void> {
  try {
    await fs.rename(temporary, target);
    return;
  } catch (error) {
    if (!takenCodes.has(systemCodeOf(error) ?? '')) {
      throw error;
    }
  }
  if (await isWhole(source, target)) {
    return;
  }
  // Somebody removed a part of it. Programs that run from it have their files open; it is moved away, not emptied.
  await fs.rename(target, `${temporary}.old.tmp`);
  await fs.rename(temporary, target);
}

/** True when the programs are there with the size that they have in the source, and so are the packages. */
async function isWhole(source: string, target: string): Promise<boolean> {
  for (const name of programs) {
    const [wanted, present] = await Promise.all([sizeOf(path.join(source, name)), sizeOf(path.join(target, name))]);
    if (present === undefined || (wanted !== undefined && wanted !== present)) {
      return false;
    }
  }
  for (const name of packages()) {
    if (!(await exists(path.join(target, 'node_modules', name)))) {
      return false;
    }
  }
  return true;
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await fs.stat(file)).size;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  return (await sizeOf(file)) !== undefined;
}
