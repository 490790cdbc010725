import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type MochaClass from 'mocha';

/** Called by VS Code in its extension host. Rejects when a test failed; leaves the counts in a file for the script. */
export async function run(): Promise<void> {
  // Not bundled: mocha finds its own files on disk. NODE_PATH says where it is installed.
  const nodeModules = process.env['NODE_PATH'] ?? '';
  const Mocha = createRequire(path.join(nodeModules, 'mocha', 'package.json'))('mocha') as typeof MochaClass;
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 60_000 });
  mocha.suite.emit('pre-require', globalThis as unknown as MochaClass.MochaGlobals, '', mocha);
  await import('./suite.ts');
  const stats = await new Promise<MochaClass.Stats | undefined>((resolve) => {
    const runner = mocha.run(() => resolve(runner.stats));
  });
  const counts = { passed: stats?.passes ?? 0, failed: stats?.failures ?? 1 };
  fs.writeFileSync(process.env['REVENANT_TEST_RESULT'] ?? '', JSON.stringify(counts));
  if (counts.failed > 0) {
    throw new Error(`${counts.failed} test(s) failed.`);
  }
}
