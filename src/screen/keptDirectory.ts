import { eventsOfOperatingSystemCommand } from './oscEvents.ts';
import type { Terminal } from './xterm.ts';

/** The operating system commands by which programs tell their directory: see `eventsOfOperatingSystemCommand`. */
const commands = [7, 9, 633, 1337] as const;

/** The directory that a program told last. VS Code's terminal resolves links and splits by it, so a snapshot has it. */
export class KeptDirectory {
  private _path = '';

  constructor(terminal: Terminal) {
    for (const command of commands) {
      terminal.parser.registerOscHandler(command, (data) => {
        for (const event of eventsOfOperatingSystemCommand(`${command};${data}`, false)) {
          this._path = event.kind === 'cwd' ? event.cwd : this._path;
        }
        // It only listens.
        return false;
      });
    }
  }

  /** Empty before the first. */
  get path(): string {
    return this._path;
  }

  /** The directory as OSC 7; one that no `file:` URI of a POSIX system names as OSC 1337, both of which VS Code knows. */
  serialize(): string {
    if (this._path === '') {
      return '';
    }
    return this._path.startsWith('/')
      ? `\x1b]7;file://${this._path.split('/').map(encodeURIComponent).join('/')}\x1b\\`
      : `\x1b]1337;CurrentDir=${this._path}\x1b\\`;
  }
}
