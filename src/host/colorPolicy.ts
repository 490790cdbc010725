import type { TerminalColors } from '../base/terminalColors.ts';

/**
 * Whose colours a session has: those of the attachment that owns its size, which is the one that last typed. As long as
 * the owner has told none, the ones that were told last. When nobody is left the session keeps what it has.
 */
export class ColorPolicy {
  private readonly _told = new Map<number, TerminalColors>();

  /** An attachment tells its colours. Gives the ones that the session is to have now, undefined for no change. */
  tell(id: number, colors: TerminalColors, owner: number | undefined): TerminalColors | undefined {
    this._told.set(id, colors);
    return owner === undefined || owner === id || !this._told.has(owner) ? colors : undefined;
  }

  /** Another attachment owns the session. */
  handOver(owner: number | undefined): TerminalColors | undefined {
    return owner === undefined ? undefined : this._told.get(owner);
  }

  remove(id: number): void {
    this._told.delete(id);
  }
}
