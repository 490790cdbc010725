import { type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { waitFor } from '../../test/support/waitFor.ts';
import { longLimitMs, programEnvironment } from './revenantBox.ts';

/** What `programs/writeFile.mjs` says about itself. Times are milliseconds since the epoch. */
export interface Written {
  readonly startMs: number;
  readonly endMs: number;
  readonly bytes: number;
}

/** Something that holds a terminal while a program floods it. */
export interface Contender {
  readonly name: string;
  /** Runs the program in a terminal that nobody looks at, and resolves when all of it is over. */
  flood(program: FloodProgram): Promise<Written>;
}

export interface FloodProgram {
  readonly command: readonly [string, ...string[]];
  /** Where it says how it went. */
  readonly marker: string;
  /** An empty directory with a short path, for sockets. */
  readonly directory: string;
}

/** The program that writes a file to its terminal. */
export function floodProgram(file: string, directory: string): FloodProgram {
  const marker = path.join(directory, `written-${randomBytes(4).toString('hex')}.json`);
  const script = path.join(import.meta.dirname, '..', 'programs', 'writeFile.mjs');
  return { command: [process.execPath, script, file, marker], marker, directory };
}

export async function readMarker({ marker }: FloodProgram): Promise<Written> {
  await waitFor('the flood to be over', () => fs.existsSync(marker), longLimitMs);
  return JSON.parse(fs.readFileSync(marker, 'utf8')) as Written;
}

/** Reads with node-pty in a process of its own, and throws away. */
export const bareNodePty: Contender = {
  name: 'node-pty',
  async flood(program) {
    const script = path.join(import.meta.dirname, '..', 'programs', 'readAndDrop.mjs');
    await run(process.execPath, [script, ...program.command]);
    return readMarker(program);
  },
};

interface Peer extends Contender {
  readonly program: string;
  /** What to do where it is not installed. */
  readonly remedy: string;
}

/** One that takes a socket and a program, and leaves with it. */
function plainPeer(name: string): Peer {
  return {
    name,
    program: name,
    remedy: `apt install ${name}, brew install ${name}`,
    async flood(program) {
      await run(name, ['-n', path.join(program.directory, name), ...program.command]);
      return readMarker(program);
    },
  };
}

const peers: readonly Peer[] = [
  plainPeer('dtach'),
  plainPeer('abduco'),
  {
    name: 'tmux',
    program: 'tmux',
    remedy: 'apt install tmux, brew install tmux',
    async flood(program) {
      const server = ['-S', path.join(program.directory, 'tmux'), '-f', '/dev/null'];
      await run('tmux', [...server, 'new-session', '-d', '-x', '80', '-y', '24', program.command.map(quote).join(' ')]);
      const written = await readMarker(program);
      // It leaves with its last program, sooner or later than this.
      spawnSync('tmux', [...server, 'kill-server']);
      return written;
    },
  },
  {
    name: 'screen',
    program: 'screen',
    remedy: 'apt install screen, brew install screen',
    async flood(program) {
      const env = { ...programEnvironment(), SCREENDIR: program.directory };
      await run('screen', ['-c', '/dev/null', '-dmS', 'bench', ...program.command], { env });
      const written = await readMarker(program);
      spawnSync('screen', ['-S', 'bench', '-X', 'quit'], { env });
      return written;
    },
  },
];

/** The peers that are installed, and a sentence about each one that is not. */
export function findPeers(): { readonly present: readonly Contender[]; readonly leftOut: readonly string[] } {
  const searchPath = (process.env['PATH'] ?? '').split(path.delimiter);
  const isInstalled = (peer: Peer): boolean =>
    searchPath.some((directory) => fs.existsSync(path.join(directory, peer.program)));
  return {
    present: peers.filter(isInstalled),
    leftOut: peers.filter((peer) => !isInstalled(peer)).map(({ name, remedy }) => `${name} is not here (${remedy}).`),
  };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function run(file: string, args: readonly string[], options: SpawnOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'ignore', env: programEnvironment(), ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`${path.basename(file)} ended with ${code ?? signal ?? 'nothing'}.`));
      }
    });
  });
}
