import { binOf, root, run, runMain, step } from './steps.ts';

const sources = ['src', 'test', 'scripts', 'bench'];

/** Style and import rules, then the formatting. `npm run lint -- --fix` mends what can be mended. */
export async function lint(fix = false): Promise<void> {
  await step('Linting', async () => {
    const [node, eslint] = binOf('eslint', 'bin/eslint.js');
    await run(node, [eslint, ...(fix ? ['--fix'] : []), '--max-warnings', '0', ...sources], { cwd: root });
  });
  await step('Checking the formatting', async () => {
    const [node, prettier] = binOf('prettier', 'bin/prettier.cjs');
    const files = sources.map((folder) => `${folder}/**/*.{ts,mjs,cjs}`);
    await run(node, [prettier, fix ? '--write' : '--check', '--log-level', 'warn', '*.mjs', ...files], { cwd: root });
  });
}

if (process.argv[1] === import.meta.filename) {
  runMain(() => lint(process.argv.includes('--fix')));
}
