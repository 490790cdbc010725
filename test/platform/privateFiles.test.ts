import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import {
  ensurePrivateDirectory,
  tryReadText,
  writePrivateFile,
  writeVolatileFile,
} from '../../src/platform/privateFiles.ts';
import { ensureToken, isSameToken } from '../../src/platform/token.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';

const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;
const withoutModes = process.platform === 'win32' && 'Windows has no modes';

test('directories and files are the user’s alone whatever the umask', { skip: withoutModes }, async (t) => {
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const directory = path.join(makeTempDirectory(t), 'a', 'b');
  await ensurePrivateDirectory(directory);
  await writePrivateFile(path.join(directory, 'file'), 'text');
  assert.equal(modeOf(directory), 0o700);
  await writeVolatileFile(path.join(directory, 'volatile'), 'text');
  assert.equal(modeOf(path.join(directory, 'file')), 0o600);
  assert.equal(modeOf(path.join(directory, 'volatile')), 0o600);
});

test('a directory that others can enter is closed to them', { skip: withoutModes }, async (t) => {
  const directory = makeTempDirectory(t);
  fs.chmodSync(directory, 0o777);
  await ensurePrivateDirectory(directory);
  assert.equal(modeOf(directory), 0o700);
});

test('a link or a file in the place of a directory is refused by name', async (t) => {
  const directory = makeTempDirectory(t);
  const link = path.join(directory, 'link');
  fs.symlinkSync(directory, link);
  await assert.rejects(ensurePrivateDirectory(link), {
    code: 'data-dir-unusable',
    message: new RegExp(`${link}.*symbolic link`),
  });
  const file = path.join(directory, 'file');
  fs.writeFileSync(file, '');
  await assert.rejects(ensurePrivateDirectory(path.join(file, 'below')), {
    code: 'data-dir-unusable',
    message: /file.*below cannot be used: a part of its path is not a directory/,
  });
});

for (const write of [writePrivateFile, writeVolatileFile]) {
  test(`${write.name}: a file is replaced as a whole and nothing else is left`, async (t) => {
    const directory = makeTempDirectory(t);
    const file = path.join(directory, 'file');
    await write(file, 'old');
    await Promise.all(['one', 'two', 'three'].map((text) => write(file, text)));
    assert.match(fs.readFileSync(file, 'utf8'), /^(one|two|three)$/);
    assert.deepEqual(fs.readdirSync(directory), ['file']);
  });

  test(`${write.name}: a write that fails leaves the old content and no temporary file`, async (t) => {
    const directory = makeTempDirectory(t);
    const target = path.join(directory, 'taken');
    fs.mkdirSync(path.join(target, 'full'), { recursive: true });
    await assert.rejects(write(target, 'text'), /EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    assert.deepEqual(fs.readdirSync(directory), ['taken']);
  });
}

test('no file is no text, and any other trouble is thrown', async (t) => {
  const directory = makeTempDirectory(t);
  assert.equal(await tryReadText(path.join(directory, 'none')), undefined);
  await assert.rejects(tryReadText(directory), { code: 'EISDIR' });
});

test('all who start at once get the same token, in a private file', async (t) => {
  const directory = makeTempDirectory(t);
  const tokens = new Set(await Promise.all(Array.from({ length: 20 }, () => ensureToken(directory))));
  assert.equal(tokens.size, 1);
  assert.match([...tokens][0] ?? '', /^[0-9a-f]{64}$/);
  assert.deepEqual(fs.readdirSync(directory), ['token']);
  if (process.platform !== 'win32') {
    assert.equal(modeOf(path.join(directory, 'token')), 0o600);
  }
});

test('a token file that holds something else is an error that names it', async (t) => {
  const directory = makeTempDirectory(t);
  fs.writeFileSync(path.join(directory, 'token'), 'secret');
  await assert.rejects(ensureToken(directory), { code: 'unauthorized', message: /token/ });
});

test('tokens are the same or not, of whatever length', () => {
  assert.equal(isSameToken('abcd', 'abcd'), true);
  assert.equal(isSameToken('abcd', 'abce'), false);
  assert.equal(isSameToken('abcd', 'abc'), false);
  assert.equal(isSameToken('abcd', ''), false);
});
