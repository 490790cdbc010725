import type { SessionId } from '../../base/ids.ts';
import type { SessionTerminals } from './sessionTerminals.ts';
import { vscode } from '../vscode.ts';

/**
 * What VS Code's "New Terminal" creates when Revenant is the profile. It answers at once, since VS Code would focus the
 * wrong tab otherwise: a new session is made when the terminal is opened.
 */
export class SessionProfileProvider implements vscode.TerminalProfileProvider {
  private readonly _terminals: SessionTerminals;
  private readonly _createSession: () => Promise<SessionId>;

  constructor(terminals: SessionTerminals, createSession: () => Promise<SessionId>) {
    this._terminals = terminals;
    this._createSession = createSession;
  }

  provideTerminalProfile(): vscode.TerminalProfile {
    return new vscode.TerminalProfile(this._terminals.nextProfileOptions(this._createSession));
  }
}
