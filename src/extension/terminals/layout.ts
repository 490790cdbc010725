import type { SessionId } from '../../base/ids.ts';
import { schema as s } from '../../base/schema.ts';
import { sessionIdSchema } from '../../protocol/sessionInfo.ts';

const layoutSchema = s.object({
  version: s.literal(1),
  /** Sessions in the panel in the order of their tabs; those of one split group stand together. */
  panel: s.array(s.array(sessionIdSchema)),
  /** Sessions in editor tabs, in the order of the tabs. */
  editors: s.array(
    s.object({
      session: sessionIdSchema,
      viewColumn: s.pipe(s.number(), s.integer(), s.minValue(1)),
      /** Its tab is the one that its editor group shows. */
      isActive: s.boolean(),
    }),
  ),
  /** The terminal that VS Code takes for the active one, when it shows a session. */
  active: s.nullable(sessionIdSchema),
});

/** Which sessions a window shows, and where. Kept in the workspace's state; may gain optional fields. */
export type TerminalLayout = s.InferOutput<typeof layoutSchema>;

export const emptyLayout: TerminalLayout = { version: 1, panel: [], editors: [], active: null };

/** Takes what was stored. Undefined when it is not a layout: nothing was stored yet, or by another version. */
export function tryParseLayout(stored: unknown): TerminalLayout | undefined {
  const result = s.safeParse(layoutSchema, stored);
  return result.success ? result.output : undefined;
}

export type TerminalArea = 'panel' | 'editor';

/** A terminal of this window that shows a session, as far as it is known. */
export interface OpenTerminal {
  readonly session: SessionId;
  /** The title of its tab. */
  readonly name: string;
  /** Terminals that were created as one split group have the same number. */
  readonly group: number;
  /** Where it was when it was last looked at. */
  readonly area: TerminalArea;
}

/** A tab of the editor area that holds some terminal. VS Code does not say which one. */
export interface TerminalTab {
  readonly label: string;
  readonly viewColumn: number;
  readonly isActive: boolean;
}

/**
 * Finds the tab of each terminal by its title, as there is no other way. Terminals of the same title are told apart by
 * where they were before; the result is in the order of the terminals, undefined for those in the panel.
 */
export function matchTabs(
  terminals: readonly OpenTerminal[],
  tabs: readonly TerminalTab[],
): readonly (TerminalTab | undefined)[] {
  const matches = new Array<TerminalTab | undefined>(terminals.length).fill(undefined);
  const free = new Set(tabs);
  for (const area of ['editor', 'panel'] satisfies TerminalArea[]) {
    terminals.forEach((terminal, index) => {
      if (terminal.area !== area) {
        return;
      }
      for (const tab of free) {
        if (tab.label === terminal.name) {
          matches[index] = tab;
          free.delete(tab);
          return;
        }
      }
    });
  }
  return matches;
}

/** The layout of these terminals, given in the order of their creation. */
export function describeLayout(
  terminals: readonly OpenTerminal[],
  tabs: readonly TerminalTab[],
  active: SessionId | undefined,
): TerminalLayout {
  const matches = matchTabs(terminals, tabs);
  const groups = new Map<number, SessionId[]>();
  const editors: { session: SessionId; tab: TerminalTab }[] = [];
  terminals.forEach(({ session, group }, index) => {
    const tab = matches[index];
    if (tab !== undefined) {
      editors.push({ session, tab });
      return;
    }
    const sessions = groups.get(group);
    if (sessions === undefined) {
      groups.set(group, [session]);
    } else {
      sessions.push(session);
    }
  });
  editors.sort((a, b) => tabs.indexOf(a.tab) - tabs.indexOf(b.tab));
  return {
    version: 1,
    panel: [...groups.values()],
    editors: editors.map(({ session, tab }) => ({ session, viewColumn: tab.viewColumn, isActive: tab.isActive })),
    active: active ?? null,
  };
}

/** The layout with only those sessions, without empty groups. */
export function keepSessions(layout: TerminalLayout, keep: (session: SessionId) => boolean): TerminalLayout {
  return {
    version: 1,
    panel: layout.panel.map((group) => group.filter(keep)).filter((group) => group.length > 0),
    editors: layout.editors.filter(({ session }) => keep(session)),
    active: layout.active !== null && keep(layout.active) ? layout.active : null,
  };
}

/** Every session of the layout, once. */
export function sessionsOf(layout: TerminalLayout): readonly SessionId[] {
  return [...new Set([...layout.panel.flat(), ...layout.editors.map(({ session }) => session)])];
}

/**
 * The session that VS Code's own first terminal is to show, so that it does not come up empty beside the restored ones.
 * One that is no part of a split group, if there is any: a group can only be made anew as a whole.
 */
export function findSessionToAdopt(layout: TerminalLayout): SessionId | undefined {
  const alone = layout.panel.find((group) => group.length === 1);
  return (alone ?? layout.panel[0])?.[0];
}
