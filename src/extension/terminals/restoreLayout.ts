import type { Clock } from '../../base/clock.ts';
import type { SessionId } from '../../base/ids.ts';
import type { TerminalLayout } from './layout.ts';
import type { SessionPseudoterminal } from './sessionPseudoterminal.ts';
import { vscode } from '../vscode.ts';

/** VS Code opens a new terminal within 100 ms, one in a window that is still starting in a second or two. */
const openLimitMs = 5000;

export interface CreatedTerminal {
  readonly terminal: vscode.Terminal;
  readonly pty: SessionPseudoterminal;
}

export interface RestoreLayoutOptions {
  readonly layout: TerminalLayout;
  readonly clock: Clock;
  /** Creates a terminal; those of one split group get the same number. */
  readonly create: (
    session: SessionId,
    group: number | undefined,
    location: vscode.ExtensionTerminalOptions['location'],
  ) => CreatedTerminal & { readonly group: number };
}

/**
 * Opens the terminals of a layout without taking the keyboard, then shows what was shown: the active tab of each editor
 * group, and in the panel the active terminal.
 */
export async function restoreLayout({ layout, clock, create }: RestoreLayoutOptions): Promise<void> {
  const shownBefore = vscode.window.tabGroups.all.map(({ activeTab }) => activeTab);
  const created = new Map<SessionId, CreatedTerminal>();
  for (const sessions of layout.panel) {
    let parent: ReturnType<typeof create> | undefined;
    for (const session of sessions) {
      // A split works only in the tick in which its parent is created (microsoft/vscode#205254).
      const location = parent === undefined ? vscode.TerminalLocation.Panel : { parentTerminal: parent.terminal };
      const terminal = create(session, parent?.group, location);
      parent ??= terminal;
      created.set(session, terminal);
    }
  }
  for (const { session, viewColumn } of layout.editors) {
    const location = { viewColumn: toViewColumn(viewColumn), preserveFocus: true };
    created.set(session, create(session, undefined, location));
  }
  await whenOpened([...created.values()], clock);

  await showTabsAgain(layout, shownBefore);
  for (const { session, isActive } of layout.editors) {
    if (isActive) {
      created.get(session)?.terminal.show(true);
    }
  }
  const active = layout.active === null ? undefined : created.get(layout.active);
  const isInPanel = layout.panel.some((group) => group.some((session) => session === layout.active));
  // This opens a hidden panel too. VS Code does not say whether it was hidden, and has forgotten it after a crash; a
  // terminal that is back and cannot be seen is worse than one that can.
  if (active !== undefined && isInPanel) {
    active.terminal.show(true);
  }
}

/** VS Code counts its editor groups from one, and takes nine for the last one of any number. */
function toViewColumn(viewColumn: number): vscode.ViewColumn {
  const { One, Two, Three, Four, Five, Six, Seven, Eight, Nine } = vscode.ViewColumn;
  return [One, Two, Three, Four, Five, Six, Seven, Eight][viewColumn - 1] ?? Nine;
}

/** A terminal opens in front of its editor group; where it was not in front, the former tab is shown again. */
async function showTabsAgain(layout: TerminalLayout, tabs: readonly (vscode.Tab | undefined)[]): Promise<void> {
  const covered = new Set(layout.editors.map(({ viewColumn }) => viewColumn));
  for (const { viewColumn, isActive } of layout.editors) {
    if (isActive) {
      covered.delete(viewColumn);
    }
  }
  for (const tab of tabs) {
    if (tab !== undefined && covered.has(tab.group.viewColumn)) {
      const where = { viewColumn: tab.group.viewColumn, preserveFocus: true, preview: tab.isPreview };
      // Other kinds of tabs (differences, web views) cannot be shown by an extension without opening them anew.
      if (tab.input instanceof vscode.TabInputText) {
        await vscode.window.showTextDocument(tab.input.uri, where);
      } else if (tab.input instanceof vscode.TabInputCustom) {
        await vscode.commands.executeCommand('vscode.openWith', tab.input.uri, tab.input.viewType, where);
      }
    }
  }
}

/** Resolves when VS Code has opened them all, or has had enough time to. */
function whenOpened(terminals: readonly CreatedTerminal[], clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let missing = terminals.length;
    const finish = (): void => {
      limit.dispose();
      subscriptions.forEach((subscription) => subscription.dispose());
      resolve();
    };
    const limit = clock.schedule(openLimitMs, finish);
    const subscriptions = terminals.map(({ pty }) =>
      pty.onDidOpen(() => {
        missing--;
        if (missing <= 0) {
          finish();
        }
      }),
    );
    if (missing === 0) {
      finish();
    }
  });
}
