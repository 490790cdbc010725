import type { Clock } from '../base/clock.ts';
import type { PtyProcess } from './ptyFactory.ts';
import { sessionLimits } from './sessionLimits.ts';

/**
 * Ends a process that belongs to no session: one that was spawned just before a crash, or whose session was deleted
 * while it did not end. Its output goes nowhere, but is taken, so that the process is not paused.
 */
export function endUnknownRun(pty: PtyProcess, clock: Clock): void {
  const timer = clock.schedule(sessionLimits.killGraceMs, () => pty.signal('SIGKILL'));
  pty.onOutput(({ offset, bytes }) => pty.acknowledge(offset + bytes.length));
  pty.onLost(() => timer.dispose());
  pty.onExit(() => {
    timer.dispose();
    pty.forget();
  });
  pty.resume(0);
  pty.signal('SIGHUP');
}
