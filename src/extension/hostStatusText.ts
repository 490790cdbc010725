import type { HostStatus } from '../protocol/hostMessages.ts';
import type { L10n } from './l10n.ts';

/** The session host's state for people, in lines of `label: value`. */
export function hostStatusText(status: HostStatus, l10n: L10n, formatTime: (ms: number) => string): string {
  const keepers = status.keepers.map((keeper) =>
    l10n.t('Pty keeper: process {0}, version {1}, {2} session(s)', keeper.pid, keeper.version, keeper.sessions),
  );
  return [
    l10n.t('Session host: process {0}, version {1}', status.pid, status.version),
    l10n.t('Running since: {0}', formatTime(status.startedAt)),
    l10n.t('Sessions: {0}', status.sessions),
    ...(keepers.length === 0 ? [l10n.t('Pty keepers: none')] : keepers),
    l10n.t('Data directory: {0}', status.dataDir),
    l10n.t('Log: {0}', status.logFile),
  ].join('\n');
}
