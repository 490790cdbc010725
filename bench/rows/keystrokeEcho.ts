import { spawn } from '@lydell/node-pty';
import type { HostConnection } from '../../src/client/hostConnection.ts';
import { encodeUtf8 } from '../../src/base/utf8.ts';
import { waitFor } from '../../test/support/waitFor.ts';
import type { Measurement, Row } from '../api.ts';
import { differences, quantile } from '../statistics.ts';
import { attach } from '../support/attach.ts';
import { programEnvironment, type RevenantBox, terminalSize, withBox } from '../support/revenantBox.ts';

/** Gives every byte back as it comes, after `ready`. */
const echo: readonly [string, ...string[]] = ['/bin/sh', '-c', 'stty raw -echo; printf ready; exec cat'];
const floodLine = 'yes "a line of a program that prints without end, as long as most lines of most logs are"';

/** Between two keys, in milliseconds: quicker than anybody types, and long enough for everything to come to rest. */
const restMs = 8;
const keyLimitMs = 10_000;

/** Something that takes keys and gives their echoes. */
interface Terminal {
  write(bytes: Uint8Array): void;
  /** Called with what comes back. */
  onOutput: (bytes: Uint8Array) => void;
  close(): void;
}

export const keystrokeEcho: Row = {
  name: 'echo',
  title: 'Keystroke to echo at a client, above node-pty in the same process',
  run: (context) =>
    withBox(context, async (box) => {
      const plan = context.isQuick ? { rounds: 2, keys: 60 } : { rounds: 7, keys: 400 };
      const connection = await box.connect();
      const ours = await openSession(box, connection);
      const bare = await openBarePty();
      try {
        const quiet = await compareKeys(ours, bare, plan);
        const { id } = await box.create(connection, ['/bin/sh', '-c', floodLine]);
        const flooded = await compareKeys(ours, bare, plan);
        await connection.request('delete', { session: id });
        return {
          measurements: [
            ...measurementsOf('', quiet, { p50: 1, p99: 5 }),
            ...measurementsOf('while another session floods: ', flooded, { p99: 20 }),
          ],
        };
      } finally {
        bare.close();
        ours.close();
        connection.dispose();
      }
    }),
};

interface KeyTimes {
  /** Milliseconds of each key, by round. */
  readonly ours: readonly (readonly number[])[];
  readonly bare: readonly (readonly number[])[];
}

function measurementsOf(
  prefix: string,
  { ours, bare }: KeyTimes,
  goals: { readonly p50?: number; readonly p99: number },
): Measurement[] {
  return ([50, 99] as const).flatMap((percent): Measurement[] => {
    const [own, reference] = [ours, bare].map((rounds) => rounds.map((times) => quantile(times, percent / 100)));
    const atMost = percent === 50 ? goals.p50 : goals.p99;
    return [
      {
        name: `${prefix}p${percent} above node-pty`,
        unit: 'ms',
        samples: differences(own ?? [], reference ?? []),
        ...(atMost === undefined ? {} : { goal: { atMost } }),
      },
      { name: `${prefix}p${percent} of node-pty`, unit: 'ms', samples: reference ?? [] },
    ];
  });
}

/** One key here, one key there. */
async function compareKeys(
  ours: Terminal,
  bare: Terminal,
  { rounds, keys }: { readonly rounds: number; readonly keys: number },
): Promise<KeyTimes> {
  const times = { ours: [] as number[][], bare: [] as number[][] };
  for (let round = 0; round < rounds; round++) {
    const round = { ours: [] as number[], bare: [] as number[] };
    for (let key = 0; key < keys; key++) {
      round.ours.push(await timeKey(ours));
      round.bare.push(await timeKey(bare));
    }
    times.ours.push(round.ours);
    times.bare.push(round.bare);
  }
  return times;
}

async function timeKey(terminal: Terminal): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const startMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No echo within ${keyLimitMs} ms.`)), keyLimitMs);
    terminal.onOutput = () => {
      clearTimeout(timer);
      resolve();
    };
    terminal.write(encodeUtf8('k'));
  });
  return performance.now() - startMs;
}

async function openSession(box: RevenantBox, connection: HostConnection): Promise<Terminal> {
  const { id } = await box.create(connection, echo);
  const until = { kind: 'text', pattern: 'ready' } as const;
  await connection.request('wait', { session: id, until, timeoutMs: keyLimitMs });
  const { attachment } = await attach(connection, id, 0, (bytes) => terminal.onOutput(bytes));
  const terminal: Terminal = {
    write: (bytes) => attachment.write(bytes),
    onOutput: () => undefined,
    close: () => attachment.detach(),
  };
  return terminal;
}

async function openBarePty(): Promise<Terminal> {
  const [file, ...args] = echo;
  const pty = spawn(file, args, {
    name: 'xterm-256color',
    ...terminalSize,
    env: programEnvironment(),
    encoding: null,
  });
  let text = '';
  const terminal: Terminal = {
    // node-pty takes Buffers too; its types do not say so in every version.
    write: (bytes) => pty.write(Buffer.from(bytes)),
    onOutput: (bytes) => (text += Buffer.from(bytes).toString()),
    close: () => pty.kill('SIGKILL'),
  };
  // Without an encoding node-pty gives Buffers, whatever its types say.
  pty.onData((data: unknown) => terminal.onOutput(data as Uint8Array));
  await waitFor('the program in the bare PTY', () => text.includes('ready'));
  return terminal;
}
