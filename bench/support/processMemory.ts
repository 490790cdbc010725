import * as fs from 'node:fs';

/**
 * Megabytes (10^6 bytes) of memory that a process has to itself, shared pages divided among those who share them: PSS
 * of /proc/<pid>/smaps_rollup. Linux only; throws elsewhere.
 */
export function memoryOf(pid: number): number {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  if (kib === undefined) {
    throw new Error(`/proc/${pid}/smaps_rollup does not tell of its memory.`);
  }
  return (Number(kib) * 1024) / 1e6;
}
