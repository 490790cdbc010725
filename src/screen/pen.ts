import { areEqual, type Attributes, defaultAttributes, selectRendition } from './attributes.ts';
import type { EmulatorInternals } from './xtermInternals.ts';

/** Writes into a snapshot and knows with which attributes the terminal that reads it would print next. */
export class Pen {
  private readonly _links: EmulatorInternals['_oscLinkService'];
  private _parts: string[] = [];
  private _attributes: Attributes = defaultAttributes;

  constructor(links: EmulatorInternals['_oscLinkService']) {
    this._links = links;
  }

  get attributes(): Attributes {
    return this._attributes;
  }

  write(text: string): void {
    this._parts.push(text);
  }

  /** Selects attributes, unless they are already. @param isForced writes them all the same, as some sequence. */
  select(attributes: Attributes, isForced = false): void {
    const { link } = this._attributes;
    if (isForced || !areEqual({ ...attributes, link }, this._attributes)) {
      this.write(selectRendition(attributes));
    }
    if (attributes.link !== link) {
      this.write(this._hyperlink(attributes.link));
    }
    this._attributes = attributes;
  }

  toString(): string {
    return this._parts.join('');
  }

  /** OSC 8 (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). */
  private _hyperlink(id: number): string {
    const link = id === 0 ? undefined : this._links.getLinkData(id);
    if (link === undefined) {
      return '\x1b]8;;\x1b\\';
    }
    return `\x1b]8;${link.id === undefined ? '' : `id=${link.id}`};${link.uri}\x1b\\`;
  }
}
