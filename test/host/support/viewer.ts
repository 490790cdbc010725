import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SessionId } from '../../../src/base/ids.ts';
import { waitFor } from '../../support/waitFor.ts';

const script = fileURLToPath(new URL('viewerProcess.ts', import.meta.url));

/** It answers when it has parsed what it has got, a snapshot and a quarter of a megabyte for each client at most. */
const answerLimitMs = 30_000;

export const viewerSize = { cols: 80, rows: 24 } as const;
export const viewerScrollback = 1000;

/** What one client shows, and what it took for it. */
export interface Shown {
  /** Its terminal as a snapshot, which holds everything that there is to compare. */
  readonly vt: string;
  /** Its lines as `capture` gives them. */
  readonly text: string;
  /** Position up to which it has shown and acknowledged everything. */
  readonly position: number;
  readonly snapshots: number;
  readonly snapshotBytes: number;
  readonly outputBytes: number;
}

/** Clients of one session in a process of their own, see viewerProcess.ts. It is ended after the test, stopped or not. */
export class Viewer {
  private readonly _child: ChildProcess;

  private constructor(child: ChildProcess) {
    this._child = child;
  }

  /** Resolves when all of them have attached and shown a snapshot. */
  static async open(
    t: TestContext,
    box: { readonly data: string; readonly run: string },
    session: SessionId,
    count = 1,
  ): Promise<Viewer> {
    const child = fork(script, [box.data, box.run, session, String(count)], { execArgv: [] });
    t.after(() => child.kill('SIGKILL'));
    const viewer = new Viewer(child);
    await viewer.whenShown('a snapshot', ({ snapshots }) => snapshots > 0);
    return viewer;
  }

  /** What each of them shows. Rejects when their process does not answer. */
  async ask(): Promise<readonly Shown[]> {
    for (;;) {
      const answer = once(this._child, 'message', { signal: AbortSignal.timeout(answerLimitMs) });
      this._child.send('ask');
      const [all] = (await answer) as [readonly (Shown | null)[]];
      const shown = all.filter((one) => one !== null);
      if (shown.length === all.length) {
        return shown;
      }
    }
  }

  /** Resolves with what they show when all of them meet the condition. */
  async whenShown(what: string, condition: (shown: Shown) => boolean, limitMs = 60_000): Promise<readonly Shown[]> {
    return waitFor(
      `the viewer to show ${what}`,
      async () => {
        const all = await this.ask();
        return all.every(condition) && all;
      },
      limitMs,
    );
  }

  /** Nothing of the process runs any more until `continue`; what it is sent waits in the system's buffers. */
  stop(): void {
    this._child.kill('SIGSTOP');
  }

  continue(): void {
    this._child.kill('SIGCONT');
  }
}
