import { sizeLimits } from '../../protocol/sessionInfo.ts';

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** As VS Code says it. */
interface Dimensions {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Takes the size that VS Code tells a Pseudoterminal. While the panel has not been laid out VS Code makes one up, 80 by
 * 30, and a session must not be resized to it: it is taken for true only after another size has come.
 */
export class ToldSize {
  private _known: TerminalSize | undefined;
  private _doubtful: TerminalSize | undefined;

  /** The size of the terminal, undefined until a size comes that is not made up. */
  get known(): TerminalSize | undefined {
    return this._known;
  }

  /** True when this changed the known size. */
  update(dimensions: Dimensions | undefined): boolean {
    if (dimensions === undefined || dimensions.columns < 1 || dimensions.rows < 1) {
      return false;
    }
    const size = {
      cols: Math.min(Math.max(dimensions.columns, sizeLimits.minCols), sizeLimits.maxCols),
      rows: Math.min(Math.max(dimensions.rows, sizeLimits.minRows), sizeLimits.maxRows),
    };
    if (this._known === undefined && size.cols === 80 && size.rows === 30) {
      this._doubtful = size;
      return false;
    }
    if (size.cols === this._known?.cols && size.rows === this._known.rows) {
      return false;
    }
    this._known = size;
    return true;
  }

  /** Someone types, so the terminal is shown and its size is true after all. True when this changed the known size. */
  trust(): boolean {
    if (this._known !== undefined || this._doubtful === undefined) {
      return false;
    }
    this._known = this._doubtful;
    return true;
  }
}
