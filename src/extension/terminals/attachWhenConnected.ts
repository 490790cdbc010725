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
      const connection = await findConnection(options, isUrgent);
      isUrgent = false;
      if (connection === undefined) {
        await whenWorthTrying(options);
      } else if (await tryAttach(options, connection)) {
        return;
      }
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

async function findConnection(
  { link, signal, handleFailure }: AttachWhenConnectedOptions,
  isUrgent: boolean,
): Promise<TerminalConnection | undefined> {
  if (!isUrgent && link.state !== 'connected') {
    return undefined;
  }
  try {
    return await link.whenConnected(signal);
  } catch (error) {
    if (!signal.aborted) {
      handleFailure(messageOf(error));
    }
    return undefined;
  }
}

async function tryAttach(options: AttachWhenConnectedOptions, connection: TerminalConnection): Promise<boolean> {
  try {
    await options.attach(connection);
    return true;
  } catch (error) {
    if (options.signal.aborted) {
      return true;
    }
    if (!isRevenantError(error, 'closed', 'host-unresponsive', 'timeout')) {
      throw error;
    }
    // The connection that went says so itself; another try tells more than this failure does.
    await whenWorthTrying(options);
    return false;
  }
}

/** Resolves when the link is connected anew, or after a while when it takes itself for connected; at once when aborted. */
function whenWorthTrying({ link, clock, signal }: AttachWhenConnectedOptions): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      if (signal.aborted || link.state === 'connected') {
        states.dispose();
        timer.dispose();
        signal.removeEventListener('abort', finish);
        resolve();
      }
    };
    const states = link.onDidChangeState(finish);
    const timer = clock.schedule(retryMs, finish);
    signal.addEventListener('abort', finish);
  });
}
