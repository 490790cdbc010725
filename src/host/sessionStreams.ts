import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { SessionId } from '../base/ids.ts';
import type { Log } from '../base/log.ts';
import type { AttachParams } from '../protocol/hostMessages.ts';
import type { SessionManagerApi } from '../session/api.ts';
import { Attachment, type AttachmentSink } from './attachment.ts';
import { SessionStream } from './sessionStream.ts';

export interface SessionStreamsOptions {
  readonly manager: SessionManagerApi;
  readonly clock: Clock;
  readonly log: Log;
}

/** An attachment with the stream that feeds it, as its client's connection holds it; `stream.remove` ends it. */
export interface OpenAttachment {
  readonly attachment: Attachment;
  readonly stream: SessionStream;
}

/** The streams of all sessions that somebody looks at; hands each the manager's events of its session. */
export class SessionStreams implements Disposable {
  private readonly _options: SessionStreamsOptions;
  private readonly _streams = new Map<SessionId, SessionStream>();
  private readonly _disposables = new DisposableStore();
  private _lastAttachment = 0;

  constructor(options: SessionStreamsOptions) {
    this._options = options;
    const { manager } = options;
    this._disposables.add(manager.on('session:output', ({ id, chunk }) => this._streams.get(id)?.handleOutput(chunk)));
    this._disposables.add(manager.on('session:resized', (size) => this._streams.get(size.id)?.handleResized(size)));
    this._disposables.add(manager.on('session:started', ({ id }) => this._streams.get(id)?.handleStarted()));
    this._disposables.add(manager.on('session:exit', (exit) => this._streams.get(exit.id)?.handleExit(exit)));
    this._disposables.add(
      manager.on('session:deleted', ({ id }) => {
        const stream = this._streams.get(id);
        this._streams.delete(id);
        stream?.handleDeleted();
      }),
    );
  }

  /** Adds an attachment, which sends nothing until it is started. Throws `session-not-found`. */
  async open(params: AttachParams, sink: AttachmentSink): Promise<OpenAttachment> {
    const { manager } = this._options;
    const connection = await manager.connectToSession(params.session, { startProcess: false });
    const stream = this._streams.get(params.session) ?? this._openStream(params.session);
    const attachment = new Attachment({
      id: ++this._lastAttachment,
      sink,
      source: stream,
      scrollback: params.scrollback,
      isReadOnly: params.readOnly,
      connection,
    });
    await stream.add(attachment, params.size ?? undefined);
    return { attachment, stream };
  }

  dispose(): void {
    this._disposables.dispose();
    this._streams.clear();
  }

  private _openStream(id: SessionId): SessionStream {
    const { manager, clock, log } = this._options;
    const stream = new SessionStream({
      session: manager.getSession(id),
      manager,
      clock,
      log,
      handleEmpty: () => this._streams.delete(id),
    });
    this._streams.set(id, stream);
    return stream;
  }
}
