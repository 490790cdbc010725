import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { RevenantError, messageOf, systemCodeOf } from '../base/errors.ts';

/** Nobody but the user: what terminals print holds secrets (FIELD.md, "Rules that security history teaches"). */
export const privateMode = { directory: 0o700, file: 0o600 } as const;

const isWindows = process.platform === 'win32';

/**
 * Makes a directory that only the user can enter, or checks the one that is there. Modes hold whatever the umask.
 * Throws `data-dir-unusable` when it is a link, not a directory, another user's, or cannot be made.
 */
export async function ensurePrivateDirectory(directory: string): Promise<void> {
  try {
    await fs.mkdir(directory, { recursive: true, mode: privateMode.directory });
    const stat = await fs.lstat(directory);
    if (!stat.isDirectory()) {
      throw new RevenantError(
        'data-dir-unusable',
        `${directory} is not a directory${stat.isSymbolicLink() ? ' but a symbolic link' : ''}.`,
      );
    }
    // Windows has no modes; its profile directories are the user's own by their access lists.
    if (isWindows) {
      return;
    }
    if (process.getuid !== undefined && stat.uid !== process.getuid()) {
      throw new RevenantError('data-dir-unusable', `${directory} belongs to another user (uid ${stat.uid}).`);
    }
    if ((stat.mode & 0o777) !== privateMode.directory) {
      await fs.chmod(directory, privateMode.directory);
    }
  } catch (error) {
    if (error instanceof RevenantError) {
      throw error;
    }
    throw new RevenantError('data-dir-unusable', `${directory} cannot be used: ${describeFailure(error)}`, {
      cause: error,
    });
  }
}

/** What `mkdir` and its kin say of a file in the way is hard to understand. */
function describeFailure(error: unknown): string {
  switch (systemCodeOf(error)) {
    case 'EEXIST':
      return 'it is not a directory.';
    case 'ENOTDIR':
      return 'a part of its path is not a directory.';
    default:
      return messageOf(error);
  }
}

/**
 * Replaces a file in one step: temporary file beside it, fsync, rename, fsync of the directory. After a crash at any
 * moment the file has its old content or its new one. System errors are thrown as they are.
 */
export async function writePrivateFile(file: string, content: string | Uint8Array): Promise<void> {
  await replaceFile(file, content, { isDurable: true });
  await syncDirectory(path.dirname(file));
}

/**
 * The same for what speaks of a running process, and is worth nothing after a power loss: that may leave it damaged. It
 * waits for no disk, which while others write takes longer than all else at the start of a process.
 */
export function writeVolatileFile(file: string, content: string | Uint8Array): Promise<void> {
  return replaceFile(file, content, { isDurable: false });
}

async function replaceFile(
  file: string,
  content: string | Uint8Array,
  { isDurable }: { readonly isDurable: boolean },
): Promise<void> {
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = await fs.open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
      privateMode.file,
    );
    try {
      await handle.writeFile(content);
      if (!isWindows) {
        await handle.chmod(privateMode.file);
      }
      if (isDurable) {
        await handle.sync();
      }
    } finally {
      await handle.close();
    }
    await fs.rename(temporary, file);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}

/** Makes creations, renames and removals in a directory durable. Windows cannot and need not. */
export async function syncDirectory(directory: string): Promise<void> {
  if (isWindows) {
    return;
  }
  const handle = await fs.open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a directory; they are as durable as they are.
    if (systemCodeOf(error) !== 'EINVAL' && systemCodeOf(error) !== 'ENOTSUP') {
      throw error;
    }
  } finally {
    await handle.close();
  }
}

/** The content of a text file, undefined when there is none. */
export async function tryReadText(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** The names in a directory, none when it is not there. */
export async function listNames(directory: string): Promise<string[]> {
  try {
    return await fs.readdir(directory);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
