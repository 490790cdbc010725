// Bundles the processes. Used by scripts/build.ts, scripts/package.ts and tests that need builds of other versions.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));

/** Each process and what it leaves outside its bundle. A test holds the metafile against the import rules. */
const entryPoints = {
  extension: 'src/extension/extension.ts',
  host: 'src/host/main.ts',
  keeper: 'src/keeper/main.ts',
  cli: 'src/cli/main.ts',
};

/** Platforms for which there is a pty binary, as VS Code names them. */
export const targets = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/**
 * Bundles into `outdir`. `version` and `builtAt` tell builds apart (the newer one's host replaces the older one's); by
 * default they are those of package.json and of the newest source file, so that the same sources are the same build.
 */
export async function bundle({
  outdir = path.join(root, 'dist'),
  version = packageJson().version,
  builtAt = newestSourceTime(),
} = {}) {
  fs.rmSync(outdir, { recursive: true, force: true });
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', '@lydell/node-pty'],
    define: { REVENANT_VERSION: JSON.stringify(version), REVENANT_BUILT_AT: String(builtAt) },
    legalComments: 'none',
    sourcemap: false,
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
  });
  await esbuild.stop();
  fs.chmodSync(path.join(outdir, 'cli.js'), 0o755);
  writeNotices(outdir);
  return result.metafile;
}

/** Packages whose code is in the bundles. Their licences ask to be passed on; node-pty's lies beside its files. */
const bundledPackages = ['@xterm/headless', 'valibot'];

function writeNotices(outdir) {
  const notices = bundledPackages.map((name) => {
    const directory = path.join(root, 'node_modules', name);
    const license = fs.readdirSync(directory).find((file) => /^licen[cs]e/i.test(file));
    return `${name}\n\n${license === undefined ? mitLicense(directory) : fs.readFileSync(path.join(directory, license), 'utf8').trim()}\n`;
  });
  fs.writeFileSync(path.join(outdir, 'THIRD-PARTY-NOTICES.txt'), notices.join('\n----\n\n'));
}

/** The text of the MIT licence, which every use of it shares, for a package that names it and brings no text. */
function mitLicense(directory) {
  const { author, license, name, repository } = JSON.parse(
    fs.readFileSync(path.join(directory, 'package.json'), 'utf8'),
  );
  if (license !== 'MIT') {
    throw new Error(`${directory} brings no licence text, and its licence is ${license}.`);
  }
  const terms = fs.readFileSync(path.join(root, 'LICENSE'), 'utf8').split('\n').slice(4).join('\n').trim();
  return `MIT License\n\nCopyright (c) ${author?.name ?? author ?? `the authors of ${name}`} (${repository?.url ?? repository})\n\n${terms}`;
}

/** Puts node-pty and one platform's binary beside the bundles; `binaryPackage` is the unpacked package with the binary. */
export function copyPty(
  outdir,
  target,
  binaryPackage = path.join(root, 'node_modules', '@lydell', `node-pty-${target}`),
) {
  if (!fs.existsSync(binaryPackage)) {
    throw new Error(`There is no pty binary for ${target} at ${binaryPackage}. Known targets: ${targets.join(', ')}.`);
  }
  const modules = path.join(outdir, 'node_modules', '@lydell');
  for (const [from, name] of [
    [path.join(root, 'node_modules', '@lydell', 'node-pty'), 'node-pty'],
    [binaryPackage, `node-pty-${target}`],
  ]) {
    fs.cpSync(from, path.join(modules, name), {
      recursive: true,
      // The folder `conpty` holds a console host of Microsoft's that is only used when it is asked for; Windows has its own.
      filter: (file) => !/\.(d\.ts|md|pdb)$|[\\/]conpty$/.test(file),
    });
  }
}

function packageJson() {
  return JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
}

function newestSourceTime() {
  const files = fs
    .readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  const times = files.map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).mtimeMs);
  times.push(fs.statSync(path.join(root, 'package-lock.json')).mtimeMs);
  return Math.floor(Math.max(...times));
}
