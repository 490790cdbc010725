import type { HostLink } from '../client/hostLink.ts';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import type { SessionDefaults } from './sessionDefaults.ts';
import { sessionEnvironment } from './sessionEnvironment.ts';
import type { Settings } from './settings.ts';
import type { ShellChoice } from './shellProfile.ts';
import type { WindowColors } from './terminals/windowColors.ts';
import { currentWorkspace } from './windowContext.ts';

export interface NewSession {
  /** Without it the lowest free number. */
  readonly name?: string | undefined;
  /** Without it the default directory. */
  readonly cwd?: string | undefined;
  /** Without it the default shell. */
  readonly shell?: ShellChoice | undefined;
}

/** Size until the first terminal shows the session and says its own. The one that programs take for granted. */
const initialSize = { cols: 80, rows: 24 } as const;

/** Makes sessions for this window: with its settings, its environment and its workspace. */
export class SessionCreator {
  private readonly _link: HostLink;
  private readonly _settings: Settings;
  private readonly _defaults: SessionDefaults;
  private readonly _colors: WindowColors;

  constructor(link: HostLink, settings: Settings, defaults: SessionDefaults, colors: WindowColors) {
    this._link = link;
    this._settings = settings;
    this._defaults = defaults;
    this._colors = colors;
  }

  /** Rejects with what the host says: `shell-not-found`, `directory-not-found`, `spawn-failed`, … */
  async create(request: NewSession = {}): Promise<SessionInfo> {
    const shell = request.shell ?? this._defaults.shell();
    const { session } = await this._link.request('create', {
      name: request.name ?? null,
      shell: shell?.shell ?? null,
      args: [...(shell?.args ?? [])],
      cwd: request.cwd ?? this._defaults.directory(),
      env: sessionEnvironment(),
      ...initialSize,
      workspace: currentWorkspace(),
      colors: this._colors.guess,
      history: {
        limitBytes: this._settings.get('revenant.history.limitBytes'),
        lines: this._settings.get('revenant.history.lines'),
      },
    });
    return session;
  }
}
