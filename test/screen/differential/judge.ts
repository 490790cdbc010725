import type { Screen, ScreenState } from '../../../src/screen/api.ts';
import type { KeptModes } from '../../../src/screen/keptModes.ts';
import type { Terminal } from '../../../src/screen/xterm.ts';
import { createScreen } from '../../../src/screen/xtermScreen.ts';
import { bytesOf, type Case, type Step } from './cases.ts';
import { firstDifference, hasForgottenLink, inspect } from './inspect.ts';
import { excuseFor, type RuleName } from './rules.ts';

/** What the judge needs of a system under test. */
export interface Subject {
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  settled(): Promise<void>;
  snapshot(scrollback: number): Promise<Uint8Array>;
  state(scrollback: number): Promise<ScreenState>;
  dispose(): void;
  /** The emulator with everything written so far. */
  emulator(): Promise<{ readonly terminal: Terminal; readonly kept: KeptModes | undefined }>;
  /** Every answer so far, as text. */
  readonly replies: readonly string[];
}

export interface SubjectOptions {
  readonly cols: number;
  readonly rows: number;
  readonly scrollback: number;
}

export type MakeSubject = (options: SubjectOptions) => Subject;

export interface Verdict {
  /** What differed, and at which step; undefined when all was equal. */
  readonly failure: string | undefined;
  /** Cuts that could not be judged, by the rule that says why. */
  readonly excused: readonly RuleName[];
  readonly snapshots: number;
}

/** The screen as sessions have it. */
export const makeScreen: MakeSubject = (options) => {
  const replies: string[] = [];
  const screen: Screen = createScreen({ ...options, onReply: (reply) => replies.push(Buffer.from(reply).toString()) });
  const { _terminal: terminal, _kept: kept } = screen as unknown as { _terminal: Terminal; _kept: KeptModes };
  return {
    write: (bytes) => screen.write(bytes),
    resize: (cols, rows) => screen.resize(cols, rows),
    settled: () => screen.settled(),
    snapshot: (scrollback) => screen.snapshot(scrollback),
    state: (scrollback) => screen.state(scrollback),
    dispose: () => screen.dispose(),
    emulator: async () => {
      await screen.settled();
      return { terminal, kept };
    },
    replies,
  };
};

/**
 * Runs one case: the original from beginning to end; at each snapshot step a fresh terminal gets what the original's
 * snapshot says, must be equal to it then, and gets everything that comes after. At each check and at the end they
 * must be equal again, and must have answered the same since.
 * @param makeOriginal the system that is cut, whose snapshots are tried.
 * @param makeRestored the system that a snapshot is written to and that goes on from there. To try another system on
 * whole streams, give it here and let the case begin with a snapshot: that one says nothing.
 */
export async function runCase(
  { cols, rows, scrollback, steps }: Case,
  makeOriginal: MakeSubject = makeScreen,
  makeRestored: MakeSubject = makeScreen,
): Promise<Verdict> {
  const run = new Run(makeOriginal({ cols, rows, scrollback }), makeRestored, scrollback, [cols, rows]);
  try {
    for (const [index, step] of [...steps, { check: true } as const].entries()) {
      const failure = await run.take(step);
      if (failure !== undefined) {
        return { failure: `step ${index}: ${failure}`, excused: run.excused, snapshots: run.snapshots };
      }
    }
    return { failure: undefined, excused: run.excused, snapshots: run.snapshots };
  } finally {
    run.dispose();
  }
}

interface Restored {
  readonly subject: Subject;
  /** How many answers the original had given when this one was made. */
  readonly repliesBefore: number;
}

class Run {
  readonly excused: RuleName[] = [];
  snapshots = 0;
  private readonly _original: Subject;
  private readonly _makeRestored: MakeSubject;
  private readonly _scrollback: number;
  private _size: readonly [number, number];
  private _restored: Restored[] = [];

  constructor(original: Subject, makeRestored: MakeSubject, scrollback: number, size: readonly [number, number]) {
    this._original = original;
    this._makeRestored = makeRestored;
    this._scrollback = scrollback;
    this._size = size;
  }

  /** @returns what is wrong after this step. */
  take(step: Step): Promise<string | undefined> {
    if (typeof step === 'string') {
      const bytes = bytesOf(step);
      this._forAll((subject) => subject.write(bytes));
    } else if ('resize' in step) {
      this._size = step.resize;
      this._forAll((subject) => subject.resize(...step.resize));
    } else if ('snapshot' in step) {
      return this._cut(step.snapshot);
    } else {
      return this._check();
    }
    return Promise.resolve(undefined);
  }

  dispose(): void {
    this._forAll((subject) => subject.dispose());
  }

  private _forAll(action: (subject: Subject) => void): void {
    action(this._original);
    for (const { subject } of this._restored) {
      action(subject);
    }
  }

  private async _cut(depth: number): Promise<string | undefined> {
    this.snapshots++;
    const snapshot = await this._original.snapshot(depth);
    const { terminal } = await this._original.emulator();
    const excuse = excuseFor(terminal);
    if (excuse !== undefined) {
      this.excused.push(excuse);
      return undefined;
    }
    const [cols, rows] = this._size;
    const subject = this._makeRestored({ cols, rows, scrollback: this._scrollback });
    const restored = { subject, repliesBefore: this._original.replies.length };
    subject.write(snapshot);
    const isWhole = terminal.buffer.normal.baseY <= depth;
    const failure =
      (await this._difference(restored, depth)) ??
      (isWhole ? await this._isStable(subject, snapshot, depth) : undefined);
    if (failure !== undefined || !isWhole) {
      // With less above it a terminal scrolls and grows differently, as it should.
      subject.dispose();
    } else {
      this._restored.push(restored);
    }
    return failure === undefined
      ? undefined
      : `the snapshot ${JSON.stringify(Buffer.from(snapshot).toString())}: ${failure}`;
  }

  /** A snapshot of what a snapshot made is the same again. */
  private async _isStable(subject: Subject, snapshot: Uint8Array, depth: number): Promise<string | undefined> {
    const again = Buffer.from(await subject.snapshot(depth));
    return again.equals(Buffer.from(snapshot)) ? undefined : `its own is another: ${JSON.stringify(again.toString())}`;
  }

  private async _check(): Promise<string | undefined> {
    for (const [index, restored] of this._restored.entries()) {
      const failure = await this._difference(restored, Infinity);
      if (failure !== undefined) {
        return `what snapshot ${index + 1} made: ${failure}`;
      }
    }
    return undefined;
  }

  /** What of the restored one is not as in the original, which may have more than `depth` lines above the screen. */
  private async _difference({ subject, repliesBefore }: Restored, depth: number): Promise<string | undefined> {
    const original = await this._original.emulator();
    const restored = await subject.emulator();
    const difference = (hasLinks: boolean): string | undefined =>
      firstDifference(
        inspect(restored.terminal, restored.kept, { hasLinks }),
        inspect(original.terminal, original.kept, { depth, hasLinks }),
      );
    // The emulator keeps links by the lines that they were begun and printed in; that a link was begun in another line
    // than its first character stands in, nothing shows, and so one may forget it and the other not.
    const isForgotten = (): boolean => hasForgottenLink(original.terminal) || hasForgottenLink(restored.terminal);
    return (
      (difference(true) !== undefined && isForgotten() ? difference(false) : difference(true)) ??
      firstDifference(subject.replies, this._original.replies.slice(repliesBefore), 'replies') ??
      firstDifference(await subject.state(depth), await this._original.state(depth), 'state')
    );
  }
}
