/** A seeded source of random numbers (splitmix32): the same seed gives the same case on every machine. */
export class Random {
  private _state: number;

  /** @param seed an integer; its lowest 32 bits count. */
  constructor(seed: number) {
    this._state = seed | 0;
  }

  /** 0 to `below` - 1. */
  integer(below: number): number {
    this._state = (this._state + 0x9e3779b9) | 0;
    let mixed = this._state ^ (this._state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) % below;
  }

  /** Both ends are among them. */
  between(first: number, last: number): number {
    return first + this.integer(last - first + 1);
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.integer(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) {
      throw new Error('There is nothing to pick from.');
    }
    return item;
  }
}
