import * as path from 'node:path';
import type { SessionInfo } from '../protocol/sessionInfo.ts';
import type { L10n } from './l10n.ts';

/** Where the reader is: directories are told relative to it. */
export interface Surroundings {
  readonly home: string;
  /** The workspace's folders. */
  readonly folders: readonly { readonly name: string; readonly directory: string }[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A duration in its largest whole unit, short enough for a row of the tree: `now`, `5 min`, `3 h`, `12 d`. */
export function shortAge(ms: number, l10n: L10n): string {
  if (ms < minuteMs) {
    return l10n.t('now');
  }
  if (ms < hourMs) {
    return l10n.t('{0} min', Math.floor(ms / minuteMs));
  }
  if (ms < dayMs) {
    return l10n.t('{0} h', Math.floor(ms / hourMs));
  }
  return l10n.t('{0} d', Math.floor(ms / dayMs));
}

/** A directory as people call it: within the workspace relative to its folder, within the home with `~`. */
export function shortDirectory(directory: string, { home, folders }: Surroundings): string {
  for (const folder of folders) {
    const inside = relativeInside(folder.directory, directory);
    if (inside === '') {
      return folder.name;
    }
    if (inside !== undefined) {
      return folders.length > 1 ? path.join(folder.name, inside) : inside;
    }
  }
  const inHome = relativeInside(home, directory);
  if (inHome === undefined) {
    return directory;
  }
  return inHome === '' ? '~' : path.join('~', inHome);
}

function relativeInside(ancestor: string, directory: string): string | undefined {
  if (ancestor === '' || directory === '') {
    return undefined;
  }
  const relative = path.relative(ancestor, directory);
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? undefined : relative;
}

/** The program in the foreground, else the shell, without directory and `.exe`. */
export function programOf(session: SessionInfo): string {
  const name = session.program === '' ? (session.shell.split(/[\\/]/).at(-1) ?? '') : session.program;
  return name.replace(/\.exe$/i, '');
}

/** How a session that does not run came to its end, in a few words. */
export function shortEnd(session: SessionInfo, l10n: L10n): string {
  if (session.state === 'lost') {
    return l10n.t('lost');
  }
  if (session.signal !== null) {
    return l10n.t('signal {0}', session.signal);
  }
  return session.exitCode === null ? l10n.t('ended') : l10n.t('exit code {0}', session.exitCode);
}

/** The state in words, for tooltips and screen readers. */
export function stateText(session: SessionInfo, l10n: L10n): string {
  switch (session.state) {
    case 'running':
      return l10n.t('Running');
    case 'lost':
      return l10n.t('Lost: the process vanished with a reboot or a crash');
    case 'ended':
      if (session.signal !== null) {
        return l10n.t('Ended by signal {0}', session.signal);
      }
      return session.exitCode === null ? l10n.t('Ended') : l10n.t('Ended with exit code {0}', session.exitCode);
  }
}

/** What stands behind the name: running program or end, directory, age. */
export function sessionDescription(session: SessionInfo, around: Surroundings, now: number, l10n: L10n): string {
  const isRunning = session.state === 'running';
  const since = isRunning ? session.createdAt : (session.endedAt ?? session.lastActivity);
  return [
    isRunning ? programOf(session) : shortEnd(session, l10n),
    shortDirectory(session.cwd, around),
    shortAge(now - since, l10n),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Name and description as one sentence for a screen reader. */
export function sessionAccessibleLabel(session: SessionInfo, around: Surroundings, now: number, l10n: L10n): string {
  const since = session.state === 'running' ? session.createdAt : (session.endedAt ?? session.lastActivity);
  return l10n.t(
    '{0}, {1}, program {2}, in {3}, {4}',
    session.displayName,
    stateText(session, l10n),
    programOf(session),
    shortDirectory(session.cwd, around),
    shortAge(now - since, l10n),
  );
}

/** Bytes for people: `512 B`, `3.4 KiB`, `64 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Codicon and theme colour of a session's state. */
export function sessionIcon(session: SessionInfo): { readonly icon: string; readonly color: string | undefined } {
  switch (session.state) {
    case 'running':
      return session.problem === null
        ? { icon: 'terminal', color: 'charts.green' }
        : { icon: 'terminal', color: 'list.warningForeground' };
    case 'lost':
      return { icon: 'warning', color: 'list.warningForeground' };
    case 'ended':
      if (session.exitCode === 0) {
        return { icon: 'check', color: undefined };
      }
      return session.exitCode === null
        ? { icon: 'circle-slash', color: undefined }
        : { icon: 'error', color: 'list.errorForeground' };
  }
}
