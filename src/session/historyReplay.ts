import { Emitter } from '../base/event.ts';
import type { JournalEvent, JournalReader } from '../journal/api.ts';
import { createReplayScanner } from '../screen/replayScanner.ts';
import type { HistoryReplay } from './api.ts';

/** Where the history comes from. `prepare` puts what waits in memory into the files first. */
export interface HistorySource {
  readonly prepare: () => Promise<void>;
  readonly reader: JournalReader;
}

/** Reads a session's history from disk, whether or not its process lives. Each replay reads for itself, once. */
export class JournalHistoryReplay implements HistoryReplay {
  private readonly _source: HistorySource;
  private readonly _onData = new Emitter<Uint8Array>();
  private readonly _onProgress = new Emitter<number>();
  private readonly _onComplete = new Emitter<void>();
  private readonly _onError = new Emitter<Error>();
  private _isStarted = false;
  private _isAborted = false;

  readonly onData = this._onData.event;
  readonly onProgress = this._onProgress.event;
  readonly onComplete = this._onComplete.event;
  readonly onError = this._onError.event;

  constructor(source: HistorySource) {
    this._source = source;
  }

  start(): void {
    if (this._isStarted) {
      return;
    }
    this._isStarted = true;
    this._replay().then(
      () => this._onComplete.fire(),
      (error: unknown) => this._onError.fire(error instanceof Error ? error : new Error(String(error))),
    );
  }

  abort(): void {
    this._isAborted = true;
    for (const emitter of [this._onData, this._onProgress, this._onComplete, this._onError]) {
      emitter.dispose();
    }
  }

  private async _replay(): Promise<void> {
    const { prepare, reader } = this._source;
    await prepare();
    const { start, end } = await reader.bounds();
    const scanner = createReplayScanner();
    for await (const event of reader.readAll()) {
      if (this._isAborted) {
        return;
      }
      const bytes = printedBytes(event, end);
      if (bytes === undefined) {
        continue;
      }
      // A sequence that the end of the history cuts stays in the scanner: nobody knows whether it is a query.
      const { forClients } = scanner.push(bytes);
      if (forClients.length > 0) {
        this._onData.fire(forClients);
      }
      const position = event.kind === 'output' ? event.position + bytes.length : event.position;
      this._onProgress.fire(Math.min(1, Math.max(0, (position - start) / Math.max(1, end - start))));
    }
    this._onProgress.fire(1);
  }
}

/** Output below `end`: what comes after the start of the replay is not part of it. */
function printedBytes(event: JournalEvent, end: number): Uint8Array | undefined {
  switch (event.kind) {
    case 'keyframe':
      return event.bytes;
    case 'output':
      return event.position < end ? event.bytes.subarray(0, end - event.position) : undefined;
    case 'resize':
    case 'exit':
    case 'mark':
      return undefined;
  }
}
