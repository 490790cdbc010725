import * as fs from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { findExecutable } from './findExecutable.ts';
import type { Settings } from './settings.ts';
import { chooseDefaultShell, listProfiles, type NamedProfile, type ShellChoice } from './shellProfile.ts';
import { expandHome, resolveVariables } from './variables.ts';
import { settingsPlatform, variableContext } from './windowContext.ts';
import { vscode } from './vscode.ts';

/** What new sessions start with when nobody says otherwise: by the settings and the workspace, as they are now. */
export class SessionDefaults {
  private readonly _settings: Settings;

  constructor(settings: Settings) {
    this._settings = settings;
  }

  /** null: the session host knows the user's shell better. A shell that is not there is reported. */
  shell(): ShellChoice | null {
    const { choice, missing } = chooseDefaultShell({
      ...this._profileSource(),
      shell: this._settings.get('revenant.defaultShell'),
      shellArgs: this._settings.get('revenant.defaultShellArgs'),
      defaultProfile: terminalSettings().get<unknown>(`defaultProfile.${settingsPlatform()}`),
      userShell: vscode.env.shell,
    });
    if (missing !== undefined) {
      this._settings.report({
        setting: 'revenant.defaultShell',
        message: vscode.l10n.t(
          'The setting "{0}" names "{1}", which is not a program that can be run. {2} is used instead.',
          'revenant.defaultShell',
          missing,
          choice?.shell ?? vscode.l10n.t('Your login shell'),
        ),
      });
    }
    return choice;
  }

  /** VS Code's terminal profiles that can be run. */
  profiles(): NamedProfile[] {
    return listProfiles(this._profileSource());
  }

  /** The directory of the setting, else the workspace's folder, else the home. One that is not there is reported. */
  directory(): string {
    const variables = variableContext();
    const fallback = variables.folders[0]?.directory ?? homedir();
    const setting = this._settings.get('revenant.defaultDirectory').trim();
    if (setting === '') {
      return fallback;
    }
    const { text, unresolved } = resolveVariables(setting, variables);
    // Without a folder `${workspaceFolder}` means nothing, and that is no mistake of the user's.
    if (variables.folders.length === 0 && unresolved.some((variable) => variable.startsWith('${workspaceFolder'))) {
      return fallback;
    }
    const directory = expandHome(text, variables.home);
    if (unresolved.length === 0 && path.isAbsolute(directory) && isDirectory(directory)) {
      return directory;
    }
    this._settings.report({
      setting: 'revenant.defaultDirectory',
      message: vscode.l10n.t(
        'The setting "{0}" gives "{1}", which is not a directory. {2} is used instead.',
        'revenant.defaultDirectory',
        directory,
        fallback,
      ),
    });
    return fallback;
  }

  private _profileSource(): Parameters<typeof listProfiles>[0] {
    return {
      profiles: terminalSettings().get<unknown>(`profiles.${settingsPlatform()}`),
      variables: variableContext(),
      findExecutable: (program) => findExecutable(program),
    };
  }
}

function terminalSettings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('terminal.integrated');
}

/** True when there is a directory at this path that we may look at. */
export function isDirectory(directory: string): boolean {
  try {
    return fs.statSync(directory).isDirectory();
  } catch {
    // Not there or not allowed: no directory for us.
    return false;
  }
}
