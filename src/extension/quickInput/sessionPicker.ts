import type { Clock } from '../../base/clock.ts';
import { DisposableStore } from '../../base/disposable.ts';
import type { SessionId } from '../../base/ids.ts';
import type { HostLink } from '../../client/hostLink.ts';
import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import { sessionDescription, sessionIcon, stateText } from '../sessionText.ts';
import { currentWorkspace, surroundings } from '../windowContext.ts';
import { orderForPicker } from './pickerOrder.ts';
import { vscode } from '../vscode.ts';

/** What the buttons of a row do. Each resolves when it is done, whatever came of it. */
export interface SessionActions {
  rename(session: SessionInfo): Promise<void>;
  kill(session: SessionInfo): Promise<void>;
  delete(session: SessionInfo): Promise<void>;
}

export interface SessionPickerOptions {
  readonly link: HostLink;
  readonly clock: Clock;
  readonly activeSession: () => SessionId | undefined;
}

export interface PickRequest {
  readonly title: string;
  readonly accepts: (session: SessionInfo) => boolean;
  /** Offered as buttons of the rows. */
  readonly actions?: SessionActions;
}

interface SessionItem extends vscode.QuickPickItem {
  readonly session: SessionInfo;
}

interface ActionButton extends vscode.QuickInputButton {
  readonly action: keyof SessionActions;
}

/** Asks which session. */
export class SessionPicker {
  private readonly _options: SessionPickerOptions;

  constructor(options: SessionPickerOptions) {
    this._options = options;
  }

  /** The chosen session; undefined when nobody chose. The list follows the sessions while it is open. */
  async pick(request: PickRequest): Promise<SessionInfo | undefined> {
    const { link } = this._options;
    const input = vscode.window.createQuickPick<SessionItem>();
    const store = new DisposableStore();
    store.add(input);
    input.title = request.title;
    input.placeholder = vscode.l10n.t('Type to search by name, directory or program');
    input.matchOnDescription = true;
    input.matchOnDetail = true;
    input.keepScrollPosition = true;
    const rows = new PickerRows();
    const refresh = (): void => {
      const items = rows.update(this._items(request));
      if (items !== undefined) {
        const activeId = input.activeItems[0]?.session.id;
        input.items = items;
        const active = items.filter((item) => item.session.id === activeId);
        // Without one VS Code makes the first row the active one; an empty list would make it none.
        if (active.length > 0) {
          input.activeItems = active;
        }
      }
    };
    refresh();
    // While a question of an action is open, the picker is hidden by it and comes back afterwards.
    let isActing = false;
    return new Promise((resolve) => {
      const finish = (session: SessionInfo | undefined): void => {
        resolve(session);
        store.dispose();
      };
      store.add(link.onDidChangeSessions(refresh));
      store.add(
        input.onDidAccept(() => {
          const [chosen] = input.activeItems;
          if (chosen !== undefined) {
            finish(chosen.session);
          }
        }),
      );
      store.add(
        input.onDidHide(() => {
          if (!isActing) {
            finish(undefined);
          }
        }),
      );
      store.add(
        input.onDidTriggerItemButton(({ button, item }) => {
          const { actions } = request;
          if (actions === undefined || !isActionButton(button)) {
            return;
          }
          isActing = true;
          void actions[button.action](item.session).finally(() => {
            isActing = false;
            if (!store.isDisposed) {
              refresh();
              input.show();
            }
          });
        }),
      );
      input.show();
    });
  }

  private _items({ accepts, actions }: PickRequest): SessionItem[] {
    const { link, clock, activeSession } = this._options;
    const around = surroundings();
    const now = clock.now();
    const active = activeSession();
    return orderForPicker(link.sessions.filter(accepts), active, currentWorkspace()?.uri).map((session) => {
      const { icon, color } = sessionIcon(session);
      return {
        label: session.displayName,
        description: sessionDescription(session, around, now, vscode.l10n),
        ...(session.title === '' && session.id !== active ? {} : { detail: this._detail(session, active) }),
        iconPath: new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color)),
        buttons: actions === undefined ? [] : buttonsOf(session),
        session,
      };
    });
  }

  private _detail(session: SessionInfo, active: SessionId | undefined): string {
    const parts = [session.title, session.id === active ? vscode.l10n.t('current') : ''];
    return parts.filter((part) => part !== '').join(' · ') || stateText(session, vscode.l10n);
  }
}

/** Keeps rows where they are while the picker is open, whatever becomes active meanwhile; new ones come last. */
class PickerRows {
  private _order: readonly SessionId[] = [];
  private _appearance = '';

  /** The items to show; undefined when they look like before. */
  update(items: readonly SessionItem[]): SessionItem[] | undefined {
    const placeOf = (item: SessionItem): number => {
      const place = this._order.indexOf(item.session.id);
      return place < 0 ? Number.MAX_SAFE_INTEGER : place;
    };
    const ordered = [...items].sort((a, b) => placeOf(a) - placeOf(b));
    const appearance = JSON.stringify(
      ordered.map(({ label, description, detail, session }) => [session.id, label, description, detail, session.state]),
    );
    if (appearance === this._appearance) {
      return undefined;
    }
    this._order = ordered.map((item) => item.session.id);
    this._appearance = appearance;
    return ordered;
  }
}

function buttonsOf(session: SessionInfo): ActionButton[] {
  const button = (action: keyof SessionActions, icon: string, tooltip: string): ActionButton => ({
    action,
    iconPath: new vscode.ThemeIcon(icon),
    tooltip,
  });
  return [
    button('rename', 'edit', vscode.l10n.t('Rename…')),
    ...(session.state === 'running' ? [button('kill', 'debug-stop', vscode.l10n.t('Kill'))] : []),
    button('delete', 'trash', vscode.l10n.t('Delete')),
  ];
}

function isActionButton(button: vscode.QuickInputButton): button is ActionButton {
  return 'action' in button;
}
