import { cleanEnvironment } from '../platform/cleanEnvironment.ts';
import { buildSessionEnvironment } from './environment.ts';
import { settingsPlatform, variableContext } from './windowContext.ts';
import { vscode } from './vscode.ts';

/** The environment that this window gives to the processes it starts, by the settings as they are now. */
export function sessionEnvironment(): Record<string, string> {
  const terminal = vscode.workspace.getConfiguration('terminal.integrated');
  return buildSessionEnvironment({
    base: cleanEnvironment(process.env),
    configured: terminal.get<unknown>(`env.${settingsPlatform()}`),
    variables: variableContext(),
    appVersion: vscode.version,
    language: vscode.env.language,
    detectLocale: terminal.get<string>('detectLocale', 'auto'),
    platform: process.platform,
  });
}
