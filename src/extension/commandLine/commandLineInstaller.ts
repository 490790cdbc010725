import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { messageOf, RevenantError } from '../../base/errors.ts';
import { ensurePrivateDirectory, tryReadText, writePrivateFile } from '../../platform/privateFiles.ts';
import { forwarderMark, isOnPath, posixForwarder, posixLauncher, windowsLauncher } from './launcherScript.ts';

export interface InstallerOptions {
  /** The data directory. */
  readonly data: string;
  /** Set when sessions are not kept in the default place: the command then works on the same ones. */
  readonly home: string | undefined;
  /** The program that runs JavaScript. */
  readonly node: string;
  /** Puts this build's command line where an update of the extension leaves it, and gives its path. */
  readonly stage: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home. */
  readonly userHome?: string;
  readonly platform?: NodeJS.Platform;
}

export interface Installation {
  /** What people call, without its directory's being on the PATH. */
  readonly command: string;
  readonly directory: string;
  readonly isOnPath: boolean;
}

/** Executable for its owner, closed to all others. */
const executableMode = 0o700;

/**
 * The command `revenant` in a directory of the user's. On Linux and macOS a script in `~/.local/bin` passes on to the
 * launcher in the data directory; on Windows the launcher's own directory is the one for the PATH. The launcher is
 * written again at each start of the extension, because an update of VS Code moves the program that runs it.
 */
export class CommandLineInstaller {
  private readonly _options: InstallerOptions;
  private readonly _isWindows: boolean;

  constructor(options: InstallerOptions) {
    this._options = options;
    this._isWindows = (options.platform ?? process.platform) === 'win32';
  }

  /** Throws `io` when something that is not ours has the name, or a file cannot be written. */
  async install(): Promise<Installation> {
    await this._writeLauncher();
    const { directory, command } = this._place();
    if (!this._isWindows) {
      await this._writeForwarder(directory, command);
    }
    return {
      command,
      directory,
      isOnPath: isOnPath(directory, this._options.env['PATH'] ?? this._options.env['Path']),
    };
  }

  /** Where the command is installed; undefined when it is not. */
  async find(): Promise<Installation | undefined> {
    const { directory, command } = this._place();
    if ((await tryReadText(this._launcher())) === undefined || (await tryReadText(command)) === undefined) {
      return undefined;
    }
    return {
      command,
      directory,
      isOnPath: isOnPath(directory, this._options.env['PATH'] ?? this._options.env['Path']),
    };
  }

  /** Brings an installed launcher up to date; does nothing when the command was never installed. */
  async refresh(): Promise<void> {
    if ((await tryReadText(this._launcher())) !== undefined) {
      await this._writeLauncher();
    }
  }

  private _launcher(): string {
    return path.join(this._options.data, 'bin', this._isWindows ? 'revenant.cmd' : 'revenant');
  }

  private _place(): { readonly directory: string; readonly command: string } {
    if (this._isWindows) {
      return { directory: path.dirname(this._launcher()), command: this._launcher() };
    }
    const directory = path.join(this._options.userHome ?? homedir(), '.local', 'bin');
    return { directory, command: path.join(directory, 'revenant') };
  }

  private async _writeLauncher(): Promise<void> {
    const { data, home, node, stage } = this._options;
    const options = { node, script: await stage(), runtimes: path.join(data, 'runtime'), home };
    const launcher = this._launcher();
    const text = this._isWindows ? windowsLauncher(options) : posixLauncher(options);
    if ((await tryReadText(launcher)) === text) {
      return;
    }
    await ensurePrivateDirectory(path.dirname(launcher));
    await writeExecutable(launcher, text);
  }

  private async _writeForwarder(directory: string, command: string): Promise<void> {
    const present = await tryReadText(command);
    if (present !== undefined && !present.includes(forwarderMark)) {
      throw new RevenantError(
        'io',
        `${command} is there already and was not made by Revenant. Move it away and try again.`,
      );
    }
    // A directory that other programs share: made if need be, but never given other permissions.
    try {
      await fs.mkdir(directory, { recursive: true });
    } catch (error) {
      throw new RevenantError('io', `${directory} cannot be made: ${messageOf(error)}`, { cause: error });
    }
    await writeExecutable(command, posixForwarder(this._launcher()));
  }
}

async function writeExecutable(file: string, text: string): Promise<void> {
  try {
    await writePrivateFile(file, text);
    await fs.chmod(file, executableMode);
  } catch (error) {
    throw new RevenantError('io', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
