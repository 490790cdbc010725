import type * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { NewestListenerEvent } from './newestListenerEvent.ts';

/**
 * A terminal that closes itself as soon as VS Code has opened it: the only way to refuse one that VS Code asks a profile
 * for without an error message.
 */
export class UnwantedTerminal implements vscode.Pseudoterminal {
  private readonly _closeEvent = new NewestListenerEvent<number | undefined>();
  private readonly _clock: Clock;

  readonly onDidWrite = new NewestListenerEvent<string>().event;
  readonly onDidClose = this._closeEvent.event;

  constructor(clock: Clock) {
    this._clock = clock;
  }

  open(): void {
    // VS Code takes the terminal for ready when this has returned, and for closed only after that.
    this._clock.schedule(0, () => this._closeEvent.fire(undefined));
  }

  close(): void {
    return;
  }
}
