import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../src/base/log.ts';
import { type StageOptions, stageRuntime } from '../../src/client/stageRuntime.ts';
import { runtimeName } from '../../src/platform/build.ts';
import type { RevenantPaths } from '../../src/platform/paths.ts';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { makePaths } from './support/paths.ts';

const build = { version: '1.2.3', builtAt: 1_000_000 };
const platform = `${process.platform}-${process.arch}`;
const platformPackage = `node-pty-${platform}`;
const spawnHelper = `node_modules/@lydell/${platformPackage}/prebuilds/${platform}/spawn-helper`;

/** What esbuild leaves in `dist`, in small. */
function makeRuntime(t: TestContext): string {
  const source = makeTempDirectory(t);
  const files = {
    'host.js': 'host',
    'keeper.js': 'keeper',
    'cli.js': 'cli',
    'extension.js': 'not needed',
    'node_modules/@lydell/node-pty/index.js': 'pty',
    [`node_modules/@lydell/${platformPackage}/lib/index.js`]: 'library',
    [`node_modules/@lydell/${platformPackage}/prebuilds/${platform}/pty.node`]: 'binary',
    [spawnHelper]: 'helper',
    'node_modules/@lydell/node-pty-plan9-mips/prebuilds/plan9-mips/pty.node': 'not ours',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(source, name)), { recursive: true });
    writeFileSync(path.join(source, name), content);
  }
  chmodSync(path.join(source, spawnHelper), 0o755);
  return source;
}

function makeOptions(t: TestContext): StageOptions {
  return { paths: makePaths(t), build, runtimeSource: makeRuntime(t), log: nullLog };
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

function runtimes({ data }: RevenantPaths): string[] {
  return readdirSync(path.join(data, 'runtime')).sort();
}

test('host, keeper, command line and the PTY library of this machine are copied, private and still executable', async (t) => {
  const options = makeOptions(t);
  const program = await stageRuntime(options);
  const target = path.join(options.paths.data, 'runtime', runtimeName(build));
  assert.equal(program, path.join(target, 'host.js'));
  assert.deepEqual(
    filesIn(target),
    [
      'cli.js',
      'host.js',
      'keeper.js',
      `node_modules/@lydell/${platformPackage}/lib/index.js`,
      `node_modules/@lydell/${platformPackage}/prebuilds/${platform}/pty.node`,
      spawnHelper,
      'node_modules/@lydell/node-pty/index.js',
    ].sort(),
  );
  const helper = path.join(target, spawnHelper);
  const modes = [target, program, helper].map((file) => statSync(file).mode & 0o777);
  assert.deepEqual(modes, [0o700, 0o600, 0o700]);
});

test('what is there already is left alone', async (t) => {
  const options = makeOptions(t);
  const program = await stageRuntime(options);
  const before = statSync(program);
  await stageRuntime(options);
  assert.equal(statSync(program).ino, before.ino);
});

test('a copy from which something is missing is replaced', async (t) => {
  const options = makeOptions(t);
  const program = await stageRuntime(options);
  const target = path.dirname(program);
  for (const damage of [
    () => rmSync(path.join(target, 'keeper.js')),
    () => writeFileSync(program, ''),
    () => rmSync(path.join(target, 'node_modules', '@lydell', platformPackage), { recursive: true }),
  ]) {
    damage();
    await stageRuntime(options);
    assert.equal(readFileSync(program, 'utf8'), 'host');
    assert.equal(filesIn(target).length, 7);
  }
});

test('many at once end with one whole copy and nothing beside it', async (t) => {
  const options = makeOptions(t);
  const programs = await Promise.all(Array.from({ length: 8 }, () => stageRuntime(options)));
  assert.equal(new Set(programs).size, 1);
  assert.deepEqual(runtimes(options.paths), [runtimeName(build)]);
  assert.equal(filesIn(path.dirname(programs[0] ?? '')).length, 7);
});

test('an installation that lacks a file says which, and leaves nothing half copied', async (t) => {
  const options = makeOptions(t);
  const missing = path.join(options.runtimeSource, 'node_modules', '@lydell', platformPackage);
  rmSync(missing, { recursive: true });
  await assert.rejects(stageRuntime(options), { code: 'host-unavailable', message: new RegExp(missing) });
  assert.deepEqual(runtimes(options.paths), []);
});

test('from the sources nothing is copied', async (t) => {
  const paths = makePaths(t);
  const runtimeSource = makeTempDirectory(t);
  mkdirSync(path.join(runtimeSource, 'host'));
  const program = path.join(runtimeSource, 'host', 'main.ts');
  writeFileSync(program, '');
  assert.equal(await stageRuntime({ paths, build, runtimeSource, log: nullLog }), program);
  assert.equal(existsSync(path.join(paths.data, 'runtime')), false);
});

test('old copies go, but for the newest two and those that live processes run from', async (t) => {
  const options = makeOptions(t);
  const { data, run } = options.paths;
  const names = ['0.1.0-a', '0.2.0-b', '0.3.0-c', '0.4.0-d', '0.9.0-rs', '1.2.2-e'];
  names.forEach((name, index) => {
    const directory = path.join(data, 'runtime', name);
    mkdirSync(directory, { recursive: true });
    utimesSync(directory, index + 1, index + 1);
  });
  const leftBehind = path.join(data, 'runtime', '1.0.0-x.12.abcd.tmp');
  mkdirSync(leftBehind);
  utimesSync(leftBehind, 1, 1);
  mkdirSync(path.join(data, 'runtime', '1.0.0-y.13.abcd.tmp'));
  mkdirSync(path.join(run, 'keepers'));
  const ended = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => ended.once('exit', resolve));
  const keepers = {
    '1.json': keeper(process.pid, '0.1.0-a'),
    '2.json': keeper(ended.pid ?? 0, '0.2.0-b'),
    '3.json': '{',
  };
  for (const [name, content] of Object.entries(keepers)) {
    writeFileSync(path.join(run, 'keepers', name), content);
  }
  const host = { pid: process.pid, version: '0.9.0', builtAt: Number.parseInt('rs', 36), address: '/x' };
  writeFileSync(path.join(run, 'host.json'), JSON.stringify(host));
  await stageRuntime(options);
  assert.deepEqual(
    runtimes(options.paths),
    ['0.1.0-a', '0.9.0-rs', '1.0.0-y.13.abcd.tmp', '1.2.2-e', runtimeName(build)].sort(),
  );
});

function keeper(pid: number, version: string): string {
  return JSON.stringify({ protocol: 1, version, pid, address: '/x' });
}
