import type { CommandArguments, CommandId, ContextKey, ContextKeyTypes } from './contributions.ts';
import { vscode } from './vscode.ts';

/** Registers a command of ours with the type that contributions.ts gives it. A failure goes to `handleError`. */
export function registerCommand<K extends CommandId>(
  id: K,
  run: (...args: CommandArguments[K]) => Promise<void> | void,
  handleError: (error: unknown) => void,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      await run(...(args as CommandArguments[K]));
    } catch (error) {
      handleError(error);
    }
  });
}

/** Sets a context key of ours; VS Code's menus follow within moments. */
export function setContextKey<K extends ContextKey>(key: K, value: ContextKeyTypes[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
