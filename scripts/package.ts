import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, copyPty, targets } from '../esbuild.mjs';
import { cacheDirectory } from './cacheDirectory.mjs';
import { binOf, root, run, runMain, step, StepError } from './steps.ts';

export interface PackageOptions {
  /** One of `targets`; this platform when left out. */
  readonly target?: string | undefined;
  /** Another version than package.json's, for tests of updates. */
  readonly version?: string | undefined;
  readonly outdir?: string | undefined;
}

/** Makes a VSIX with one platform's pty binary and no other, and gives its path. */
export async function packageVsix(options: PackageOptions = {}): Promise<string> {
  const target = options.target ?? `${process.platform}-${process.arch}`;
  if (!targets.includes(target)) {
    throw new StepError(`There is no pty binary for "${target}". Possible targets: ${targets.join(', ')}.`);
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const version = options.version ?? manifest.version;
  const outdir = path.resolve(options.outdir ?? root);
  const vsix = path.join(outdir, `${manifest.name}-${target}-${version}.vsix`);
  const stage = path.join(root, 'out', 'package', `${target}-${version}`);

  await step(`Packaging ${path.basename(vsix)}`, async () => {
    fs.rmSync(stage, { recursive: true, force: true });
    fs.mkdirSync(stage, { recursive: true });
    for (const entry of fs.readdirSync(root)) {
      if (/^(README|CHANGELOG|LICENSE)|^package\.nls|^\.vscodeignore$/.test(entry)) {
        fs.copyFileSync(path.join(root, entry), path.join(stage, entry));
      }
    }
    for (const folder of ['media', 'l10n']) {
      if (fs.existsSync(path.join(root, folder))) {
        fs.cpSync(path.join(root, folder), path.join(stage, folder), { recursive: true });
      }
    }
    // What npm needs (scripts, dependencies) means nothing in an installed extension.
    const {
      scripts: _scripts,
      devDependencies: _dev,
      dependencies: _run,
      ...published
    } = { ...manifest, version } as Record<string, unknown>;
    fs.writeFileSync(path.join(stage, 'package.json'), JSON.stringify(published, undefined, 2));
    await bundle({ outdir: path.join(stage, 'dist'), version });
    copyPty(path.join(stage, 'dist'), target, await ptyPackage(target));
    const [node, vsce] = binOf('@vscode/vsce', 'vsce');
    fs.mkdirSync(outdir, { recursive: true });
    const args = ['package', '--no-dependencies', '--target', target, '--out', vsix];
    await run(node, [vsce, ...args, '--allow-missing-repository', '--no-rewrite-relative-links'], {
      cwd: stage,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    fs.rmSync(stage, { recursive: true });
  });
  process.stdout.write(`  ${vsix} (${(fs.statSync(vsix).size / 1024).toFixed(0)} KiB)\n`);
  return vsix;
}

/** The npm package that holds a platform's pty binary: installed for this platform, else downloaded and checked. */
async function ptyPackage(target: string): Promise<string> {
  const name = `@lydell/node-pty-${target}`;
  const installed = path.join(root, 'node_modules', name);
  if (fs.existsSync(installed)) {
    return installed;
  }
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string } | undefined>;
  };
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) {
    throw new StepError(`package-lock.json does not name ${name}.`);
  }
  const directory = path.join(cacheDirectory(), `node-pty-${target}-${locked.version}`);
  if (fs.existsSync(directory)) {
    return directory;
  }
  process.stdout.write(`  Downloading ${name}@${locked.version}, once, into ${directory} …\n`);
  fs.mkdirSync(path.dirname(directory), { recursive: true });
  const temporary = fs.mkdtempSync(`${directory}.`);
  try {
    await run('npm', ['pack', '--silent', `${name}@${locked.version}`], {
      cwd: temporary,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    const archive = `lydell-node-pty-${target}-${locked.version}.tgz`;
    const hash = createHash('sha512')
      .update(fs.readFileSync(path.join(temporary, archive)))
      .digest('base64');
    if (`sha512-${hash}` !== locked.integrity) {
      throw new StepError(`${name}@${locked.version} is not what package-lock.json says: its hash differs.`);
    }
    await run('tar', ['-xzf', archive, '--strip-components=1'], { cwd: temporary });
    fs.rmSync(path.join(temporary, archive));
    fs.renameSync(temporary, directory);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return directory;
}

if (process.argv[1] === import.meta.filename) {
  runMain(async () => {
    const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
    await packageVsix({ target: values.target, outdir: values.out });
  });
}
