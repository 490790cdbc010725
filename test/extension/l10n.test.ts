import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..', '..');
const bundleFile = path.join(root, 'l10n', 'bundle.l10n.json');

/** Set to write the bundle anew from the sources. */
const mustUpdate = process.env['REVENANT_DEV_UPDATE_L10N'] === '1';

interface Found {
  readonly messages: Set<string>;
  readonly notLiteral: string[];
}

/** What is handed to `l10n.t`, whoever holds the `l10n`. */
function messagesIn(file: string, found: Found): void {
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /\b_?l10n\.t$/.test(node.expression.getText(source))) {
      const [message] = node.arguments;
      if (message !== undefined && ts.isStringLiteralLike(message)) {
        found.messages.add(message.text);
      } else {
        found.notLiteral.push(`${path.relative(root, file)}: ${node.getText(source)}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

function extensionMessages(): Found {
  const found: Found = { messages: new Set(), notLiteral: [] };
  const folder = path.join(root, 'src', 'extension');
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.ts')) {
      messagesIn(path.join(entry.parentPath, entry.name), found);
    }
  }
  return found;
}

test('every text that people see is in the bundle for translators, and nothing else', () => {
  const { messages, notLiteral } = extensionMessages();
  assert.deepEqual(notLiteral, []);
  assert.ok(messages.size > 50);
  const expected = Object.fromEntries([...messages].sort().map((message) => [message, message]));
  if (mustUpdate) {
    fs.mkdirSync(path.dirname(bundleFile), { recursive: true });
    fs.writeFileSync(bundleFile, `${JSON.stringify(expected, undefined, 2)}\n`);
  }
  assert.deepEqual(
    JSON.parse(fs.readFileSync(bundleFile, 'utf8')),
    expected,
    'Write the bundle anew: REVENANT_DEV_UPDATE_L10N=1 node --test test/extension/l10n.test.ts',
  );
});

test('each text of package.nls.json is used by package.json, and each that it uses is there', () => {
  const manifest = fs.readFileSync(path.join(root, 'package.json'), 'utf8');
  const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key).sort();
  const texts = JSON.parse(fs.readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
  assert.deepEqual(Object.keys(texts).sort(), [...new Set(used)]);
});
