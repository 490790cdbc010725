import type { SessionInfo } from '../../protocol/sessionInfo.ts';
import type { L10n } from '../l10n.ts';
import { formatBytes, programOf, stateText } from '../sessionText.ts';

/**
 * Everything about a session as Markdown. What programs and people chose (names, titles, directories) is escaped: it
 * can neither format the text nor put a link or an image into it.
 */
export function sessionTooltip(session: SessionInfo, l10n: L10n, formatTime: (ms: number) => string): string {
  const rows: [string, string | undefined][] = [
    [l10n.t('State'), stateText(session, l10n)],
    [l10n.t('Program'), programOf(session)],
    [l10n.t('Title'), session.title],
    [l10n.t('Process'), session.pid === null ? undefined : String(session.pid)],
    [l10n.t('Command'), [session.shell, ...session.args].join(' ')],
    [l10n.t('Directory'), session.cwd],
    [l10n.t('Workspace'), session.workspace?.label],
    [l10n.t('Size'), `${session.cols} × ${session.rows}`],
    [l10n.t('Created'), formatTime(session.createdAt)],
    [l10n.t('Last activity'), formatTime(session.lastActivity)],
    [l10n.t('Ended'), session.endedAt === null ? undefined : formatTime(session.endedAt)],
    [l10n.t('Shown in'), l10n.t('{0} terminal(s)', session.connectionCount)],
    [l10n.t('History'), formatBytes(session.historyBytes)],
    [l10n.t('Id'), session.id],
  ];
  const lines = rows
    .filter((row): row is [string, string] => row[1] !== undefined && row[1] !== '')
    .map(([label, value]) => `${label}: ${escapeMarkdown(value)}`);
  const problem = session.problem === null ? [] : [`**${escapeMarkdown(session.problem)}**`];
  return [`**${escapeMarkdown(session.displayName)}**`, ...problem, lines.join('  \n')].join('\n\n');
}

/** Text that Markdown shows as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]()#+\-.!|~<>&$:@]/g, '\\$&');
}
