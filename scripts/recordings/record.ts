import { type IPty, spawn } from '@lydell/node-pty';
import type { Screen } from '../../src/screen/api.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { type Recording, type RecordingEvent, lengthOf } from '../../test/fixtures/recordings/recording.ts';
import { Sandbox, sandboxEnvironment } from './sandbox.ts';

export interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** Keys as a terminal sends them, or a new size. After each the output is awaited. */
export type Step = string | Size;

/** A program and what a person does with it. */
export interface Scenario extends Size {
  readonly name: string;
  readonly command: readonly string[];
  readonly steps: readonly Step[];
}

const limits = {
  /** Output has come to rest when nothing came for so long, in ms … */
  quietMs: 300,
  /** … or after so long, in ms: some programs never rest. */
  stepMs: 2500,
  /** Between keys, in ms: a fast typist, so that programs redraw key by key. */
  keyMs: 15,
  /** Recordings lie in the repository. */
  recordingBytes: 60_000,
} as const;

/** A key is a character or one of a keyboard's escape sequences; a paste comes in one piece too. */
const keyPattern = /\x1b\[200~.*?\x1b\[201~|\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|./gsu;

/**
 * Runs the program in a sandbox on a real PTY, with our own screen as the terminal that answers its queries, and
 * takes what it prints. It is killed after its last step if it still runs: what a full-screen program shows then is
 * the end of the recording. Rejects when it ends before its last step, prints nothing or prints too much.
 */
export async function record(scenario: Scenario): Promise<Recording> {
  const { cols, rows, name, steps } = scenario;
  const sandbox = new Sandbox();
  const program = new RecordedProgram(scenario, sandbox);
  try {
    await program.untilQuiet();
    for (const step of steps) {
      if (program.hasEnded) {
        throw new Error(`${name} ended before ${JSON.stringify(step)}: ${JSON.stringify(program.output.slice(-300))}`);
      }
      await program.take(step);
      await program.untilQuiet();
    }
  } finally {
    await program.end();
    sandbox.dispose();
  }
  const recording = { cols, rows, events: program.events };
  const bytes = lengthOf(recording);
  if (bytes === 0 || bytes > limits.recordingBytes) {
    throw new Error(`${name} printed ${bytes} bytes, not 1 to ${limits.recordingBytes}. Is the program installed?`);
  }
  return recording;
}

class RecordedProgram {
  private readonly _pty: IPty;
  private readonly _screen: Screen;
  private readonly _events: RecordingEvent[] = [];
  private readonly _ended: Promise<void>;
  private _pieces: Buffer[] = [];
  private _lastOutputMs = performance.now();
  private _hasEnded = false;

  constructor({ cols, rows, command }: Scenario, sandbox: Sandbox) {
    const { file, args } = sandbox.commandFor(command);
    const { TERM: name } = sandboxEnvironment;
    const pty = spawn(file, args, { name, cols, rows, env: sandboxEnvironment, encoding: null });
    this._pty = pty;
    // node-pty takes and, without an encoding, gives Buffers, whatever its types say.
    const onReply = (reply: Uint8Array): void => pty.write(Buffer.from(reply));
    this._screen = createScreen({ cols, rows, scrollback: 1000, onReply });
    pty.onData((data: unknown) => this._handleOutput(data as Buffer));
    this._ended = new Promise((resolve) =>
      pty.onExit(() => {
        this._hasEnded = true;
        resolve();
      }),
    );
  }

  get hasEnded(): boolean {
    return this._hasEnded;
  }

  /** What was printed, and the resizes. */
  get events(): readonly RecordingEvent[] {
    this._takeOutput();
    return this._events;
  }

  get output(): string {
    return this.events.map((event) => (event.kind === 'output' ? Buffer.from(event.bytes).toString() : '')).join('');
  }

  async take(step: Step): Promise<void> {
    this._takeOutput();
    if (typeof step !== 'string') {
      this._events.push({ kind: 'resize', ...step });
      this._screen.resize(step.cols, step.rows);
      this._pty.resize(step.cols, step.rows);
      return;
    }
    for (const [key] of step.matchAll(keyPattern)) {
      this._pty.write(key);
      await pause(limits.keyMs);
    }
  }

  async untilQuiet(): Promise<void> {
    const startMs = performance.now();
    this._lastOutputMs = startMs;
    while (performance.now() - this._lastOutputMs < limits.quietMs && performance.now() - startMs < limits.stepMs) {
      await pause(limits.keyMs);
    }
  }

  async end(): Promise<void> {
    if (!this._hasEnded) {
      this._pty.kill('SIGKILL');
    }
    await this._ended;
    this._screen.dispose();
  }

  private _handleOutput(bytes: Buffer): void {
    this._lastOutputMs = performance.now();
    this._pieces.push(bytes);
    this._screen.write(bytes);
  }

  private _takeOutput(): void {
    if (this._pieces.length > 0) {
      this._events.push({ kind: 'output', bytes: Buffer.concat(this._pieces) });
      this._pieces = [];
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
