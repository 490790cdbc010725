import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isRevenantError } from '../../src/base/errors.ts';
import { nullLog } from '../../src/base/log.ts';
import { formatMetadata, type SessionMetadata } from '../../src/session/metadata.ts';
import { SessionDirectory } from '../../src/session/sessionDirectory.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { metadataOf, someId } from './someMetadata.ts';

interface Box {
  readonly root: string;
  readonly sessions: string;
  readonly directory: SessionDirectory;
}

function makeBox(t: TestContext): Box {
  const root = makeTempDirectory(t);
  const sessions = path.join(root, 'sessions');
  fs.mkdirSync(sessions, { mode: 0o700 });
  return { root, sessions, directory: new SessionDirectory(sessions, nullLog) };
}

function store(box: Box, metadata: SessionMetadata, text = formatMetadata(metadata)): string {
  const directory = path.join(box.sessions, metadata.id);
  fs.mkdirSync(path.join(directory, 'journal'), { recursive: true });
  fs.writeFileSync(path.join(directory, 'metadata.json'), text);
  return directory;
}

test('what was stored is loaded, strays are passed over', async (t) => {
  const box = makeBox(t);
  store(box, metadataOf(someId(1)));
  store(box, metadataOf(someId(2)));
  fs.writeFileSync(path.join(box.sessions, 'notes.txt'), 'mine');
  fs.mkdirSync(path.join(box.sessions, 'not-an-id'));
  fs.writeFileSync(path.join(box.sessions, someId(1), 'metadata.json.77.tmp'), '{');
  const { sessions, unreadable } = await box.directory.load(1);
  assert.deepEqual(sessions.map(({ id }) => id).sort(), [someId(1), someId(2)]);
  assert.deepEqual(unreadable, []);
  assert.ok(fs.existsSync(path.join(box.sessions, 'notes.txt')));
});

test('a session with damaged metadata is set aside whole, the others are loaded', async (t) => {
  const box = makeBox(t);
  store(box, metadataOf(someId(1)));
  const damaged = store(box, metadataOf(someId(2)), '{"version":1,');
  fs.writeFileSync(path.join(damaged, 'journal', '1.cast'), 'history');
  const { sessions, unreadable } = await box.directory.load(77);
  assert.deepEqual(
    sessions.map(({ id }) => id),
    [someId(1)],
  );
  const [problem] = unreadable;
  const target = path.join(box.root, 'damaged', `${someId(2)}-77`);
  assert.equal(problem?.kind, 'damaged');
  assert.match(problem.message, /not JSON/);
  assert.ok(problem.message.includes(path.join(damaged, 'metadata.json')), 'says which file');
  assert.ok(problem.message.includes(target), 'says where it is now');
  assert.equal(fs.readFileSync(path.join(target, 'journal', '1.cast'), 'utf8'), 'history');
  assert.equal(fs.existsSync(damaged), false);
});

test('a session of a newer version is left where it is', async (t) => {
  const box = makeBox(t);
  const text = JSON.stringify({ version: 2, id: someId(1) });
  const directory = store(box, metadataOf(someId(1)), text);
  const { sessions, unreadable } = await box.directory.load(1);
  assert.deepEqual(sessions, []);
  assert.deepEqual(
    unreadable.map(({ id, kind }) => ({ id, kind })),
    [{ id: someId(1), kind: 'newer' }],
  );
  assert.equal(fs.readFileSync(path.join(directory, 'metadata.json'), 'utf8'), text);
});

test('an empty directory, which a crash left, is no session and no damage', async (t) => {
  const box = makeBox(t);
  fs.mkdirSync(path.join(box.sessions, someId(1)));
  assert.deepEqual(await box.directory.load(1), { sessions: [], unreadable: [] });
  assert.deepEqual(fs.readdirSync(box.sessions), []);
});

test('a removal that a crash interrupted is finished by the next start', async (t) => {
  const box = makeBox(t);
  fs.renameSync(store(box, metadataOf(someId(1))), path.join(box.sessions, `.trash-${someId(1)}`));
  assert.deepEqual(await box.directory.load(1), { sessions: [], unreadable: [] });
  assert.deepEqual(fs.readdirSync(box.sessions), []);
});

test('removing leaves no file, and removing again does no harm', async (t) => {
  const box = makeBox(t);
  store(box, metadataOf(someId(1)));
  await box.directory.remove(someId(1));
  await box.directory.remove(someId(1));
  assert.deepEqual(fs.readdirSync(box.sessions), []);
});

test('directories are private whatever the umask', async (t) => {
  const root = makeTempDirectory(t);
  const sessions = path.join(root, 'a', 'sessions');
  const directory = new SessionDirectory(sessions, nullLog);
  await directory.load(1);
  await directory.create(someId(1));
  for (const made of [sessions, path.join(sessions, someId(1))]) {
    assert.equal(fs.statSync(made).mode & 0o777, 0o700);
  }
});

test('a sessions directory that is a file is an error that names it', async (t) => {
  const root = makeTempDirectory(t);
  const file = path.join(root, 'sessions');
  fs.writeFileSync(file, '');
  await assert.rejects(
    new SessionDirectory(file, nullLog).load(1),
    (error) => isRevenantError(error, 'data-dir-unusable') && error.message.includes(file),
  );
});

test('a thousand sessions load within two seconds', async (t) => {
  const box = makeBox(t);
  for (let i = 0; i < 1000; i++) {
    store(box, metadataOf(someId(i)));
  }
  const start = performance.now();
  const { sessions } = await box.directory.load(1);
  assert.equal(sessions.length, 1000);
  assert.ok(performance.now() - start < 2000);
});
