import type * as vscode from 'vscode';
import { Window } from './window.ts';

/** Called by VS Code when a window has started. Nothing here waits for the session host. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(new Window(context));
}

/**
 * Called by VS Code when the window goes. Sessions go on; their terminals were detached before this, and what was open
 * has been saved all along, because VS Code takes nothing more at this point.
 */
export function deactivate(): void {
  return;
}
