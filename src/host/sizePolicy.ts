export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** What a step of the policy means for the session: `size` is to be applied; `ownerChanged` is to be told to all. */
export interface SizeDecision {
  readonly ownerChanged: boolean;
  readonly size: TerminalSize | undefined;
}

interface Member {
  readonly isReadOnly: boolean;
  size: TerminalSize | undefined;
  /** Order of the newest input; 0 when there was none. */
  lastInput: number;
}

const nothing: SizeDecision = { ownerChanged: false, size: undefined };

/**
 * Decides whose size a session has: the attachment that last had input owns it. The first one that may own it does so
 * at once; when the owner leaves, the one with the most recent input takes over, else the oldest. Read-only attachments
 * never own it, and those that do not know their size only after they have told one or had input. When nobody is left
 * the session keeps its size.
 */
export class SizePolicy {
  private readonly _members = new Map<number, Member>();
  private _owner: number | undefined;
  private _inputs = 0;

  get owner(): number | undefined {
    return this._owner;
  }

  add(id: number, member: { readonly size: TerminalSize | undefined; readonly isReadOnly: boolean }): SizeDecision {
    this._members.set(id, { ...member, lastInput: 0 });
    return this._owner === undefined && !member.isReadOnly && member.size !== undefined ? this._hand(id) : nothing;
  }

  remove(id: number): SizeDecision {
    this._members.delete(id);
    if (this._owner !== id) {
      return nothing;
    }
    const heir = this._findHeir();
    if (heir === undefined) {
      this._owner = undefined;
      return nothing;
    }
    return this._hand(heir);
  }

  resize(id: number, size: TerminalSize): SizeDecision {
    const member = this._members.get(id);
    if (member === undefined) {
      return nothing;
    }
    member.size = size;
    if (this._owner === id) {
      return { ownerChanged: false, size };
    }
    return this._owner === undefined && !member.isReadOnly ? this._hand(id) : nothing;
  }

  /** To be called when the attachment typed. */
  noteInput(id: number): SizeDecision {
    const member = this._members.get(id);
    if (member === undefined || member.isReadOnly) {
      return nothing;
    }
    member.lastInput = ++this._inputs;
    return this._owner === id ? nothing : this._hand(id);
  }

  private _hand(id: number): SizeDecision {
    this._owner = id;
    return { ownerChanged: true, size: this._members.get(id)?.size };
  }

  private _findHeir(): number | undefined {
    let heir: number | undefined;
    let newest = -1;
    for (const [id, member] of this._members) {
      const mayOwn = !member.isReadOnly && (member.size !== undefined || member.lastInput > 0);
      // A map keeps the order of attaching, so among those without input the oldest is found first.
      if (mayOwn && member.lastInput > newest) {
        heir = id;
        newest = member.lastInput;
      }
    }
    return heir;
  }
}
