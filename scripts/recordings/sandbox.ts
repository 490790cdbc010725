import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { root } from '../steps.ts';

const home = path.join(root, 'test', 'fixtures', 'recordings', 'home');
/** Of every file that programs show. */
const fileDate = '2024-05-01T12:00:00Z';

/**
 * What runs first, in namespaces of its own: another host name, one user, a home of its own with the fixtures in it.
 * `$1` is a directory of ours, `$2` the fixtures, the rest is the program.
 */
const setUp = `
set -e
hostname demo
mount --bind "$1/passwd" /etc/passwd
mount -t tmpfs -o mode=755 tmpfs /home
mount -t tmpfs tmpfs /tmp
mkdir /home/demo
cp -R "$2/." /home/demo
find /home/demo -exec touch -d ${fileDate} {} +
cd /home/demo
shift 2
exec "$@"
`;

/** What of the environment programs see: nothing of this machine. */
export const sandboxEnvironment = {
  HOME: '/home/demo',
  USER: 'demo',
  LOGNAME: 'demo',
  SHELL: '/bin/sh',
  PATH: '/usr/local/bin:/usr/bin:/bin',
  TERM: 'xterm-256color',
  COLORTERM: 'truecolor',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  PS1: '$ ',
  MANPAGER: 'less',
  NO_UPDATE_NOTIFIER: '1',
  NPM_CONFIG_OFFLINE: 'true',
  NPM_CONFIG_AUDIT: 'false',
  NPM_CONFIG_FUND: 'false',
} as const;

/**
 * A place in which programs find neither name, user, processes nor files of this machine's people: Linux namespaces, made by
 * `unshare` of util-linux.
 */
export class Sandbox {
  private readonly _directory = mkdtempSync(path.join(tmpdir(), 'rvt-'));

  constructor() {
    writeFileSync(path.join(this._directory, 'passwd'), 'demo:x:0:0:demo:/home/demo:/bin/sh\n');
  }

  /** The command that runs `program` in a fresh sandbox. */
  commandFor(program: readonly string[]): { readonly file: string; readonly args: string[] } {
    const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--mount-proc', '--uts'];
    return {
      file: 'unshare',
      args: [...namespaces, '--kill-child', 'sh', '-c', setUp, 'sandbox', this._directory, home, ...program],
    };
  }

  dispose(): void {
    rmSync(this._directory, { recursive: true, force: true });
  }
}
