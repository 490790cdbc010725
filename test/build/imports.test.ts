import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import { bundle } from '../../esbuild.mjs';

// tsconfig references keep folders apart, but cannot forbid a package that is installed. This looks at what was bundled.

type Inputs = Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>;

let inputs: Inputs;
let notices: string;
let inputsOf: (bundleName: string) => string[];
/** How much of each input a bundle holds. */
let bytesOf: (bundleName: string) => Record<string, { readonly bytesInOutput: number }>;

before(async () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'rvt-bundle-'));
  try {
    const metafile = await bundle({ outdir });
    inputs = metafile.inputs;
    notices = readFileSync(path.join(outdir, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    bytesOf = (bundleName) => {
      const found = Object.entries(metafile.outputs).find(([file]) => path.basename(file) === bundleName);
      assert.ok(found, `${bundleName} was bundled`);
      return found[1].inputs;
    };
    inputsOf = (bundleName) => Object.keys(bytesOf(bundleName));
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

/** Our source files that import a package. */
function importersOf(packageName: string): string[] {
  return Object.entries(inputs)
    .filter(([file]) => file.startsWith('src/'))
    .filter(([, { imports }]) =>
      imports.some(
        ({ path: target, external }) =>
          (external === true && target === packageName) || target.startsWith(`node_modules/${packageName}/`),
      ),
    )
    .map(([file]) => file);
}

test('each outside package comes in through its one door', () => {
  assert.deepEqual(importersOf('@lydell/node-pty'), ['src/keeper/ptyChild.ts']);
  assert.deepEqual(importersOf('@xterm/headless'), ['src/screen/xterm.ts']);
  assert.deepEqual(importersOf('valibot'), ['src/base/valibot.ts']);
  assert.deepEqual(importersOf('vscode'), ['src/extension/vscode.ts']);
});

test('of valibot, a bundle holds what is used: all of it would double the time to load a window', () => {
  for (const bundleName of ['extension.js', 'cli.js', 'host.js', 'keeper.js']) {
    const bytes = Object.entries(bytesOf(bundleName))
      .filter(([file]) => file.startsWith('node_modules/valibot/'))
      .reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    assert.ok(bytes > 0 && bytes < 40_000, `${bundleName} holds ${bytes} bytes of valibot`);
  }
});

test('the licences of what is in the bundles are passed on', () => {
  const packages = new Set(
    Object.keys(inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );
  assert.deepEqual(
    [...packages].filter((name) => !notices.includes(`${name}\n`)),
    [],
  );
});

test('each process holds only the folders that belong into it', () => {
  const check = (bundleName: string, folders: string[]): void => {
    const actual = new Set(
      inputsOf(bundleName).map((file) => (file.startsWith('src/') ? file.split('/')[1] : 'packages')),
    );
    actual.delete('packages');
    assert.deepEqual([...actual].sort(), folders.sort(), bundleName);
  };
  check('extension.js', ['base', 'client', 'extension', 'platform', 'protocol']);
  check('cli.js', ['base', 'cli', 'client', 'platform', 'protocol']);
  check('host.js', ['base', 'host', 'journal', 'platform', 'protocol', 'screen', 'session']);
  check('keeper.js', ['base', 'keeper', 'platform', 'protocol']);
});
