import * as os from 'node:os';

/** What figures depend on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** ISO 8601. */
  readonly date: string;
  /** Processes that wanted to run in the last minute: with more than one before the start, figures are worth less. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGb: Math.round(os.totalmem() / 1024 ** 3),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    date: new Date().toISOString(),
    loadBefore: Number((os.loadavg()[0] ?? 0).toFixed(2)),
  };
}
