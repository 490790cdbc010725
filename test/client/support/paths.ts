import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import type { RevenantPaths } from '../../../src/platform/paths.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';

/** Data and run directory of the test's own. */
export function makePaths(t: TestContext): RevenantPaths {
  const data = path.join(makeTempDirectory(t), 'data');
  const run = path.join(data, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  return { data, run };
}
