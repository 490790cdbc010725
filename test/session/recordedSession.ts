import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { nullLog } from '../../src/base/log.ts';
import type { SessionId } from '../../src/base/ids.ts';
import { journalStore } from '../../src/journal/journalStore.ts';
import type { SessionManager } from '../../src/session/sessionManager.ts';
import type { RecordingEvent } from '../fixtures/recordings/recording.ts';
import { waitFor } from '../support/waitFor.ts';
import { type ManagerBox, script } from './managerBox.ts';

/** A session whose process prints what a test gives it, byte for byte, and is deaf to answers. */
export class RecordedSession {
  readonly id: SessionId;
  private readonly _pipe: fs.FileHandle;
  private _printed = 0;

  private constructor(id: SessionId, pipe: fs.FileHandle) {
    this.id = id;
    this._pipe = pipe;
  }

  /**
   * A history so small has segments of 64 KiB, the smallest that there are. More lines are kept than tests print: when
   * a reflow makes a terminal drop lines, hyperlinks get lost by chance.
   */
  static async start(
    box: ManagerBox,
    manager: SessionManager,
    { cols, rows }: { readonly cols: number; readonly rows: number },
  ): Promise<RecordedSession> {
    const file = path.join(path.dirname(box.directory), 'output');
    execFileSync('mkfifo', [file]);
    const { id } = await manager.createSession({
      ...script(`stty raw -echo; exec cat '${file}'`),
      cols,
      rows,
      lines: 3000,
      limitBytes: 512 * 1024,
    });
    return new RecordedSession(id, await fs.open(file, 'w'));
  }

  /** Resolves when the journal's files hold it. */
  async play(manager: SessionManager, event: RecordingEvent): Promise<void> {
    if (event.kind === 'resize') {
      await manager.resizeSession(this.id, event.cols, event.rows);
      return;
    }
    await this._pipe.writeFile(event.bytes);
    this._printed += event.bytes.length;
    const reader = journalStore.openReader(manager.getPaths(this.id).journal, nullLog);
    await waitFor('the output in the journal', async () => {
      await manager.listJournalFiles(this.id);
      return (await reader.bounds()).end >= this._printed;
    });
  }

  /** The process ends when there is nobody more who could give it something. */
  async close(): Promise<void> {
    await this._pipe.close();
  }
}
