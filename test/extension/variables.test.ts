import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandHome, resolveVariables } from '../../src/extension/variables.ts';

const context = {
  home: '/home/ann',
  env: { LANG: 'C', EMPTY: '', NESTED: '${env:LANG}' },
  folders: [
    { name: 'shop', directory: '/work/shop' },
    { name: 'lib', directory: '/work/lib' },
  ],
};

test('variables are replaced as VS Code does', () => {
  const cases: [string, string][] = [
    ['plain', 'plain'],
    ['${workspaceFolder}/x', '/work/shop/x'],
    ['${workspaceFolder:lib}', '/work/lib'],
    ['${workspaceFolderBasename}', 'shop'],
    ['${userHome}:${env:LANG}', '/home/ann:C'],
    ['[${env:MISSING}${env:EMPTY}]', '[]'],
    ['${env:NESTED}', '${env:LANG}'],
    ['$HOME {x}', '$HOME {x}'],
  ];
  for (const [text, expected] of cases) {
    assert.deepEqual(resolveVariables(text, context), { text: expected, unresolved: [] }, text);
  }
});

test('what cannot be resolved stays as it is and is named', () => {
  const text = '${workspaceFolder:gone}/${command:x} ${userHome} ${constructor}';
  assert.deepEqual(resolveVariables(text, context), {
    text: '${workspaceFolder:gone}/${command:x} /home/ann ${constructor}',
    unresolved: ['${workspaceFolder:gone}', '${command:x}', '${constructor}'],
  });
  const nowhere = { ...context, folders: [] };
  assert.deepEqual(resolveVariables('${workspaceFolder}', nowhere).unresolved, ['${workspaceFolder}']);
});

test('a tilde is the home only at the beginning and only the own one', () => {
  const cases: [string, string][] = [
    ['~', '/home/ann'],
    ['~/x', '/home/ann/x'],
    ['~bob/x', '~bob/x'],
    ['/x/~', '/x/~'],
    ['', ''],
  ];
  for (const [directory, expected] of cases) {
    assert.equal(expandHome(directory, '/home/ann'), expected, directory);
  }
});
