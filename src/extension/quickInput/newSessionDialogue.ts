import { homedir } from 'node:os';
import * as path from 'node:path';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import { findExecutable } from '../findExecutable.ts';
import type { NewSession } from '../sessionCreator.ts';
import { isDirectory, type SessionDefaults } from '../sessionDefaults.ts';
import { shortDirectory } from '../sessionText.ts';
import { type ShellChoice, splitArguments } from '../shellProfile.ts';
import { expandHome } from '../variables.ts';
import { localFolders, surroundings } from '../windowContext.ts';
import { askChoice, askText, type NoAnswer, type StepResult } from './steps.ts';
import { vscode } from '../vscode.ts';

interface DirectoryItem extends vscode.QuickPickItem {
  /** undefined: to be chosen in a dialogue of the system. */
  readonly directory: string | undefined;
}

interface ProgramItem extends vscode.QuickPickItem {
  /** undefined: the default shell. */
  readonly choice: ShellChoice | undefined;
}

/** Directories of other sessions that are offered. More would hide what people look for. */
const maximumRecentDirectories = 8;

const totalSteps = 3;

/** Asks for name, directory and program of a new session, one after the other, with a way back. */
export class NewSessionDialogue {
  private readonly _defaults: SessionDefaults;
  private readonly _sessions: readonly SessionInfo[];
  private _name = '';
  private _directory = '';

  constructor(defaults: SessionDefaults, sessions: readonly SessionInfo[]) {
    this._defaults = defaults;
    this._sessions = sessions;
  }

  /** Undefined when it was given up. */
  async run(): Promise<NewSession | undefined> {
    let step = 1;
    for (;;) {
      switch (step) {
        case 1: {
          const name = await this._askName();
          if (name.kind !== 'value') {
            return undefined;
          }
          this._name = name.value.trim();
          step = 2;
          break;
        }
        case 2: {
          const directory = await this._askDirectory();
          if (directory.kind === 'cancelled') {
            return undefined;
          }
          if (directory.kind === 'value') {
            this._directory = directory.value;
          }
          step = directory.kind === 'back' ? 1 : 3;
          break;
        }
        default: {
          const program = await this._askProgram();
          if (program.kind === 'cancelled') {
            return undefined;
          }
          if (program.kind === 'value') {
            return { name: this._name || undefined, cwd: this._directory, shell: program.value.choice };
          }
          step = 2;
        }
      }
    }
  }

  private _askName(): Promise<StepResult<string>> {
    return askText({
      title: vscode.l10n.t('New Session: Name'),
      step: 1,
      totalSteps,
      prompt: vscode.l10n.t('The name of the session'),
      placeholder: vscode.l10n.t('Leave empty for the lowest free number'),
      value: this._name,
    });
  }

  private async _askDirectory(): Promise<StepResult<string>> {
    for (;;) {
      const answer = await askChoice<DirectoryItem>({
        title: vscode.l10n.t('New Session: Directory'),
        step: 2,
        totalSteps,
        placeholder: vscode.l10n.t('Choose a directory or type its path'),
        items: this._directoryItems(),
        itemForText: (text) => typedDirectory(text),
      });
      if (answer.kind !== 'value') {
        return answer;
      }
      const directory = answer.value.directory ?? (await chooseDirectory(this._defaults.directory()));
      if (directory !== undefined) {
        return { kind: 'value', value: directory };
      }
    }
  }

  private _askProgram(): Promise<StepResult<ProgramItem>> {
    return askChoice<ProgramItem>({
      title: vscode.l10n.t('New Session: Program'),
      step: 3,
      totalSteps,
      placeholder: vscode.l10n.t('Choose a terminal profile or type a program with its arguments'),
      items: this._programItems(),
      itemForText: typedProgram,
    });
  }

  private _directoryItems(): DirectoryItem[] {
    const around = surroundings();
    const folders = localFolders();
    const offered = new Map<string, DirectoryItem>();
    const offer = (directory: string, label: string, description: string): void => {
      if (!offered.has(directory)) {
        offered.set(directory, { label, description, directory });
      }
    };
    offer(this._defaults.directory(), shortDirectory(this._defaults.directory(), around), vscode.l10n.t('default'));
    for (const folder of folders) {
      offer(folder.directory, folder.name, vscode.l10n.t('workspace folder'));
    }
    offer(homedir(), '~', vscode.l10n.t('home'));
    const recent = this._sessions.map((session) => session.cwd).filter((directory) => isDirectory(directory));
    for (const directory of [...new Set(recent)].slice(0, maximumRecentDirectories)) {
      offer(directory, shortDirectory(directory, around), vscode.l10n.t('of another session'));
    }
    const browse: DirectoryItem = { label: vscode.l10n.t('$(folder-opened) Browse…'), directory: undefined };
    return [...offered.values(), browse];
  }

  private _programItems(): ProgramItem[] {
    const standard = this._defaults.shell();
    const line = (choice: ShellChoice): string => [choice.shell, ...choice.args].join(' ');
    return [
      {
        label: vscode.l10n.t('Default Shell'),
        description: standard === null ? '' : line(standard),
        choice: undefined,
      },
      ...this._defaults.profiles().map((profile) => ({
        label: profile.name,
        description: line(profile),
        choice: { shell: profile.shell, args: profile.args },
      })),
    ];
  }
}

function typedDirectory(text: string): DirectoryItem | NoAnswer {
  const directory = expandHome(text, homedir());
  if (!path.isAbsolute(directory)) {
    return { problem: vscode.l10n.t('not an absolute path') };
  }
  return isDirectory(directory)
    ? { label: directory, directory }
    : { problem: vscode.l10n.t('there is no such directory') };
}

function typedProgram(text: string): ProgramItem | NoAnswer {
  const [program, ...args] = splitArguments(text);
  const shell = program === undefined ? undefined : findExecutable(expandHome(program, homedir()));
  return shell === undefined
    ? { problem: vscode.l10n.t('there is no such program, or it cannot be executed') }
    : { label: text, description: shell, choice: { shell, args } };
}

async function chooseDirectory(start: string): Promise<string | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: vscode.Uri.file(start),
      openLabel: vscode.l10n.t('Use This Directory'),
    })) ?? [];
  return chosen?.fsPath;
}
