import { RevenantError } from '../base/errors.ts';
import { abortedError } from './delay.ts';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets the parts of a long answer, in order, before the result. The arrays may be kept. */
  readonly onBulk?: (bytes: Uint8Array) => void;
  /** How long the host may stay silent about it before the request rejects with `timeout`; null waits for ever. */
  readonly timeoutMs?: number | null;
}

/**
 * Longer than anything a host does of its own for one request (ending a process takes at most seven seconds); beyond
 * it the caller is told, and an answer that comes later is ignored.
 */
const defaultTimeoutMs = 30_000;

interface Pending {
  readonly method: string;
  readonly settle: (outcome: { readonly result: unknown } | { readonly error: RevenantError }) => void;
  readonly onBulk: ((bytes: Uint8Array) => void) | undefined;
  readonly restartTimer: () => void;
}

/** Requests that wait for their answers, by number. */
export class PendingRequests {
  private readonly _pending = new Map<number, Pending>();
  private _lastId = 0;

  /**
   * Registers a request and has it sent. `accept` makes the value of the raw result in the very call in which the
   * answer comes in, so that frames behind it find what it registered.
   */
  start<T>(
    method: string,
    options: RequestOptions,
    send: (id: number) => void,
    accept: (result: unknown) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const { signal, onBulk } = options;
      if (signal?.aborted === true) {
        reject(abortedError(signal.reason));
        return;
      }
      // Frames of long answers carry the number as 32 bits.
      this._lastId = (this._lastId % 0xffff_ffff) + 1;
      const id = this._lastId;
      const timeoutMs = options.timeoutMs === undefined ? defaultTimeoutMs : options.timeoutMs;
      let timer: NodeJS.Timeout | undefined;
      const release = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', handleAbort);
        this._pending.delete(id);
      };
      const fail = (error: unknown): void => {
        release();
        reject(error instanceof Error ? error : new RevenantError('internal', String(error)));
      };
      const handleAbort = (): void => fail(abortedError(signal?.reason));
      const restartTimer = (): void => {
        clearTimeout(timer);
        if (timeoutMs !== null) {
          const message = `The session host did not answer "${method}" within ${timeoutMs} ms.`;
          timer = setTimeout(() => fail(new RevenantError('timeout', message)), timeoutMs);
        }
      };
      signal?.addEventListener('abort', handleAbort, { once: true });
      restartTimer();
      this._pending.set(id, {
        method,
        onBulk,
        restartTimer,
        settle: (outcome) => {
          if ('error' in outcome) {
            fail(outcome.error);
            return;
          }
          release();
          try {
            resolve(accept(outcome.result));
          } catch (error) {
            fail(error);
          }
        },
      });
      try {
        send(id);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Answers to requests that nobody waits for any more are dropped. */
  resolve(id: number, result: unknown): void {
    this._pending.get(id)?.settle({ result });
  }

  reject(id: number, error: RevenantError): void {
    this._pending.get(id)?.settle({ error });
  }

  bulk(id: number, bytes: Uint8Array): void {
    const pending = this._pending.get(id);
    pending?.restartTimer();
    // An empty part ends the answer; the result that follows says so to the caller.
    if (bytes.length > 0) {
      pending?.onBulk?.(bytes);
    }
  }

  rejectAll(makeError: (method: string) => RevenantError): void {
    for (const pending of [...this._pending.values()]) {
      pending.settle({ error: makeError(pending.method) });
    }
  }
}
