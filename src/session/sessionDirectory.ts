import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { messageOf, systemCodeOf } from '../base/errors.ts';
import { isSessionId, type SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import { ensurePrivateDirectory, syncDirectory } from '../platform/privateFiles.ts';
import { mapBounded } from './mapBounded.ts';
import { parseMetadata, type SessionMetadata } from './metadata.ts';
import { sessionLimits } from './sessionLimits.ts';
import { sessionPathsOf } from './sessionPaths.ts';
import { SmallFileReader } from './smallFileReader.ts';

/** A directory on its way to be removed; the dot keeps it from being taken for a session. */
const trashPrefix = '.trash-';

/** A stored session that could not be loaded. Nothing of it was deleted. */
export interface UnreadableSession {
  readonly id: SessionId;
  readonly kind: 'newer' | 'damaged';
  /** For people: what was wrong and where the files are now. */
  readonly message: string;
}

export interface StoredSessions {
  readonly sessions: readonly SessionMetadata[];
  readonly unreadable: readonly UnreadableSession[];
}

/** The directory with a directory per session: loads, sets aside, removes. */
export class SessionDirectory {
  private readonly _directory: string;
  private readonly _log: Log;

  constructor(directory: string, log: Log) {
    this._directory = directory;
    this._log = log;
  }

  /** Makes the directory if need be. `data-dir-unusable` when it cannot be used. */
  async load(now: number): Promise<StoredSessions> {
    await ensurePrivateDirectory(this._directory);
    const sessions: SessionMetadata[] = [];
    const unreadable: UnreadableSession[] = [];
    const entries = await fs.readdir(this._directory, { withFileTypes: true });
    const reader = new SmallFileReader();
    await mapBounded(entries, sessionLimits.parallelLoads, async (entry) => {
      if (!entry.isDirectory()) {
        return;
      }
      if (entry.name.startsWith(trashPrefix)) {
        await this._removeTrash(entry.name);
      } else if (isSessionId(entry.name)) {
        const text = await this._tryRead(reader, sessionPathsOf(this._directory, entry.name).metadata);
        const loaded = await this._loadOne(entry.name, text, now);
        if (loaded !== undefined && 'kind' in loaded) {
          unreadable.push(loaded);
        } else if (loaded !== undefined) {
          sessions.push(loaded);
        }
      }
    });
    return { sessions, unreadable };
  }

  /** The private directory of a new session. */
  async create(id: SessionId): Promise<void> {
    await ensurePrivateDirectory(sessionPathsOf(this._directory, id).directory);
  }

  /** Removes a session in one step as far as a later start can see: a crash never leaves half of one. */
  async remove(id: SessionId): Promise<void> {
    const trash = `${trashPrefix}${id}`;
    try {
      await fs.rename(sessionPathsOf(this._directory, id).directory, path.join(this._directory, trash));
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') {
        throw error;
      }
      return;
    }
    await syncDirectory(this._directory);
    await this._removeTrash(trash);
  }

  private async _removeTrash(name: string): Promise<void> {
    try {
      await fs.rm(path.join(this._directory, name), { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      // It is no session any more; the next start tries again.
      this._log.warn(`${path.join(this._directory, name)} could not be removed: ${messageOf(error)}`);
    }
  }

  /** undefined: there is nothing in its directory, which is gone now. */
  private async _loadOne(
    id: SessionId,
    text: string | undefined,
    now: number,
  ): Promise<SessionMetadata | UnreadableSession | undefined> {
    const paths = sessionPathsOf(this._directory, id);
    if (text === undefined) {
      return (await this._removeIfEmpty(paths.directory))
        ? undefined
        : this._setAside(id, now, 'it is missing or cannot be read');
    }
    const parsed = parseMetadata(text, id);
    switch (parsed.kind) {
      case 'valid':
        return parsed.metadata;
      case 'newer':
        return {
          id,
          kind: 'newer',
          message: `Session ${id} was left alone: ${paths.metadata} is of a newer Revenant: ${parsed.reason}. Update Revenant to use it.`,
        };
      case 'damaged':
        return this._setAside(id, now, parsed.reason);
    }
  }

  private async _tryRead(reader: SmallFileReader, file: string): Promise<string | undefined> {
    try {
      return await reader.tryRead(file);
    } catch (error) {
      this._log.error(`${file} could not be read`, error);
      return undefined;
    }
  }

  /** A crash between the making of the directory and its first file leaves nothing that anyone could miss. */
  private async _removeIfEmpty(directory: string): Promise<boolean> {
    try {
      await fs.rmdir(directory);
      return true;
    } catch (error) {
      if (systemCodeOf(error) === 'ENOTEMPTY' || systemCodeOf(error) === 'EEXIST') {
        return false;
      }
      throw error;
    }
  }

  private async _setAside(id: SessionId, now: number, reason: string): Promise<UnreadableSession> {
    const { directory, metadata } = sessionPathsOf(this._directory, id);
    const damaged = path.join(path.dirname(path.resolve(this._directory)), 'damaged');
    const target = path.join(damaged, `${id}-${now}`);
    const problem = `The metadata of session ${id} are damaged: ${metadata}: ${reason}.`;
    try {
      await ensurePrivateDirectory(damaged);
      await fs.rename(directory, target);
    } catch (error) {
      this._log.error(`${directory} could not be set aside`, error);
      return { id, kind: 'damaged', message: `${problem} Its files are left where they are.` };
    }
    return { id, kind: 'damaged', message: `${problem} Its files were moved to ${target}; nothing was deleted.` };
  }
}
