import { readFileSync } from 'node:fs';
import { systemCodeOf } from '../base/errors.ts';
import { tryReadText } from '../platform/privateFiles.ts';

/**
 * So long, in ms, files are read one by one without giving way. A thousand that the system has in memory take 20 ms so,
 * and 100 ms through promises. A disk that needs longer is slow, and gains more from being asked for many at a time.
 */
const readAtOnceMs = 50;

/** Reads many small text files when nothing else is to be done before they are there. */
export class SmallFileReader {
  private _remainingMs: number;

  constructor(limitMs: number = readAtOnceMs) {
    this._remainingMs = limitMs;
  }

  /** undefined when there is none. Rejects with the system's error. */
  async tryRead(file: string): Promise<string | undefined> {
    if (this._remainingMs <= 0) {
      return tryReadText(file);
    }
    const startMs = performance.now();
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    } finally {
      this._remainingMs -= performance.now() - startMs;
    }
  }
}
