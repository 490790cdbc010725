import * as fs from 'node:fs';
import * as path from 'node:path';
import { bundle, copyPty } from '../esbuild.mjs';
import { binOf, root, run, runMain, step } from './steps.ts';

/** Checks the types of every folder, then bundles into dist/. */
export async function build(): Promise<void> {
  await step('Checking types', async () => {
    const [node, tsc] = binOf('typescript', 'bin/tsc');
    await run(node, [tsc, '-b']);
  });
  await step('Bundling into dist/', async () => {
    const metafile = await bundle();
    copyPty(path.join(root, 'dist'), `${process.platform}-${process.arch}`);
    fs.mkdirSync(path.join(root, 'out'), { recursive: true });
    fs.writeFileSync(path.join(root, 'out', 'metafile.json'), JSON.stringify(metafile));
  });
}

if (process.argv[1] === import.meta.filename) {
  runMain(build);
}
