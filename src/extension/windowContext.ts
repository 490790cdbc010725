import { homedir } from 'node:os';
import type { ColorScheme } from '../base/terminalColors.ts';
import type { WorkspaceRef } from '../protocol/sessionInfo.ts';
import type { Surroundings } from './sessionText.ts';
import type { VariableContext } from './variables.ts';
import { vscode } from './vscode.ts';

/** The workspace's folders that are directories of this machine. */
export function localFolders(): { readonly name: string; readonly directory: string }[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => ({ name: folder.name, directory: folder.uri.fsPath }));
}

/**
 * What new sessions of this window belong to: the workspace file, else the first folder, else nothing. A workspace
 * that was never saved goes by its first folder, because its file is a temporary one.
 */
export function currentWorkspace(): WorkspaceRef | null {
  const { workspaceFile, workspaceFolders, name } = vscode.workspace;
  const [first] = workspaceFolders ?? [];
  if (workspaceFile !== undefined && workspaceFile.scheme !== 'untitled') {
    return { uri: workspaceFile.toString(), label: name ?? workspaceFile.path };
  }
  return first === undefined ? null : { uri: first.uri.toString(), label: first.name };
}

/** Whether the window's theme is light on dark. */
export function currentColorScheme(): ColorScheme {
  const { kind } = vscode.window.activeColorTheme;
  const isLight = kind === vscode.ColorThemeKind.Light || kind === vscode.ColorThemeKind.HighContrastLight;
  return isLight ? 'light' : 'dark';
}

/** Where the user is, to tell directories by. */
export function surroundings(): Surroundings {
  return { home: homedir(), folders: localFolders() };
}

/** What variables in settings stand for in this window. The folder of the active editor counts as the first. */
export function variableContext(): VariableContext {
  return { home: homedir(), env: process.env, folders: activeFolderFirst() };
}

function activeFolderFirst(): { readonly name: string; readonly directory: string }[] {
  const folders = localFolders();
  const document = vscode.window.activeTextEditor?.document;
  const active = document === undefined ? undefined : vscode.workspace.getWorkspaceFolder(document.uri);
  const index = folders.findIndex((folder) => folder.directory === active?.uri.fsPath);
  const [found] = index > 0 ? folders.splice(index, 1) : [];
  return found === undefined ? folders : [found, ...folders];
}

/** The part of `terminal.integrated` settings' names that says the operating system. */
export function settingsPlatform(): 'windows' | 'osx' | 'linux' {
  switch (process.platform) {
    case 'win32':
      return 'windows';
    case 'darwin':
      return 'osx';
    default:
      return 'linux';
  }
}
