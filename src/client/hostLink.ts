import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { isRevenantError, messageOf, RevenantError } from '../base/errors.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { HostEvent, RequestMethod, RequestParams, RequestResult } from '../protocol/hostMessages.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import { abortedError, throwIfAborted } from './delay.ts';
import type { CloseReason, HostConnection } from './hostConnection.ts';
import type { RequestOptions } from './pendingRequests.ts';
import { SessionList } from './sessionList.ts';

export interface HostLinkOptions {
  readonly connect: (signal: AbortSignal) => Promise<HostConnection>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface HostNotice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  /** The session that it is about, null when it is about all of them. */
  readonly session: SessionId | null;
}

/** `failed`: there is no connection, `lastError` says why, and it may or may not be tried again by itself. */
export type LinkState = 'connecting' | 'connected' | 'failed';

/**
 * After the first failure, the second, …; the last one repeats. Short at first, because a host that crashed is back in
 * a moment; half a minute at the end, because each attempt may start a process.
 */
const retryDelaysMs = [250, 1_000, 3_000, 10_000, 30_000] as const;

/**
 * After a host made room for a newer one: time for that one to come up. Trying at once would start one of this older
 * version in its place, which would have to make room again.
 */
const retiredDelayMs = 1_000;

/** A connection that lived this long was a good one: the next failure starts with the shortest delay again. */
const stableAfterMs = 10_000;

/**
 * What a window keeps of the session host: a connection that comes back by itself when it is lost or the host makes
 * room for another one, and the list of sessions. It does not come back by itself after a stop on purpose and after
 * `incompatible-version`; `whenConnected`, `request` and `reconnectNow` try again then.
 */
export class HostLink implements Disposable {
  private readonly _options: HostLinkOptions;
  private readonly _list: SessionList;
  private readonly _onDidChangeState = new Emitter<void>();
  private readonly _onDidReceiveNotice = new Emitter<HostNotice>();
  private readonly _lifetime = new AbortController();
  private _state: LinkState = 'connecting';
  private _lastError: RevenantError | undefined;
  private _attempt: Promise<HostConnection> | undefined;
  private _connection: HostConnection | undefined;
  private _subscriptions = new DisposableStore();
  private _retry: Disposable | undefined;
  private _failures = 0;
  private _connectedAtMs = 0;

  readonly onDidChangeState: Event<void> = this._onDidChangeState.event;
  readonly onDidReceiveNotice: Event<HostNotice> = this._onDidReceiveNotice.event;

  constructor(options: HostLinkOptions) {
    this._options = options;
    this._list = new SessionList();
    this._tryInBackground();
  }

  get state(): LinkState {
    return this._state;
  }

  /** Why the last attempt failed or the connection went; undefined while connected. */
  get lastError(): RevenantError | undefined {
    return this._lastError;
  }

  /** Newest activity first. While there is no connection: as they were last known. */
  get sessions(): readonly SessionInfo[] {
    return this._list.sessions;
  }

  get onDidChangeSessions(): Event<void> {
    return this._list.onDidChange;
  }

  findSession(id: SessionId): SessionInfo | undefined {
    return this._list.find(id);
  }

  /** The connection, as soon as there is one. Tries at once, and rejects with the error when that attempt fails. */
  whenConnected(signal?: AbortSignal): Promise<HostConnection> {
    if (this._connection !== undefined) {
      return Promise.resolve(this._connection);
    }
    return untilAborted(this._connect(), signal);
  }

  async request<M extends RequestMethod>(
    method: M,
    params: RequestParams<M>,
    options: RequestOptions = {},
  ): Promise<RequestResult<M>> {
    const connection = await this.whenConnected(options.signal);
    return connection.request(method, params, options);
  }

  /** Tries now instead of when the delay is over. Does nothing while connected. */
  reconnectNow(): void {
    if (this._connection === undefined) {
      this._failures = 0;
      this._tryInBackground();
    }
  }

  dispose(): void {
    this._lifetime.abort();
    this._retry?.dispose();
    this._subscriptions.dispose();
    this._connection?.dispose();
    this._connection = undefined;
    this._onDidChangeState.dispose();
    this._onDidReceiveNotice.dispose();
    this._list.dispose();
  }

  private _tryInBackground(): void {
    this._connect().catch((error: unknown) => {
      this._options.log.debug(`No connection to the session host: ${messageOf(error)}`);
    });
  }

  /** The attempt that is under way, or a new one. */
  private _connect(): Promise<HostConnection> {
    if (this._lifetime.signal.aborted) {
      return Promise.reject(abortedError(undefined));
    }
    this._retry?.dispose();
    this._retry = undefined;
    // The attempt begins after this call, so that a listener that asks for the connection while it begins finds it.
    this._attempt ??= Promise.resolve().then(() => this._runAttempt());
    return this._attempt;
  }

  private async _runAttempt(): Promise<HostConnection> {
    this._setState('connecting', this._lastError);
    const subscriptions = new DisposableStore();
    let connection: HostConnection | undefined;
    try {
      connection = await this._options.connect(this._lifetime.signal);
      await this._load(connection, subscriptions);
      throwIfAborted(this._lifetime.signal);
    } catch (error) {
      connection?.dispose();
      subscriptions.dispose();
      const failure = toRevenantError(error);
      this._attempt = undefined;
      this._handleFailure(failure);
      throw failure;
    }
    this._attempt = undefined;
    this._connection = connection;
    this._subscriptions = subscriptions;
    this._connectedAtMs = this._options.clock.monotonicMs();
    this._setState('connected', undefined);
    return connection;
  }

  /** Subscribes before the list is asked for, so that no change falls in between. */
  private async _load(connection: HostConnection, subscriptions: DisposableStore): Promise<void> {
    let closed: CloseReason | undefined;
    const load = this._list.startLoading();
    subscriptions.add(connection.onEvent((event) => this._handleEvent(event)));
    subscriptions.add(
      connection.onDidClose(({ reason }) => {
        closed = reason;
        if (this._connection === connection) {
          this._handleClosed(reason);
        }
      }),
    );
    const { sessions } = await connection.request('list', {}, { signal: this._lifetime.signal });
    if (closed !== undefined) {
      throw closedError(closed);
    }
    load(sessions);
  }

  private _handleEvent(event: HostEvent): void {
    switch (event.kind) {
      case 'session-changed':
        this._list.set(event.session);
        return;
      case 'session-removed':
        this._list.remove(event.session);
        return;
      case 'notice':
        this._onDidReceiveNotice.fire({ severity: event.severity, message: event.message, session: event.session });
        return;
      default:
        // The end of the host is told by `onDidClose`; what concerns attachments never comes this way.
        return;
    }
  }

  private _handleClosed(reason: CloseReason): void {
    this._connection = undefined;
    this._subscriptions.dispose();
    const error = closedError(reason);
    this._options.log.info(error.message);
    if (reason === 'stopped') {
      this._setState('failed', error);
      return;
    }
    if (this._options.clock.monotonicMs() - this._connectedAtMs >= stableAfterMs) {
      this._failures = 0;
    }
    this._setState('connecting', error);
    this._scheduleRetry(reason === 'retired' ? retiredDelayMs : this._nextDelayMs());
  }

  private _handleFailure(error: RevenantError): void {
    if (this._lifetime.signal.aborted) {
      return;
    }
    this._options.log.warn(`No connection to the session host: ${error.message}`);
    this._setState('failed', error);
    if (error.code !== 'incompatible-version') {
      this._scheduleRetry(this._nextDelayMs());
    }
  }

  private _nextDelayMs(): number {
    const delayMs = retryDelaysMs[Math.min(this._failures, retryDelaysMs.length - 1)];
    this._failures++;
    return delayMs ?? 0;
  }

  private _scheduleRetry(delayMs: number): void {
    // A listener that was just told of the new state may have started an attempt already.
    if (this._attempt !== undefined || this._connection !== undefined || this._lifetime.signal.aborted) {
      return;
    }
    this._retry?.dispose();
    this._retry = this._options.clock.schedule(delayMs, () => this._tryInBackground());
  }

  private _setState(state: LinkState, error: RevenantError | undefined): void {
    const hasChanged = state !== this._state || error !== this._lastError;
    this._state = state;
    this._lastError = error;
    if (hasChanged && !this._lifetime.signal.aborted) {
      this._onDidChangeState.fire();
    }
  }
}

function closedError(reason: CloseReason): RevenantError {
  switch (reason) {
    case 'retired':
      return new RevenantError('closed', 'The session host made room for another version.');
    case 'stopped':
      return new RevenantError(
        'host-unavailable',
        'The session host was stopped. Sessions go on; try again to start it.',
      );
    case 'lost':
      return new RevenantError('closed', 'The connection to the session host was lost.');
  }
}

function toRevenantError(error: unknown): RevenantError {
  return isRevenantError(error) ? error : new RevenantError('internal', messageOf(error), { cause: error });
}

/** The promise, given up on the signal; what it waits for goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) {
    return promise;
  }
  return new Promise((resolve, reject) => {
    const handleAbort = (): void => reject(abortedError(signal.reason));
    if (signal.aborted) {
      handleAbort();
    }
    signal.addEventListener('abort', handleAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', handleAbort));
  });
}
