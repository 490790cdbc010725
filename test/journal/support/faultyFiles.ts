import { type JournalFile, type JournalFiles, nodeJournalFiles } from '../../../src/journal/journalFiles.ts';

export type FileOperation = 'create' | 'open' | 'write' | 'truncate' | 'datasync' | 'rename' | 'remove';

/** The real disk, on which single operations fail, or write less than they were given. */
export class FaultyFiles implements JournalFiles {
  /** Operations so far, by name, failed ones too. */
  readonly calls: FileOperation[] = [];
  /** Bytes that `write` takes of what it is given; a call with more writes only the first ones. */
  maxWriteBytes = Number.POSITIVE_INFINITY;
  /** Bytes that the disk still takes: then a write is short, and the next one fails with ENOSPC. */
  freeBytes = Number.POSITIVE_INFINITY;
  private readonly _faults = new Map<FileOperation, string>();

  /** From now on this operation fails with a system error of this code. */
  fail(operation: FileOperation, code: string): void {
    this._faults.set(operation, code);
  }

  repair(): void {
    this._faults.clear();
    this.freeBytes = Number.POSITIVE_INFINITY;
  }

  count(operation: FileOperation): number {
    return this.calls.filter((call) => call === operation).length;
  }

  async create(file: string): Promise<JournalFile> {
    this._begin('create');
    return this._wrap(await nodeJournalFiles.create(file));
  }

  async open(file: string): Promise<JournalFile> {
    this._begin('open');
    return this._wrap(await nodeJournalFiles.open(file));
  }

  async rename(from: string, to: string): Promise<void> {
    this._begin('rename');
    await nodeJournalFiles.rename(from, to);
  }

  async remove(file: string): Promise<void> {
    this._begin('remove');
    await nodeJournalFiles.remove(file);
  }

  syncDirectory(directory: string): Promise<void> {
    return nodeJournalFiles.syncDirectory(directory);
  }

  private _begin(operation: FileOperation): void {
    this.calls.push(operation);
    const code = this._faults.get(operation);
    if (code !== undefined) {
      throw systemError(code, operation);
    }
  }

  private _wrap(file: JournalFile): JournalFile {
    return {
      write: async (bytes, offset) => {
        this._begin('write');
        if (this.freeBytes === 0) {
          throw systemError('ENOSPC', 'write');
        }
        const count = Math.min(bytes.length, this.maxWriteBytes, this.freeBytes);
        this.freeBytes -= count;
        return file.write(bytes.subarray(0, count), offset);
      },
      truncate: async (sizeBytes) => {
        this._begin('truncate');
        await file.truncate(sizeBytes);
      },
      datasync: async () => {
        this._begin('datasync');
        await file.datasync();
      },
      sizeBytes: () => file.sizeBytes(),
      close: () => file.close(),
    };
  }
}

function systemError(code: string, operation: string): Error {
  return Object.assign(new Error(`${code}: ${operation} was refused`), { code });
}
