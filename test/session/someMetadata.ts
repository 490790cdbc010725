import type { RunId, SessionId } from '../../src/base/ids.ts';
import type { SessionMetadata } from '../../src/session/metadata.ts';

/** A valid id that ends with `number`. */
export function someId(number: number): SessionId {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}` as SessionId;
}

export function someRunId(number = 1): RunId {
  return `10000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}` as RunId;
}

/** Metadata of an ended session. */
export function metadataOf(id: SessionId, patch: Partial<SessionMetadata> = {}): SessionMetadata {
  return {
    version: 1,
    id,
    name: 'some',
    isNamed: false,
    state: 'ended',
    exitCode: 0,
    signal: null,
    shell: '/bin/sh',
    args: [],
    cwd: '/',
    cols: 80,
    rows: 24,
    firstSize: null,
    createdAt: 1000,
    lastActivity: 2000,
    endedAt: 3000,
    title: '',
    workspace: null,
    historyBytes: 0,
    limitBytes: 1024 * 1024,
    lines: 1000,
    run: null,
    ...patch,
  };
}
