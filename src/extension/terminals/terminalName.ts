const separator = ' · revenant:';
const namePattern = new RegExp(`${separator}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`);

/**
 * The name with which a terminal is created. VS Code keeps it in `creationOptions` whatever the tab is called later, also
 * for the dead tab that a former extension host left behind: it is all by which such a tab is known as ours.
 *
 * @param key a UUID: the session's id, or another one while the session is not made yet.
 */
export function makeTerminalName(displayName: string, key: string): string {
  return `${displayName}${separator}${key}`;
}

/** The key in a name made by `makeTerminalName`; undefined for any other name. */
export function tryParseTerminalName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : namePattern.exec(name)?.[1];
}
