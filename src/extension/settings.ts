import type { Disposable } from '../base/disposable.ts';
import { Emitter, type Event } from '../base/event.ts';
import type { CloseAction, SettingId, SettingTypes } from './contributions.ts';
import { checkSetting } from './settingValues.ts';
import { vscode } from './vscode.ts';

/** xterm's own upper bound is higher; beyond this a restore costs seconds (see `settingRanges`). */
const maximumScrollbackLines = 100_000;

/** VS Code's own default of `terminal.integrated.scrollback`. */
const defaultScrollbackLines = 1_000;

/** What the ids of all settings start with. */
const section = 'revenant';

export interface SettingProblem {
  readonly setting: SettingId;
  readonly message: string;
}

/** The settings of this window. A value that is of no use counts as not set, and is reported once. */
export class Settings implements Disposable {
  private readonly _onDidChange = new Emitter<(id: SettingId) => boolean>();
  /** Some settings changed; the value tells for a setting whether it is among them. */
  readonly onDidChange: Event<(id: SettingId) => boolean> = this._onDidChange.event;

  private readonly _reported = new Set<string>();
  private readonly _onProblem: (problem: SettingProblem) => void;
  private readonly _subscription: vscode.Disposable;

  /** `onProblem` is called once for each wrong value, when it is first read. */
  constructor(onProblem: (problem: SettingProblem) => void) {
    this._onProblem = onProblem;
    this._subscription = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(section)) {
        this._onDidChange.fire((id) => event.affectsConfiguration(id));
      }
    });
  }

  get<K extends SettingId>(id: K): SettingTypes[K] {
    // By its section: VS Code makes a copy of what is asked for, and without one that is every setting that there is.
    const raw = vscode.workspace.getConfiguration(section).get<unknown>(id.slice(section.length + 1));
    const { value, problem } = checkSetting(id, raw, vscode.l10n);
    if (problem !== undefined) {
      this.report({
        setting: id,
        message: vscode.l10n.t('The setting "{0}" is not used: {1}, but is {2}.', id, problem, JSON.stringify(raw)),
      });
    }
    return value;
  }

  /** Tells of a setting whose value cannot be used, once for each text. */
  report(problem: SettingProblem): void {
    if (!this._reported.has(problem.message)) {
      this._reported.add(problem.message);
      this._onProblem(problem);
    }
  }

  /** Lines above the screen that this window's terminals keep: VS Code's setting, which nobody can set per terminal. */
  scrollbackLines(): number {
    const lines = vscode.workspace.getConfiguration('terminal.integrated').get<unknown>('scrollback');
    return typeof lines === 'number' && lines >= 0
      ? Math.min(Math.floor(lines), maximumScrollbackLines)
      : defaultScrollbackLines;
  }

  onClose(): CloseAction {
    return this.get('revenant.onClose');
  }

  restoreOnStartup(): boolean {
    return this.get('revenant.restoreOnStartup');
  }

  showDetachMessage(): boolean {
    return this.get('revenant.showDetachMessage');
  }

  /** Never again, in any window. */
  async turnOffDetachMessage(): Promise<void> {
    const id: SettingId = 'revenant.showDetachMessage';
    await vscode.workspace.getConfiguration().update(id, false, vscode.ConfigurationTarget.Global);
  }

  dispose(): void {
    this._subscription.dispose();
    this._onDidChange.dispose();
  }
}

/** Shows a setting in VS Code's settings editor. */
export async function openSetting(id: SettingId | '@ext:revenant.revenant'): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', id);
}
