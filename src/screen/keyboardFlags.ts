/** The parser of xterm.js keeps as many; older ones go. */
const stackLimit = 16;

/**
 * Keyboard flags of the kitty protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol), with a stack for each
 * buffer. The emulator in use does not know them; xterm.js from 6.1 on, which draws in VS Code, behaves like this.
 */
export class KeyboardFlags {
  private _flags = 0;
  private _inactiveFlags = 0;
  private _stack: number[] = [];
  private _inactiveStack: number[] = [];

  get flags(): number {
    return this._flags;
  }

  reset(): void {
    this._flags = 0;
    this._inactiveFlags = 0;
    this._stack = [];
    this._inactiveStack = [];
  }

  /** @param mode 1 sets, 2 adds, 3 takes away. */
  set(flags: number, mode: number): void {
    switch (mode) {
      case 1:
        this._flags = flags;
        break;
      case 2:
        this._flags |= flags;
        break;
      case 3:
        this._flags &= ~flags;
    }
  }

  push(flags: number): void {
    this._stack = [...this._stack, this._flags].slice(-stackLimit);
    this._flags = flags;
  }

  pop(count: number): void {
    for (let i = 0; i < count && this._stack.length > 0; i++) {
      this._flags = this._stack.pop() ?? 0;
    }
    if (this._stack.length === 0) {
      this._flags = 0;
    }
  }

  switchBuffer(): void {
    [this._flags, this._inactiveFlags] = [this._inactiveFlags, this._flags];
    [this._stack, this._inactiveStack] = [this._inactiveStack, this._stack];
  }

  /** Sequences that give a terminal with no flags the ones of the buffer that is shown, or of the other one. */
  serialize(which: 'active' | 'inactive'): string {
    const isActive = which === 'active';
    const values = isActive ? [...this._stack, this._flags] : [...this._inactiveStack, this._inactiveFlags];
    const [first = 0, ...pushed] = values;
    return (first === 0 ? '' : `\x1b[=${first}u`) + pushed.map((flags) => `\x1b[>${flags}u`).join('');
  }
}
