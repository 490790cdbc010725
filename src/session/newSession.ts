import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { RevenantError } from '../base/errors.ts';
import type { SessionId } from '../base/ids.ts';
import type { CreateSessionOptions, SessionManagerOptions } from './api.ts';
import { getDefaultShell } from './defaultShell.ts';
import { metadataVersion, type SessionMetadata } from './metadata.ts';
import { lowestFreeNumber, normalizeName } from './names.ts';
import { clampCols, clampRows, sessionLimits } from './sessionLimits.ts';
import { checkDirectory } from './workingDirectory.ts';

/**
 * Metadata of a new session that has no process yet. Rejects with `invalid-argument` or `directory-not-found`, naming
 * what was wrong.
 */
export async function newSessionMetadata(
  options: CreateSessionOptions,
  manager: Pick<SessionManagerOptions, 'clock' | 'defaults'>,
): Promise<Omit<SessionMetadata, 'name'>> {
  const shell = options.shell ?? getDefaultShell();
  const args = [...(options.args ?? [])];
  for (const text of [shell, ...args]) {
    checkArgument(text);
  }
  if (shell === '') {
    throw new RevenantError('invalid-argument', 'The shell must not be empty.');
  }
  const cwd = options.cwd ?? homedir();
  checkArgument(cwd);
  const limitBytes = options.limitBytes ?? manager.defaults?.limitBytes ?? sessionLimits.defaultHistoryBytes;
  checkRange('limitBytes', limitBytes, sessionLimits.minHistoryBytes, Number.MAX_SAFE_INTEGER);
  const lines = options.lines ?? manager.defaults?.lines ?? sessionLimits.defaultLines;
  checkRange('lines', lines, 0, sessionLimits.maxLines);
  await checkDirectory(cwd);
  const now = manager.clock.now();
  return {
    version: metadataVersion,
    id: randomUUID() as SessionId,
    isNamed: options.name !== undefined,
    state: 'ended',
    exitCode: null,
    signal: null,
    shell,
    args,
    cwd,
    cols: clampCols(options.cols ?? 80),
    rows: clampRows(options.rows ?? 24),
    firstSize: null,
    createdAt: now,
    lastActivity: now,
    endedAt: null,
    title: '',
    workspace: options.workspace === undefined ? null : { ...options.workspace },
    historyBytes: 0,
    limitBytes,
    lines,
    ...(options.colors === undefined ? {} : { colors: options.colors }),
    run: null,
  };
}

/** The name that was asked for, else the lowest number that none of `taken` is. */
export function nameOf(options: CreateSessionOptions, taken: Iterable<string>): string {
  return options.name === undefined ? lowestFreeNumber(taken) : normalizeName(options.name);
}

/** Arguments end at a NUL for the system: what comes after it would be lost silently. */
function checkArgument(text: string): void {
  if (text.includes('\0')) {
    throw new RevenantError('invalid-argument', `This holds a NUL character: ${JSON.stringify(text)}`);
  }
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RevenantError('invalid-argument', `${name} must be a whole number from ${min} to ${max}, not ${value}.`);
  }
}
