import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { privateMode, syncDirectory } from '../platform/privateFiles.ts';

/** An open file, as the recorder needs it. System errors are thrown as they are. */
export interface JournalFile {
  /** Resolves to how many bytes were written, which may be fewer than were given. */
  write(bytes: Uint8Array, offset: number): Promise<number>;
  truncate(sizeBytes: number): Promise<void>;
  /** Returns when the content and the size are on the platter. */
  datasync(): Promise<void>;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

/** What changes files: tests give one whose disk is full or tears writes. */
export interface JournalFiles {
  /** Makes an empty file, 0600 whatever the umask, in place of the one that may be there. */
  create(file: string): Promise<JournalFile>;
  /** Opens a file that is there for writing. */
  open(file: string): Promise<JournalFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removing what is gone is no error. */
  remove(file: string): Promise<void>;
  syncDirectory(directory: string): Promise<void>;
}

/** The real disk. */
export const nodeJournalFiles: JournalFiles = {
  async create(file) {
    const handle = await fs.open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, privateMode.file);
    if (process.platform !== 'win32') {
      try {
        await handle.chmod(privateMode.file);
      } catch (error) {
        await handle.close();
        throw error;
      }
    }
    return toJournalFile(handle);
  },
  async open(file) {
    return toJournalFile(await fs.open(file, constants.O_WRONLY));
  },
  rename: (from, to) => fs.rename(from, to),
  remove: (file) => fs.rm(file, { force: true }),
  syncDirectory,
};

function toJournalFile(handle: fs.FileHandle): JournalFile {
  return {
    write: async (bytes, offset) => (await handle.write(bytes, 0, bytes.length, offset)).bytesWritten,
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    datasync: () => handle.datasync(),
    sizeBytes: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

/** Writes all of it, however many calls the system makes of it. */
export async function writeAll(file: JournalFile, bytes: Uint8Array, offset: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const count = await file.write(bytes.subarray(written), offset + written);
    if (count <= 0) {
      throw new Error(`The system wrote none of ${bytes.length - written} bytes.`);
    }
    written += count;
  }
}
