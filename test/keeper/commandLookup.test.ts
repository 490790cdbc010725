import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import { lookUpCommand } from '../../src/keeper/commandLookup.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';

const isWindows = process.platform === 'win32';

function makeTree(t: TestContext): string {
  const root = makeTempDirectory(t);
  for (const [file, mode] of [
    ['a/tool', 0o644],
    ['b/tool', 0o755],
    ['b/only', 0o644],
    ['b/dir/tool', 0o755],
  ] as const) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '#!/bin/sh\n');
    chmodSync(path.join(root, file), mode);
  }
  return root;
}

test('finds a program as execvp does, by the PATH that it is to run with', { skip: isWindows }, async (t) => {
  const root = makeTree(t);
  const env = { PATH: `${root}/a:/nowhere:${root}/b` };
  const check = async (
    file: string,
    cwd: string,
    expected: string,
    environment: Record<string, string> = env,
  ): Promise<void> => {
    const found = await lookUpCommand(file, cwd, environment).catch((error: unknown) =>
      isRevenantError(error) ? error.code : error,
    );
    assert.equal(found, expected);
  };
  await check('tool', '/', `${root}/b/tool`);
  await check('tool', '/', 'shell-not-executable', { PATH: `${root}/a` });
  await check('only', '/', 'shell-not-executable');
  await check('dir', '/', 'shell-not-executable');
  await check('none', '/', 'shell-not-found');
  await check('', '/', 'shell-not-found');
  await check(`${root}/b/tool`, '/', `${root}/b/tool`);
  await check(`${root}/b/tool/x`, '/', 'shell-not-found');
  await check('./tool', `${root}/b`, `${root}/b/tool`);
  await check('dir/tool', `${root}/b`, `${root}/b/dir/tool`);
  await check('dir/tool', root, 'shell-not-found');
  await check('tool', `${root}/b`, `${root}/b/tool`, { PATH: '' });
  await check('tool', `${root}/b`, `${root}/b/dir/tool`, { PATH: 'dir' });
  await check('sh', '/', existsSync('/usr/bin/sh') ? '/usr/bin/sh' : '/bin/sh', {});
});
