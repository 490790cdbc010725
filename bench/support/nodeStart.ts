import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds that this Node takes to start and end with nothing to do: what no host can be quicker than. */
export async function timeNodeStart(): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - startMs;
}
