import type { JournalStore } from '../../src/journal/api.ts';
import { type JournalFile, type JournalFiles, nodeJournalFiles } from '../../src/journal/journalFiles.ts';
import { createJournalStore } from '../../src/journal/journalStore.ts';

/** The real disk, which a test can fill: then it takes no byte more. */
export class FullDisk {
  isFull = false;
  readonly journal: JournalStore;

  constructor() {
    const files: JournalFiles = {
      ...nodeJournalFiles,
      create: async (file) => this._guard(await nodeJournalFiles.create(file)),
      open: async (file) => this._guard(await nodeJournalFiles.open(file)),
    };
    this.journal = createJournalStore(files);
  }

  private _guard(file: JournalFile): JournalFile {
    return {
      write: (bytes, offset) => {
        if (this.isFull) {
          return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
        }
        return file.write(bytes, offset);
      },
      truncate: (sizeBytes) => file.truncate(sizeBytes),
      datasync: () => file.datasync(),
      sizeBytes: () => file.sizeBytes(),
      close: () => file.close(),
    };
  }
}
