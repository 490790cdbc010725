import * as fs from 'node:fs';

/** Set for everything that a run of the tests starts, and handed on from process to process. */
const markVariable = 'REVENANT_DEV_RUN';

export interface LeftOver {
  readonly pid: number;
  readonly command: string;
}

/** Marks this process and all that it will start, so that `endLeftOvers` finds them. */
export function markProcesses(): string {
  const mark = `${process.pid}-${Date.now()}`;
  process.env[markVariable] = mark;
  return mark;
}

/**
 * Processes with the mark that are still there: tests have to clean up what they start. They are ended. Linux only, where a
 * process's environment can be read; elsewhere none are found.
 */
export function endLeftOvers(mark: string): LeftOver[] {
  if (process.platform !== 'linux') {
    return [];
  }
  const found: LeftOver[] = [];
  for (const entry of fs.readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !hasMark(pid, mark)) {
      continue;
    }
    found.push({ pid, command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() });
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
        throw error;
      }
    }
  }
  return found;
}

function hasMark(pid: number, mark: string): boolean {
  return read(`/proc/${pid}/environ`).split('\0').includes(`${markVariable}=${mark}`);
}

/** Empty when the process is gone or not ours to look at. */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
