import { ensurePrivateDirectory } from '../platform/privateFiles.ts';
import type { JournalStore } from './api.ts';
import { toDiskError } from './diskError.ts';
import { type JournalFiles, nodeJournalFiles } from './journalFiles.ts';
import { SegmentedJournalReader } from './journalReader.ts';
import { JournalRecorder } from './journalRecorder.ts';
import { type RecoveredJournal, recoverJournal } from './recoverJournal.ts';

/**
 * Journals on a disk. `openRecorder` rejects with `data-dir-unusable`, `unknown-format`, `invalid-argument`, `io` or
 * `disk-full`; a disk that only takes no new files fails later, by `Recorder.onDidFail`.
 */
export function createJournalStore(files: JournalFiles): JournalStore {
  return {
    async openRecorder(options) {
      await ensurePrivateDirectory(options.directory);
      try {
        const recovered: RecoveredJournal = await recoverJournal(options.directory, files, options.log);
        return await JournalRecorder.open(options, files, recovered);
      } catch (error) {
        throw toDiskError(error, options.directory);
      }
    },
    openReader: (directory, log) => new SegmentedJournalReader(directory, log),
  };
}

export const journalStore = createJournalStore(nodeJournalFiles);
