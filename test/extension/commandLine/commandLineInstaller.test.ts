import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isRevenantError } from '../../../src/base/errors.ts';
import {
  CommandLineInstaller,
  type InstallerOptions,
} from '../../../src/extension/commandLine/commandLineInstaller.ts';
import { windowsLauncher } from '../../../src/extension/commandLine/launcherScript.ts';
import { makeTempDirectory } from '../../support/tempDirectory.ts';

const skip = process.platform === 'win32';

interface Scene {
  readonly data: string;
  readonly userHome: string;
  readonly command: string;
  /** Writes a command line of a build that tells what it was called with. */
  readonly stage: (build: string) => string;
  readonly installer: (build: string, overrides?: Partial<InstallerOptions>) => CommandLineInstaller;
}

function makeScene(t: TestContext): Scene {
  // A blank, a quote and a dollar sign: paths are quoted, or this fails.
  const root = path.join(makeTempDirectory(t), `a 'b' $c`);
  const data = path.join(root, 'data');
  const userHome = path.join(root, 'home');
  fs.mkdirSync(data, { recursive: true });
  const stage = (build: string): string => {
    const directory = path.join(data, 'runtime', build);
    fs.mkdirSync(directory, { recursive: true });
    const script = path.join(directory, 'cli.js');
    const told = '[process.argv.slice(2), process.env.REVENANT_HOME ?? null, process.env.ELECTRON_RUN_AS_NODE]';
    fs.writeFileSync(script, `console.log(JSON.stringify(['${build}', ...${told}])); process.exitCode = 3;`);
    return script;
  };
  return {
    data,
    userHome,
    command: path.join(userHome, '.local', 'bin', 'revenant'),
    stage,
    installer: (build, overrides) =>
      new CommandLineInstaller({
        data,
        home: undefined,
        node: process.execPath,
        stage: () => Promise.resolve(stage(build)),
        env: { PATH: '/usr/bin:/bin' },
        userHome,
        ...overrides,
      }),
  };
}

/** Runs the installed command; it ends with code 3, as the staged command line says. */
function call(command: string, env: Record<string, string> = {}): unknown {
  const { status, stdout, stderr } = spawnSync(command, ['send', 'a b', "it's"], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin', ...env },
  });
  assert.equal(status, 3, stderr);
  return JSON.parse(stdout);
}

test('the command runs the staged command line and passes on arguments and exit code', { skip }, async (t) => {
  const { installer, command, userHome } = makeScene(t);
  const installation = await installer('1').install();
  assert.deepEqual(installation, { command, directory: path.join(userHome, '.local', 'bin'), isOnPath: false });
  assert.deepEqual(call(command), ['1', ['send', 'a b', "it's"], null, '1']);
  assert.equal(fs.statSync(command).mode & 0o777, 0o700);
});

test('it says when its directory is on the PATH', { skip }, async (t) => {
  const { installer, userHome } = makeScene(t);
  const env = { PATH: `/bin:${path.join(userHome, '.local', 'bin')}/` };
  assert.equal((await installer('1', { env }).install()).isOnPath, true);
});

test('sessions kept elsewhere are found there, unless the caller says otherwise', { skip }, async (t) => {
  const { installer, command, data } = makeScene(t);
  await installer('1', { home: data }).install();
  assert.deepEqual(call(command), ['1', ['send', 'a b', "it's"], data, '1']);
  assert.deepEqual(call(command, { REVENANT_HOME: '/x' }), ['1', ['send', 'a b', "it's"], '/x', '1']);
});

test('a newer build of the extension brings the command up to date', { skip }, async (t) => {
  const { installer, command, data } = makeScene(t);
  await installer('1').install();
  await installer('2').refresh();
  fs.rmSync(path.join(data, 'runtime', '1'), { recursive: true });
  assert.deepEqual(call(command), ['2', ['send', 'a b', "it's"], null, '1']);
});

test('nothing is made by bringing up to date what was never installed', { skip }, async (t) => {
  const { installer, data, userHome } = makeScene(t);
  await installer('1').refresh();
  assert.equal(await installer('1').find(), undefined);
  assert.deepEqual(fs.readdirSync(data), []);
  assert.ok(!fs.existsSync(userHome));
});

test('when the build it was made for is gone, the newest that is there runs', { skip }, async (t) => {
  const { installer, command, data, stage } = makeScene(t);
  await installer('1').install();
  fs.rmSync(path.join(data, 'runtime', '1'), { recursive: true });
  stage('5');
  assert.deepEqual(call(command), ['5', ['send', 'a b', "it's"], null, '1']);
});

test('when its Node is gone, the one on the PATH runs; without one it says what to do', { skip }, async (t) => {
  const { installer, command, data } = makeScene(t);
  await installer('1', { node: path.join(data, 'gone', 'node') }).install();
  const env = { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };
  assert.deepEqual(call(command, env), ['1', ['send', 'a b', "it's"], null, '1']);
  const bin = path.join(data, 'emptyBin');
  fs.mkdirSync(bin);
  const { status, stderr } = spawnSync(command, ['list'], { encoding: 'utf8', env: { PATH: bin } });
  assert.equal(status, 1);
  assert.match(stderr, /^revenant: .*Start VS Code once/);
});

test('a file that somebody else put there is left alone', { skip }, async (t) => {
  const { installer, command } = makeScene(t);
  fs.mkdirSync(path.dirname(command), { recursive: true });
  fs.writeFileSync(command, 'mine');
  await assert.rejects(
    installer('1').install(),
    (error) => isRevenantError(error, 'io') && error.message.includes(command),
  );
  assert.equal(fs.readFileSync(command, 'utf8'), 'mine');
});

test('it is found once it is installed, and can be installed again', { skip }, async (t) => {
  const { installer, command } = makeScene(t);
  await installer('1').install();
  await installer('1').install();
  assert.equal((await installer('1').find())?.command, command);
});

test('the scripts are sound for a strict shell', { skip }, async (t) => {
  const { installer, command, data } = makeScene(t);
  await installer('1', { home: data }).install();
  for (const file of [command, path.join(data, 'bin', 'revenant')]) {
    execFileSync('/bin/sh', ['-n', file]);
  }
});

test('the launcher of Windows keeps percent signs and ends lines as batch files do', () => {
  const text = windowsLauncher({
    node: 'C:\\100%\\Code.exe',
    script: 'C:\\d\\cli.js',
    runtimes: 'C:\\d',
    home: 'D:\\r',
  });
  assert.match(text, /"REVENANT_NODE=C:\\100%%\\Code\.exe"\r\n/);
  assert.match(text, /if not defined REVENANT_HOME set "REVENANT_HOME=D:\\r"\r\n/);
  assert.match(text, /"%REVENANT_NODE%" "C:\\d\\cli\.js" %\*\r\nexit \/b %ERRORLEVEL%\r\n$/);
  assert.doesNotMatch(text, /[^\r]\n/);
});
