/**
 * Every name under which this extension is known to VS Code, once, with its type. package.json says the same to VS Code;
 * test/extension/contributions.test.ts keeps the two alike.
 */

/**
 * What VS Code hands to a command on sessions: nothing (palette), the row and the selected rows (tree), one or more
 * terminals (a tab's menu), or `'selection'` (a key pressed in the tree). It comes from outside, hence unknown.
 */
export type SessionCommandArguments = [target?: unknown, selection?: unknown];

/** The arguments of each command. */
export interface CommandArguments {
  'revenant.newSession': [];
  'revenant.newSessionInEditor': [];
  'revenant.newSessionWith': [];
  'revenant.openSession': SessionCommandArguments;
  'revenant.open': SessionCommandArguments;
  'revenant.openInEditor': SessionCommandArguments;
  'revenant.rename': SessionCommandArguments;
  'revenant.kill': SessionCommandArguments;
  'revenant.restart': SessionCommandArguments;
  'revenant.delete': SessionCommandArguments;
  'revenant.deleteAllEnded': [];
  'revenant.detach': SessionCommandArguments;
  'revenant.copyAttachCommand': SessionCommandArguments;
  'revenant.showLog': [];
  'revenant.showHostStatus': [];
  'revenant.installCommandLine': [];
  'revenant.openSettings': [];
  'revenant.tryAgain': [];
  'revenant.tree.activate': SessionCommandArguments;
  'revenant.tree.focus': SessionCommandArguments;
}
export type CommandId = keyof CommandArguments;

export const commandIds = {
  newSession: 'revenant.newSession',
  newSessionInEditor: 'revenant.newSessionInEditor',
  newSessionWith: 'revenant.newSessionWith',
  openSession: 'revenant.openSession',
  open: 'revenant.open',
  openInEditor: 'revenant.openInEditor',
  rename: 'revenant.rename',
  kill: 'revenant.kill',
  restart: 'revenant.restart',
  delete: 'revenant.delete',
  deleteAllEnded: 'revenant.deleteAllEnded',
  detach: 'revenant.detach',
  copyAttachCommand: 'revenant.copyAttachCommand',
  showLog: 'revenant.showLog',
  showHostStatus: 'revenant.showHostStatus',
  installCommandLine: 'revenant.installCommandLine',
  openSettings: 'revenant.openSettings',
  tryAgain: 'revenant.tryAgain',
  /** What a click on a row does; not offered anywhere. */
  treeActivate: 'revenant.tree.activate',
  /** What Enter does besides: the keyboard goes to the terminal; not offered anywhere. */
  treeFocus: 'revenant.tree.focus',
} as const satisfies Record<string, CommandId>;

export type CloseAction = 'detach' | 'kill' | 'ask';

/** Each setting and the type of its value. */
export interface SettingTypes {
  'revenant.defaultShell': string | null;
  'revenant.defaultShellArgs': string[];
  'revenant.defaultDirectory': string;
  'revenant.history.limitBytes': number;
  'revenant.history.lines': number;
  'revenant.onClose': CloseAction;
  'revenant.showDetachMessage': boolean;
  'revenant.restoreOnStartup': boolean;
  'revenant.dataDirectory': string | null;
}
export type SettingId = keyof SettingTypes;

/** The defaults, as package.json has them; used when a value in the settings is of no use. */
export const settingDefaults: { readonly [K in SettingId]: SettingTypes[K] } = {
  'revenant.defaultShell': null,
  'revenant.defaultShellArgs': [],
  'revenant.defaultDirectory': '',
  'revenant.history.limitBytes': 67_108_864,
  'revenant.history.lines': 10_000,
  'revenant.onClose': 'detach',
  'revenant.showDetachMessage': true,
  'revenant.restoreOnStartup': true,
  'revenant.dataDirectory': null,
};

/** Bounds of the settings that are numbers, as in package.json. */
export const settingRanges = {
  /** Below 1 MiB not even one segment of the journal fits; above 64 GiB nobody means it. */
  'revenant.history.limitBytes': { minimum: 1_048_576, maximum: 68_719_476_736 },
  /** What a screen keeps above itself: below 100 a restore shows next to nothing, above 100,000 it costs seconds. */
  'revenant.history.lines': { minimum: 100, maximum: 100_000 },
} as const;

/** Each context key and the type of its value. */
export interface ContextKeyTypes {
  'revenant.connection': 'connecting' | 'connected' | 'failed';
  /** The code of the failure while `revenant.connection` is `failed`, else empty: chooses the text of the empty tree. */
  'revenant.connectionError': string;
  'revenant.hasSessions': boolean;
  'revenant.hasRunningSessions': boolean;
  'revenant.hasEndedSessions': boolean;
  /** A session is shown in a terminal of this window. */
  'revenant.hasOpenSessions': boolean;
}
export type ContextKey = keyof ContextKeyTypes;

export const contextKeys = {
  connection: 'revenant.connection',
  connectionError: 'revenant.connectionError',
  hasSessions: 'revenant.hasSessions',
  hasRunningSessions: 'revenant.hasRunningSessions',
  hasEndedSessions: 'revenant.hasEndedSessions',
  hasOpenSessions: 'revenant.hasOpenSessions',
} as const satisfies Record<string, ContextKey>;

export const viewIds = { container: 'revenant', sessions: 'revenant.sessions' } as const;

/**
 * `viewItem` of the rows: `session.running`, `session.ended`, `session.lost`, each with `.open` behind it when a terminal
 * of this window shows the session, and `group`.
 */
export const itemContext = { sessionPrefix: 'session.', openSuffix: '.open', group: 'group' } as const;

export const profileId = 'revenant.session';

/** Submenu of a terminal tab's menu. */
export const terminalSubmenu = 'revenant.terminal';

/** In `terminal.integrated.defaultProfile.*` a contributed profile goes by its title. */
export const profileTitle = 'Revenant';
