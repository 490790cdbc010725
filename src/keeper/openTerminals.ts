import type { StdioOptions } from 'node:child_process';
import * as fs from 'node:fs';
import { devNull } from 'node:os';
import { toDisposable, type Disposable } from '../base/disposable.ts';

/** The three streams that every program has. */
const standardStreams = 3;

/**
 * The terminals that this process holds, as descriptors of their masters, and how programs are started without them.
 *
 * The system ends what runs in a terminal when the last descriptor of its master is closed; one that another program
 * got would keep a dead keeper's shells alive, out of everybody's reach. On Linux these descriptors are without
 * FD_CLOEXEC: node-pty and libuv do not set it and Node cannot. On macOS libuv sets it, on Windows there are none.
 */
export class OpenTerminals {
  private readonly _masters = new Set<{ readonly fd: number }>();

  /** Dispose of it when the descriptor is closed, or later; never before. */
  add(fd: number): Disposable {
    // Not by its number: that may belong to the next terminal before the end of this one is told.
    const master = { fd };
    this._masters.add(master);
    return toDisposable(() => this._masters.delete(master));
  }

  /**
   * Calls `start` while no number below the highest master is free. In the process that it forks, node-pty (1.2) sets
   * FD_CLOEXEC from 3 on up to the first number above 15 that is free (`pty_close_inherited_fds` in pty.cc; its binaries
   * are built without `close_range`), and so misses what lies beyond the gap that an ended session leaves.
   * Throws what the system says when there are no more descriptors, and what `start` throws.
   */
  withoutGaps<T>(start: () => T): T {
    const highest = this._highest();
    const fillers: number[] = [];
    try {
      // The lowest free number is what the system gives.
      while (highest >= standardStreams && (fillers.at(-1) ?? 0) < highest) {
        fillers.push(fs.openSync(devNull, 'r'));
      }
      return start();
    } finally {
      fillers.forEach((fd) => fs.closeSync(fd));
    }
  }

  /**
   * Calls `start` with the streams for a program that is to read nothing, say nothing and hold no terminal: where it
   * would inherit a master it gets the null device. Throws as `withoutGaps` does.
   */
  withCovers<T>(start: (stdio: StdioOptions) => T): T {
    const cover = fs.openSync(devNull, 'r+');
    try {
      const masters = new Set([...this._masters].map(({ fd }) => fd));
      const length = Math.max(standardStreams, this._highest() + 1);
      // Beyond the standard streams "ignore" leaves a descriptor as it is.
      return start(Array.from({ length }, (_, fd) => (masters.has(fd) ? cover : 'ignore')));
    } finally {
      fs.closeSync(cover);
    }
  }

  private _highest(): number {
    return Math.max(-1, ...[...this._masters].map(({ fd }) => fd));
  }
}
