import type { Clock } from '../../base/clock.ts';
import { isRevenantError, messageOf } from '../../base/errors.ts';
import type { TerminalConnection, TerminalLink } from './terminalLink.ts';

/** Between two attempts on a connection that is there and yet fails. */
const retryMs = 1000;

export interface AttachWhenConnectedOptions {
  readonly link: TerminalLink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /**
   * True when someone asked for it just now: then the link tries to connect at once. Else it is left to the link when it
   * connects: it knows of a host that makes room for another one, or that was stopped on purpose.
   */
  readonly isUrgent: boolean;
  readonly attach: (connection: TerminalConnection) => Promise<void>;
  /** Called with the message of each failure after which it goes on waiting. */
  readonly handleFailure: (message: string) => void;
}

/**
 * Waits for the link and attaches; when the connection fails, waits for the next one. Resolves when attached or aborted.
 * Rejects with what another attempt would not change.
 */
export async function attachWhenConnected(options: AttachWhenConnectedOptions): Promise<void> {
  const { link, signal } = options;
  const states = link.onDidChangeState(() => tellLinkFailure(options));
  try {
    tellLinkFailure(options);
    let isUrgent = options.isUrgent;
    while (!signal.aborted) {
      if (!isUrgent) {
        await whenLinkIsConnected(options);
      }
      isUrgent = false;
      if (await tryOnce(options)) {
        return;
      }
      await whenWorthTrying(options);
    }
  } finally {
    states.dispose();
  }
}

function tellLinkFailure({ link, handleFailure }: AttachWhenConnectedOptions): void {
  if (link.state === 'failed' && link.lastError !== undefined) {
    handleFailure(link.lastError.message);
  }
}

/** True when attached or aborted. */
async function tryOnce({ link, signal, attach, handleFailure }: AttachWhenConnectedOptions): Promise<boolean> {
  let connection: TerminalConnection;
  try {
    connection = await link.whenConnected(signal);
  } catch (error) {
    if (!signal.aborted) {
      handleFailure(messageOf(error));
    }
    return false;
  }
  try {
    await attach(connection);
    return true;
  } catch (error) {
    // A connection that went says so itself: there is nothing to tell.
    if (signal.aborted || isRevenantError(error, 'closed', 'host-unresponsive', 'timeout')) {
      return false;
    }
    throw error;
  }
}

/** Resolves when the link is connected, or aborted. */
function whenLinkIsConnected({ link, signal }: AttachWhenConnectedOptions): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (signal.aborted || link.state === 'connected') {
        states.dispose();
        signal.removeEventListener('abort', check);
        resolve();
      }
    };
    const states = link.onDidChangeState(check);
    signal.addEventListener('abort', check);
    check();
  });
}

/** Resolves when the link has changed, or after a while when it takes itself for connected all the time; or aborted. */
function whenWorthTrying({ link, clock, signal }: AttachWhenConnectedOptions): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      states.dispose();
      timer.dispose();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const states = link.onDidChangeState(finish);
    const timer = clock.schedule(retryMs, finish);
    signal.addEventListener('abort', finish);
    if (signal.aborted) {
      finish();
    }
  });
}
