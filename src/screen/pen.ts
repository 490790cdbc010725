import { type Attributes, defaultAttributes, selectRendition } from './attributes.ts';
import { SnapshotBytes } from './snapshotBytes.ts';
import { cellBits, type EmulatorInternals, type EmulatorLine } from './xtermInternals.ts';

/** Renditions whose text is kept; a power of two. Two that meet in a place take turns in it. */
const keptRenditions = 1024;

/** How the emulator draws a link of which it has forgotten where it leads. */
const dashed = 5 << cellBits.underlineStyleShift;

/** Writes into a snapshot and knows with which attributes the terminal that reads it would print next. */
export class Pen {
  private readonly _links: EmulatorInternals['_oscLinkService'];
  private readonly _linkNames = new Map<number, string>();
  private readonly _bytes = new SnapshotBytes();
  private readonly _renditions: ({ readonly attributes: Attributes; readonly text: string } | undefined)[] = [];
  private _attributes: Attributes = defaultAttributes;

  constructor(links: EmulatorInternals['_oscLinkService']) {
    this._links = links;
  }

  get attributes(): Attributes {
    return this._attributes;
  }

  write(text: string): void {
    this._bytes.write(text);
  }

  /** As `SnapshotBytes.writeCells`, with the attributes that are selected. */
  writeCells(line: EmulatorLine, from: number, to: number): number {
    return this._bytes.writeCells(line, from, to);
  }

  /** Selects attributes, unless they are already. @param isForced writes them all the same, as some sequence. */
  select(wanted: Attributes, isForced = false): void {
    if (wanted === this._attributes && !isForced) {
      return;
    }
    const attributes = this._withLivingLink(wanted);
    const { fg, bg, underline, link } = this._attributes;
    if (isForced || attributes.fg !== fg || attributes.bg !== bg || attributes.underline !== underline) {
      this.write(this._renditionOf(attributes));
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

  /** Everything that was written. */
  toBytes(): Uint8Array {
    return this._bytes.toBytes();
  }

  private _renditionOf(attributes: Attributes): string {
    const { fg, bg, underline } = attributes;
    const place = (Math.imul(fg, 0x9e3779b1) ^ Math.imul(bg, 0x85ebca6b) ^ underline) >>> 0;
    const index = (place ^ (place >>> 16)) & (keptRenditions - 1);
    const kept = this._renditions[index];
    if (
      kept !== undefined &&
      kept.attributes.fg === fg &&
      kept.attributes.bg === bg &&
      kept.attributes.underline === underline
    ) {
      return kept.text;
    }
    const text = selectRendition(attributes);
    this._renditions[index] = { attributes, text };
    return text;
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
