import { areEqual, type Attributes, defaultAttributes, selectRendition } from './attributes.ts';
import { cellBits, type EmulatorInternals } from './xtermInternals.ts';

/** How the emulator draws a link of which it has forgotten where it leads. */
const dashed = 5 << cellBits.underlineStyleShift;

/** Writes into a snapshot and knows with which attributes the terminal that reads it would print next. */
export class Pen {
  private readonly _links: EmulatorInternals['_oscLinkService'];
  private readonly _linkNames = new Map<number, string>();
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
  select(wanted: Attributes, isForced = false): void {
    if (wanted === this._attributes && !isForced) {
      return;
    }
    const attributes = this._withLivingLink(wanted);
    const { link } = this._attributes;
    if (isForced || !areEqual({ ...attributes, link }, this._attributes)) {
      this.write(selectRendition(attributes));
    }
    if (attributes.link !== link) {
      this.write(this._hyperlink(attributes.link));
    }
    this._attributes = attributes;
  }

  /** Begins or ends a link though it is in use. */
  writeLink(id: number): void {
    this.write(this._hyperlink(id));
  }

  /** Says that something else has given the pen attributes that `select` does not give. */
  noteForeign(attributes: Attributes): void {
    this._attributes = attributes;
  }

  toString(): string {
    return this._parts.join('');
  }

  private _withLivingLink(attributes: Attributes): Attributes {
    const { fg, underline, link } = attributes;
    if (link === 0 || this._links.getLinkData(link) !== undefined) {
      return attributes;
    }
    return {
      ...attributes,
      fg: fg | cellBits.fg.underline,
      underline: dashed | (underline & cellBits.color),
      link: 0,
    };
  }

  /** OSC 8 (https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda). */
  private _hyperlink(id: number): string {
    const link = id === 0 ? undefined : this._links.getLinkData(id);
    if (link === undefined) {
      return '\x1b]8;;\x1b\\';
    }
    return `\x1b]8;id=${link.id ?? this._nameOf(id, link.uri)};${link.uri}\x1b\\`;
  }

  /**
   * A link without an id is another one each time that it is begun, so one that is left and taken up again here needs
   * one: else a link that the cut goes through would fall in two.
   */
  private _nameOf(id: number, uri: string): string {
    let name = this._linkNames.get(id);
    for (let attempt = 0; name === undefined; attempt++) {
      const candidate = `revenant-${id}${attempt === 0 ? '' : `-${attempt}`}`;
      // An earlier snapshot may have made the same one up for another link to the same place.
      name = this._links._entriesWithId.has(`${candidate};;${uri}`) ? undefined : candidate;
    }
    this._linkNames.set(id, name);
    return name;
  }
}
