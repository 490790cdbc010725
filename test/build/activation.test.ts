import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import { createServer, type Socket } from 'node:net';
import * as path from 'node:path';
import { test } from 'node:test';
import { bundle } from '../../esbuild.mjs';
import { makeTempDirectory } from '../support/tempDirectory.ts';
import { waitFor } from '../support/waitFor.ts';

interface Extension {
  readonly activate: (context: object) => unknown;
}

/** Something that can be called, constructed and asked for any property, and gives itself: all of a VS Code that does nothing. */
const anything: object = new Proxy(function () {}, {
  get: (_target, key): unknown => (key === 'then' ? undefined : key === Symbol.toPrimitive ? () => '' : anything),
  set: () => true,
  apply: () => anything,
  construct: () => anything,
});

/** Loads the extension's bundle into a VS Code that does nothing. */
function loadExtension(file: string): Extension {
  const names = fs.readFileSync(file, 'utf8').matchAll(/\bvscode\d*\.(\w+)/g);
  const api = Object.fromEntries([...names].map(([, name = '']) => [name, anything]));
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === 'vscode' ? api : load.call(loader, request, ...rest));
  try {
    return createRequire(import.meta.url)(file) as Extension;
  } finally {
    loader._load = load;
  }
}

test('activation is over before the session host is even asked, and the host is asked then', async (t) => {
  const directory = makeTempDirectory(t);
  const dist = path.join(directory, 'dist');
  await bundle({ outdir: dist });
  const run = path.join(directory, 'r', 'run');
  fs.mkdirSync(run, { recursive: true, mode: 0o700 });
  fs.chmodSync(path.dirname(run), 0o700);
  const address = path.join(run, 's');
  const sockets: Socket[] = [];
  // A host that says nothing.
  const server = createServer((socket) => sockets.push(socket)).listen(address);
  const endpoint = { pid: process.pid, address, version: '0.0.0', builtAt: 0 };
  fs.writeFileSync(path.join(run, 'host.json'), JSON.stringify(endpoint), { mode: 0o600 });
  process.env['REVENANT_HOME'] = path.dirname(run);

  const subscriptions: { dispose(): void }[] = [];
  t.after(() => {
    subscriptions.forEach((subscription) => subscription.dispose());
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  const workspaceState = { get: () => undefined, update: () => Promise.resolve() };
  const { activate } = loadExtension(path.join(dist, 'extension.js'));
  await activate({ extensionPath: directory, subscriptions, workspaceState });
  assert.equal(subscriptions.length, 1);
  assert.equal(sockets.length, 0);
  await waitFor('the window to reach the host', () => sockets.length === 1);
});
