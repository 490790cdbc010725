import type { SessionDetails } from './api.ts';
import type { SessionMetadata } from './metadata.ts';

/** What a session knows besides its metadata. */
export interface SessionFacts {
  readonly pid: number | undefined;
  readonly connectionCount: number;
  readonly program: string;
  readonly problem: string | undefined;
  /** Newer than the stored number, while the journal is open. */
  readonly historyBytes: number | undefined;
}

/** The session as others see it; a copy that does not change. */
export function detailsOf(metadata: SessionMetadata, facts: SessionFacts): SessionDetails {
  return {
    id: metadata.id,
    displayName: metadata.name,
    isNamed: metadata.isNamed,
    state: metadata.state,
    isRunning: metadata.state === 'running',
    pid: facts.pid,
    exitCode: metadata.exitCode ?? undefined,
    signal: metadata.signal ?? undefined,
    shell: metadata.shell,
    args: [...metadata.args],
    cwd: metadata.cwd,
    cols: metadata.cols,
    rows: metadata.rows,
    createdAt: metadata.createdAt,
    lastActivity: metadata.lastActivity,
    endedAt: metadata.endedAt ?? undefined,
    connectionCount: facts.connectionCount,
    isShared: facts.connectionCount > 1,
    title: metadata.title,
    program: facts.program,
    workspace: metadata.workspace === null ? undefined : { ...metadata.workspace },
    historyBytes: facts.historyBytes ?? metadata.historyBytes,
    problem: facts.problem,
  };
}
