import type { Disposable } from '../base/disposable.ts';
import { messageOf } from '../base/errors.ts';
import { areColorsEqual, mergeColors, type TerminalColors } from '../base/terminalColors.ts';
import { ChangeNotifier } from './changeNotifier.ts';
import type { SessionContext } from './context.ts';
import type { SessionMetadata } from './metadata.ts';
import { MetadataWriter } from './metadataWriter.ts';
import { type SessionPaths, sessionPathsOf } from './sessionPaths.ts';

/** A session's metadata: in memory, on disk, and the word that goes out when they change. */
export class SessionRecord implements Disposable {
  readonly paths: SessionPaths;
  private readonly _context: SessionContext;
  private readonly _writer: MetadataWriter;
  private readonly _changes: ChangeNotifier;
  private _metadata: SessionMetadata;

  /** `fireChanged` tells everybody how the session is now; it is called at most some 10 times a second. */
  constructor(context: SessionContext, metadata: SessionMetadata, fireChanged: () => void) {
    const { clock, log, directory } = context.options;
    this.paths = sessionPathsOf(directory, metadata.id);
    this._context = context;
    this._metadata = metadata;
    this._writer = new MetadataWriter({ file: this.paths.metadata, clock, log, read: () => this._metadata });
    this._changes = new ChangeNotifier(clock, fireChanged);
  }

  get metadata(): SessionMetadata {
    return this._metadata;
  }

  /** Changes the metadata in memory. */
  update(patch: Partial<SessionMetadata>): void {
    this._metadata = { ...this._metadata, ...patch };
  }

  /** Changes what may be lost in a crash: it is on disk within `limitMs`, a second when left out. */
  updateSoon(patch: Partial<SessionMetadata>, limitMs?: number): void {
    this.update(patch);
    this._writer.writeSoon(limitMs);
  }

  /** The terminal that has the session told its colours. `apply` gets what is known now, if anything is new. */
  noteColors(told: TerminalColors, apply: (colors: TerminalColors) => void): void {
    const { colors: known } = this._metadata;
    const colors = mergeColors(known, told);
    if (!areColorsEqual(known, colors)) {
      this.updateSoon({ colors });
      apply(colors);
    }
  }

  /** Resolves when the metadata are on disk; rejects with the system's error. */
  save(): Promise<void> {
    return this._writer.flush();
  }

  /** The same for when the session goes on without: a failure is logged, and the writer tries again by itself. */
  async trySave(): Promise<void> {
    try {
      await this._writer.flush();
    } catch (error) {
      const { log } = this._context.options;
      log.warn(`The metadata of session ${this._metadata.id} are not on disk yet: ${messageOf(error)}`);
    }
  }

  /** Calls back once the metadata are on disk as they are now, however long that takes. */
  onceSaved(callback: () => void): void {
    this._writer.onceSaved(callback);
  }

  notifyChanged(): void {
    this._changes.notify();
  }

  /** Tells people something about this session. */
  notice(severity: 'info' | 'warning' | 'error', message: string): void {
    this._context.events.fire('notice', { severity, message, id: this._metadata.id });
  }

  /** Nothing is written and nobody is told afterwards. */
  async close(): Promise<void> {
    this.dispose();
    await this._writer.close();
  }

  dispose(): void {
    this._changes.dispose();
    this._writer.dispose();
  }
}
