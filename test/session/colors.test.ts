import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import type { TerminalColors } from '../../src/base/terminalColors.ts';
import { mergeColors } from '../../src/base/terminalColors.ts';
import { formatMetadata, parseMetadata } from '../../src/session/metadata.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, plainShell, script } from './managerBox.ts';
import { metadataOf, someId } from './someMetadata.ts';

const light: TerminalColors = { scheme: 'light', foreground: '0a0b0c', background: 'f1f2f3' };
const dark: TerminalColors = { scheme: 'dark', foreground: 'ffffff', background: '010203' };

/** Asks for the background and prints the answer without its ESC. */
const ask = `stty raw -echo; printf '\\033]11;?\\033\\\\'; head -c 24 | tr -d '\\033'; stty sane; echo .`;

test('a program that asks at its very start gets the colours that came with its session', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const tap = new OutputTap(manager);
  await manager.createSession({ ...script(ask), colors: light });
  await tap.until('11;rgb:f1f1/f2f2/f3f3');
});

test('without a terminal the colours are those of VS Code, dark', async (t) => {
  const { manager } = await new ManagerBox(t).startHost();
  const tap = new OutputTap(manager);
  await manager.createSession(script(ask));
  await tap.until('11;rgb:1e1e/1e1e/1e1e');
});

test('the newest colours count, for the running program and for the next host', async (t) => {
  const box = new ManagerBox(t);
  const first = await box.startHost();
  const { id } = await first.manager.createSession({ ...plainShell, colors: light });
  first.manager.setColors(id, dark);
  const tap = new OutputTap(first.manager);
  first.manager.write(id, `${ask}\r`);
  await tap.until('11;rgb:0101/0202/0303');
  const file = first.manager.getPaths(id).metadata;
  await waitFor('the colours on disk', () => fs.readFileSync(file, 'utf8').includes('010203'));
  await first.kill();
  const second = await box.startHost();
  const nextTap = new OutputTap(second.manager);
  second.manager.write(id, `${ask}\r`);
  await nextTap.until('11;rgb:0101/0202/0303');
});

test('a shell that is started again gets the colours that its session has', async (t) => {
  const box = new ManagerBox(t);
  const { manager } = await box.startHost();
  const { id } = await manager.createSession({ ...script(ask) });
  await box.untilEnded(manager, id);
  manager.setColors(id, light);
  const tap = new OutputTap(manager);
  await manager.startSession(id);
  await tap.until('11;rgb:f1f1/f2f2/f3f3');
});

test('a terminal that knows only its scheme takes nothing away from what was known of the same scheme', () => {
  assert.deepEqual(mergeColors(light, { scheme: 'light' }), light);
  assert.deepEqual(mergeColors(light, { scheme: 'dark' }), { scheme: 'dark' });
  assert.deepEqual(mergeColors(undefined, dark), dark);
  assert.deepEqual(mergeColors(light, { ...light, background: 'ffffff' }).background, 'ffffff');
});

test('colours on disk that are none are forgotten, and nothing else is', () => {
  const metadata = metadataOf(someId(1), { colors: light });
  assert.deepEqual(parseMetadata(formatMetadata(metadata), someId(1)), { kind: 'valid', metadata });
  for (const colors of [{ scheme: 'sepia' }, { scheme: 'dark', background: '\x1b]0;' }, 'red', null, 7]) {
    const parsed = parseMetadata(JSON.stringify({ ...metadata, colors }), someId(1));
    assert.ok(parsed.kind === 'valid', JSON.stringify(parsed));
    assert.equal(parsed.metadata.colors, undefined);
    assert.equal(parsed.metadata.name, metadata.name);
  }
});
