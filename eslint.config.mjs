import tseslint from 'typescript-eslint';

/**
 * Which outside modules each folder may import, besides what its tsconfig references allow. tsconfig cannot forbid a
 * package that is installed; a test on esbuild's metafile holds the bundles against the same rules.
 */
const doors = [
  { module: 'vscode', pattern: ['vscode'], files: ['src/extension/**'] },
  { module: 'node-pty', pattern: ['@lydell/*'], files: ['src/keeper/ptyChild.ts'] },
  { module: 'xterm', pattern: ['@xterm/*'], files: ['src/screen/xterm.ts'] },
  { module: 'valibot', pattern: ['valibot'], files: ['src/base/valibot.ts'] },
];

const folders = {
  base: [],
  platform: ['base'],
  protocol: ['base'],
  keeper: ['base', 'platform', 'protocol'],
  screen: ['base'],
  journal: ['base', 'platform'],
  session: ['base', 'platform', 'journal', 'screen'],
  host: ['base', 'platform', 'protocol', 'screen', 'journal', 'session'],
  client: ['base', 'platform', 'protocol'],
  extension: ['base', 'client', 'platform', 'protocol'],
  cli: ['base', 'client', 'platform', 'protocol'],
};

/** Folders that run anywhere: no Node either. */
const pureFolders = ['base', 'protocol'];

function importRules(folder) {
  const others = Object.keys(folders).filter((other) => other !== folder && !folders[folder].includes(other));
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: others.map((other) => `**/${other}/**`),
              message: `${folder}/ may import ${folders[folder].join(', ') || 'nothing'} (ARCHITECTURE.md).`,
            },
            ...(pureFolders.includes(folder)
              ? [{ group: ['node:*'], message: `${folder}/ is pure: it runs without Node.` }]
              : []),
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/'] },
  ...tseslint.configs.strictTypeChecked.map((config) => ({
    ...config,
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
  })),
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'classProperty', modifiers: ['private'], format: ['camelCase'], leadingUnderscore: 'require' },
        { selector: 'classMethod', modifiers: ['private'], format: ['camelCase'], leadingUnderscore: 'require' },
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: false } },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'max-params': ['error', { max: 4 }],
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-warning-comments': 'error',
    },
  },
  ...Object.keys(folders).map(importRules),
  ...doors.map(({ module, pattern, files }) => ({
    files: ['src/**/*.ts'],
    ignores: files,
    plugins: { [`door-${module}`]: { rules: { only: onlyThere(pattern, files) } } },
    rules: { [`door-${module}/only`]: 'error' },
  })),
  {
    files: ['test/**/*.ts', 'bench/**/*.test.ts'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      // node:test returns promises from test() and describe() that the runner itself waits for.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite'] },
          ],
        },
      ],
    },
  },
);

/** A rule that refuses imports of a package outside its door. One rule a door, since `no-restricted-imports` is taken. */
function onlyThere(patterns, files) {
  const matches = (source) =>
    patterns.some((pattern) => (pattern.endsWith('/*') ? source.startsWith(pattern.slice(0, -1)) : source === pattern));
  return {
    meta: { type: 'problem', schema: [] },
    create: (context) => ({
      ImportDeclaration(node) {
        if (matches(node.source.value)) {
          context.report({ node, message: `"${node.source.value}" comes in through ${files.join(', ')} only.` });
        }
      },
    }),
  };
}
