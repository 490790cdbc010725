import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { TestContext } from 'node:test';

/** A new empty directory, removed after the test. Its path is short, so sockets fit into it. */
export function makeTempDirectory(t: TestContext): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'rvt-'));
  t.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}
