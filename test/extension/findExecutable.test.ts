import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { findExecutable } from '../../src/extension/findExecutable.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';

test('finds what may be executed, by path and on the PATH', { skip: process.platform === 'win32' }, (t) => {
  const first = makeTempDirectory(t);
  const second = makeTempDirectory(t);
  const tool = path.join(second, 'tool');
  const text = path.join(first, 'text');
  fs.writeFileSync(tool, '', { mode: 0o755 });
  fs.writeFileSync(text, '', { mode: 0o644 });
  fs.mkdirSync(path.join(first, 'tool'));
  const env = { PATH: ['relative', first, '', second].join(path.delimiter) };
  assert.equal(findExecutable(tool, env), tool);
  assert.equal(findExecutable('tool', env), tool, 'a directory of that name is passed over');
  assert.equal(findExecutable('text', env), undefined);
  assert.equal(findExecutable(path.join(first, 'tool'), env), undefined);
  assert.equal(findExecutable('./tool', env), undefined);
  assert.equal(findExecutable('', env), undefined);
  assert.equal(findExecutable('tool', {}), undefined);
  assert.equal(findExecutable(path.join(tool, 'below'), env), undefined);
});
