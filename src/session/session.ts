import { randomUUID } from 'node:crypto';
import { type Disposable, toDisposable } from '../base/disposable.ts';
import { RevenantError, messageOf } from '../base/errors.ts';
import type { RunId, SessionId } from '../base/ids.ts';
import type { TerminalColors } from '../base/terminalColors.ts';
import type { SessionDetails, SessionSnapshot } from './api.ts';
import { ActiveRun } from './activeRun.ts';
import { boundaryLine, movedLine } from './boundary.ts';
import type { SessionContext } from './context.ts';
import { getDefaultEnv } from './defaultEnv.ts';
import { IdleScreen } from './idleScreen.ts';
import type { LiveScreen } from './liveScreen.ts';
import type { SessionMetadata } from './metadata.ts';
import { ProcessFacts } from './processFacts.ts';
import { ProcessInspector } from './processInspector.ts';
import { type ProcessEnd, ProcessRun } from './processRun.ts';
import type { PtyProcess } from './ptyFactory.ts';
import { recordEnd } from './recordEnd.ts';
import type { RecordingChange } from './recording.ts';
import { recordingNotice } from './recordingNotice.ts';
import { SerialQueue } from './serialQueue.ts';
import { detailsOf } from './sessionDetails.ts';
import { sessionLimits } from './sessionLimits.ts';
import type { SessionPaths } from './sessionPaths.ts';
import { SessionRecord } from './sessionRecord.ts';
import { SessionStream } from './sessionStream.ts';
import { waitAtMost } from './waitAtMost.ts';
import { nearestDirectory } from './workingDirectory.ts';

type Environment = Readonly<Record<string, string>>;

const startedState = { state: 'running', exitCode: null, signal: null, endedAt: null } as const;

/**
 * One session: its metadata, and while a process runs in it, the stream from that process. What changes its state
 * happens one after the other, in a queue; output, input and resizing do not wait for it.
 */
export class Session {
  readonly id: SessionId;
  private readonly _context: SessionContext;
  private readonly _record: SessionRecord;
  private readonly _facts: ProcessFacts;
  private readonly _idleScreen: IdleScreen;
  private readonly _queue = new SerialQueue();
  /** Open from before a process starts until after its end is recorded. */
  private _stream: SessionStream | undefined;
  private _active: ActiveRun | undefined;
  private _connectionCount = 0;
  private _problem: string | undefined;
  private _isClosed = false;

  constructor(context: SessionContext, metadata: SessionMetadata) {
    this.id = metadata.id;
    this._context = context;
    const fireChanged = (): void => context.events.fire('session:changed', { session: this.details });
    this._record = new SessionRecord(context, metadata, fireChanged);
    this._facts = new ProcessFacts(this._record);
    this._idleScreen = new IdleScreen(context, () => this._record.metadata);
  }

  get details(): SessionDetails {
    return detailsOf(this._record.metadata, {
      pid: this._active?.process.pid,
      connectionCount: this._connectionCount,
      program: this._facts.program,
      problem: this._problem,
      historyBytes: this._stream?.recording.sizeBytes,
    });
  }

  get paths(): SessionPaths {
    return this._record.paths;
  }

  get isRunning(): boolean {
    return this._record.metadata.state === 'running';
  }

  /** Process of which the metadata tell, whether or not it still runs. */
  get knownRun(): RunId | undefined {
    return this._record.metadata.run?.id;
  }

  /** Lines kept above the screen. */
  get lines(): number {
    return this._record.metadata.lines;
  }

  /** Puts a new session on disk. Rejects with the system's error. */
  save(): Promise<void> {
    return this._record.save();
  }

  /** Takes up the process that a former host left, or records that it is lost. */
  takeUp(): Promise<void> {
    return this._queue.run(() => this._takeUp());
  }

  /**
   * Starts a process unless one runs. Rejects as `PtyFactory.spawn` does, and then changes nothing. `beforeFlow` is
   * called when it has started and before its first output.
   */
  start(env?: Environment, beforeFlow?: () => void): Promise<void> {
    return this._queue.run(async () => {
      if (this._isClosed) {
        throw new RevenantError('closed', `Session ${this.id} is closed.`);
      }
      if (this.isRunning && this._active === undefined) {
        await this._takeUp();
      }
      if (!this.isRunning) {
        await this._start(env, beforeFlow);
      }
    });
  }

  /** Counts somebody who looks at the session, until the result is disposed of. */
  connect(): Disposable {
    this._connectionCount++;
    this._context.events.fire('connection:open', { id: this.id });
    this._record.notifyChanged();
    return toDisposable(() => {
      this._connectionCount--;
      this._context.events.fire('connection:close', { id: this.id });
      this._record.notifyChanged();
    });
  }

  /** Throws `not-running`. */
  write(bytes: Uint8Array): void {
    if (this._active === undefined) {
      throw new RevenantError('not-running', `Session ${this.id} is not running: nothing reads what is typed.`);
    }
    this._record.updateSoon({ lastActivity: this._context.options.clock.now() });
    this._active.process.write(bytes);
  }

  async rename(name: string): Promise<void> {
    this._record.update({ name, isNamed: true });
    this._record.notifyChanged();
    await this._record.save();
  }

  /** Of several calls at once the last one counts; the others resolve without effect. */
  async resize(cols: number, rows: number): Promise<void> {
    const isCurrent = (): boolean => this._record.metadata.cols === cols && this._record.metadata.rows === rows;
    if (isCurrent()) {
      return;
    }
    this._record.update({ cols, rows });
    await this._record.trySave();
    if (!isCurrent()) {
      return;
    }
    if (this._active !== undefined) {
      this._applySize(this._active.stream, this._active.process);
    }
    this._context.events.fire('session:resized', { id: this.id, cols, rows });
    this._record.notifyChanged();
  }

  /** Sets the colours of the terminal that has the session. */
  setColors(told: TerminalColors): void {
    this._record.noteColors(told, (colors) => this._stream?.live.setColors(colors));
  }

  /** Resolves when the process is gone and its end is recorded. `timeout` after `limitMs` (clock). */
  async kill(limitMs: number = sessionLimits.killGraceMs + sessionLimits.killLimitMs): Promise<void> {
    const kill = async (): Promise<void> => {
      // What was asked for before comes first: a start that is under way.
      const active = await this._queue.run(() => Promise.resolve(this._active));
      active?.process.kill();
      await active?.finished;
    };
    if ((await waitAtMost(this._context.options.clock, limitMs, kill())) === 'timeout') {
      throw new RevenantError('timeout', `The process of session ${this.id} did not end within ${limitMs} ms.`);
    }
  }

  /** The screen of a session that runs, else one that is rebuilt from the journal. */
  useScreen<T>(operation: (screen: LiveScreen) => Promise<T>): Promise<T> {
    return this._stream === undefined ? this._idleScreen.use(operation) : operation(this._stream.live);
  }

  getSnapshot(scrollback: number): Promise<SessionSnapshot> {
    return this.useScreen((screen) => screen.snapshot(scrollback));
  }

  /** The journal's files hold everything that was printed before the call. Rejects when the disk refuses. */
  async flushJournal(): Promise<void> {
    await this._stream?.recording.flush();
  }

  /** Puts everything on disk and lets go. A process goes on. */
  close(): Promise<void> {
    return this._queue.run(async () => {
      this._isClosed = true;
      const active = this._active;
      if (active !== undefined) {
        await active.stream.tryFlush();
        this._release(active);
        await this._closeStream(active.stream);
      }
      await this._record.trySave();
      await this._record.close();
      this._idleScreen.dispose();
    });
  }

  private async _takeUp(): Promise<void> {
    const { run, state, lastActivity } = this._record.metadata;
    if (run === null) {
      return;
    }
    const pty = this._context.options.ptyFactory.findRun(run.id);
    if (pty !== undefined) {
      await this._adopt(pty, run.base);
    } else if (state === 'running') {
      await this._finish(await this._openStream(), { kind: 'lost' }, lastActivity);
    } else {
      // It was never spawned.
      this._record.updateSoon({ run: null });
    }
  }

  private async _adopt(pty: PtyProcess, storedBase: number | null): Promise<void> {
    const stream = await this._openStream();
    const position = stream.recording.acceptedPosition;
    // Below its base the journal lacks what a crash of the whole machine took.
    const base = Math.min(storedBase ?? position, position);
    stream.recording.setBase(base);
    if (base !== storedBase || !this.isRunning) {
      this._record.update({ ...startedState, run: { id: pty.run, base } });
      await this._record.trySave();
    }
    const process = await this._activate(pty, stream);
    process.start(position - base);
    // The host may have died between storing the size and passing it on.
    this._applySize(stream, process);
  }

  private async _start(env: Environment | undefined, beforeFlow: (() => void) | undefined): Promise<void> {
    const { ptyFactory, clock } = this._context.options;
    const { shell, args, cwd } = this._record.metadata;
    const boundary = boundaryLine(this._record.metadata);
    const usedCwd = await nearestDirectory(cwd);
    const run = randomUUID() as RunId;
    const stream = await this._openStream();
    this._record.update({ run: { id: run, base: null } });
    await this._record.trySave();
    const { cols, rows } = this._record.metadata;
    let pty: PtyProcess;
    try {
      const environment = { ...(env ?? getDefaultEnv()), REVENANT_SESSION: this.id };
      pty = await ptyFactory.spawn({ run, file: shell, args, cwd: usedCwd, env: environment, cols, rows });
    } catch (error) {
      this._record.update({ run: null });
      await this._closeStream(stream);
      throw error;
    }
    if (boundary !== undefined) {
      stream.append(boundary);
    }
    if (usedCwd !== cwd) {
      stream.append(movedLine(cwd, usedCwd));
    }
    // Else a crash could leave a base that the journal does not reach.
    await stream.tryFlush();
    const base = stream.recording.acceptedPosition;
    stream.recording.setBase(base);
    const lastActivity = clock.now();
    this._record.update({ ...startedState, cwd: usedCwd, title: '', lastActivity, run: { id: run, base } });
    await this._record.trySave();
    const process = await this._activate(pty, stream);
    beforeFlow?.();
    this._context.events.fire('session:started', { id: this.id });
    process.start(0);
    // It may have been resized while it was being started.
    this._applySize(stream, process);
  }

  private _applySize(stream: SessionStream, process: ProcessRun): void {
    const { cols, rows } = this._record.metadata;
    stream.resize(cols, rows);
    process.resize(cols, rows);
  }

  private async _openStream(): Promise<SessionStream> {
    const screen = await this._idleScreen.take();
    const saveBase = async (base: number): Promise<void> => {
      const { run } = this._record.metadata;
      if (run !== null) {
        this._record.update({ run: { ...run, base } });
        await this._record.save();
      }
    };
    const metadata = this._record.metadata;
    const stream = await SessionStream.open({ context: this._context, metadata, screen, saveBase });
    if (this._idleScreen.end !== undefined) {
      stream.live.setEnd(this._idleScreen.end);
    }
    if (stream.recording.acceptedPosition === 0) {
      this._record.update({ firstSize: { cols: metadata.cols, rows: metadata.rows } });
    }
    this._stream = stream;
    stream.recording.onDidChange((change) => this._handleRecordingChange(change));
    return stream;
  }

  /** Connects a process to the stream. Its output flows when the result is started. */
  private async _activate(pty: PtyProcess, stream: SessionStream): Promise<ProcessRun> {
    const { clock, log, inspectProcess } = this._context.options;
    await stream.live.startAnswering(this._record.metadata.colors);
    const process = new ProcessRun(pty, stream, clock);
    const inspector =
      inspectProcess &&
      new ProcessInspector({
        clock,
        log,
        inspect: () => inspectProcess(pty.pid),
        handle: (found) => this._facts.handleInspected(found),
      });
    this._active = new ActiveRun(process, stream, inspector);
    this._facts.reset();
    process.onDidPrint((bytes) => this._handleOutput(stream, bytes));
    process.onDidDropInput((bytes) => this._handleDroppedInput(bytes));
    process.onDidEnd((end) => void this._queue.run(() => this._handleEnd(end)));
    inspector?.poke();
    this._record.notifyChanged();
    return process;
  }

  private _handleOutput(stream: SessionStream, bytes: Uint8Array): void {
    const { clock } = this._context.options;
    const events = stream.append(bytes);
    this._record.updateSoon({ lastActivity: clock.now(), historyBytes: stream.recording.sizeBytes });
    this._active?.inspector?.poke();
    for (const event of events) {
      this._facts.handleScanned(event);
      this._context.events.fire('session:scanned', { id: this.id, event });
    }
  }

  private _handleDroppedInput(bytes: number): void {
    const { name } = this._record.metadata;
    this._record.notice('warning', `The program in session ${name} does not read: ${bytes} bytes typed were dropped.`);
  }

  private async _handleEnd(end: ProcessEnd): Promise<void> {
    const active = this._active;
    if (active === undefined || this._isClosed) {
      return;
    }
    this._release(active);
    await this._finish(active.stream, end, this._context.options.clock.now());
    this._record.onceSaved(() => active.process.forget());
    active.finish();
  }

  /** Journal first, then metadata: whichever step a crash interrupts, the next host learns of the end again. */
  private async _finish(stream: SessionStream, end: ProcessEnd, endedAt: number): Promise<void> {
    const ended = await recordEnd(stream, end);
    await stream.tryFlush();
    this._record.update({ ...ended, endedAt, run: null });
    this._facts.reset();
    const { state, exitCode, signal } = ended;
    const exit = { id: this.id, state, exitCode: exitCode ?? undefined, signal: signal ?? undefined };
    this._context.events.fire('session:exit', exit);
    this._record.notifyChanged();
    await this._record.trySave();
    await this._closeStream(stream);
  }

  private _release(active: ActiveRun): void {
    this._active = undefined;
    active.dispose();
  }

  /** Closes the journal; the screen stays for a while. */
  private async _closeStream(stream: SessionStream): Promise<void> {
    this._record.updateSoon({ historyBytes: stream.recording.sizeBytes });
    try {
      await stream.recording.close();
    } catch (error) {
      const { name } = this._record.metadata;
      this._record.notice('error', `The last output of session ${name} could not be recorded: ${messageOf(error)}`);
    }
    this._problem = undefined;
    this._stream = undefined;
    this._idleScreen.keep(stream.live);
  }

  private _handleRecordingChange(change: RecordingChange): void {
    this._problem = change.problem;
    const { severity, message } = recordingNotice(this._record.metadata.name, change);
    this._record.notice(severity, message);
    this._record.notifyChanged();
  }
}
