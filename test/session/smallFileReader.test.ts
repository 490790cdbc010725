import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { systemCodeOf } from '../../src/base/errors.ts';
import { SmallFileReader } from '../../src/session/smallFileReader.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';

for (const [disk, limitMs] of [
  ['quick', undefined],
  ['slow', 0],
] as const) {
  test(`on a ${disk} disk: the text, nothing where there is no file, and the error of one that cannot be read`, async (t) => {
    const directory = makeTempDirectory(t);
    const file = path.join(directory, 'text');
    fs.writeFileSync(file, 'größer');
    const reader = new SmallFileReader(limitMs);
    assert.equal(await reader.tryRead(file), 'größer');
    assert.equal(await reader.tryRead(path.join(directory, 'none')), undefined);
    await assert.rejects(reader.tryRead(directory), (error) => systemCodeOf(error) === 'EISDIR');
  });
}
