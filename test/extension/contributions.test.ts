import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import {
  commandIds,
  contextKeys,
  profileId,
  profileTitle,
  settingDefaults,
  settingRanges,
  terminalSubmenu,
  viewIds,
} from '../../src/extension/contributions.ts';
import { checkSetting } from '../../src/extension/settingValues.ts';
import { english } from './support/sessions.ts';

const root = path.resolve(import.meta.dirname, '..', '..');

interface Property {
  readonly default: unknown;
  readonly order: number;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}
interface Manifest {
  readonly icon: string;
  readonly main: string;
  readonly l10n: string;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly enablement?: string }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly submenus: readonly { readonly id: string }[];
    readonly keybindings: readonly { readonly command: string; readonly args?: unknown; readonly when: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly terminal: { readonly profiles: readonly { readonly id: string; readonly title: string }[] };
  };
}

const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const texts = JSON.parse(fs.readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const { contributes } = manifest;
const { properties } = contributes.configuration;
const ourCommands = Object.values(commandIds).sort();

test('commands are the same in package.json and in the code, all in one category', () => {
  assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), ourCommands);
  assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['Revenant']);
});

test('each command is registered once', () => {
  const folder = path.join(root, 'src', 'extension', 'commands');
  const registered = fs
    .readdirSync(folder)
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\bregister(?:Command)?\(\s*commandIds\.(\w+)/g)].map(([, name]) => name));
  assert.deepEqual(registered.sort(), Object.keys(commandIds).sort());
});

test('menus, keys and welcome texts name only commands that are there', () => {
  const menuCommands = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
  const keyCommands = contributes.keybindings
    .filter(({ command }) => command !== 'runCommands')
    .map(({ command }) => command);
  const nested =
    JSON.stringify(contributes.keybindings.map(({ args }) => args ?? null)).match(/revenant\.[\w.]+/g) ?? [];
  const linked = Object.values(texts).flatMap((text) => text.match(/(?<=\(command:)revenant\.[\w.]+/g) ?? []);
  const named = [...menuCommands, ...keyCommands, ...nested, ...linked].filter((command) => command !== undefined);
  assert.deepEqual(
    [...new Set(named)].filter((command) => !ourCommands.some((ours) => ours === command)),
    [],
  );
});

test('settings and their defaults are the same in package.json and in the code', () => {
  const defaults = Object.fromEntries(Object.entries(properties).map(([id, property]) => [id, property.default]));
  assert.deepEqual(defaults, settingDefaults);
  for (const [id, range] of Object.entries(settingRanges)) {
    const property = properties[id];
    assert.deepEqual({ minimum: property?.minimum, maximum: property?.maximum }, range, id);
  }
});

test('each default is a value that the code accepts', () => {
  for (const id of Object.keys(settingDefaults) as (keyof typeof settingDefaults)[]) {
    assert.equal(checkSetting(id, properties[id]?.default, english).problem, undefined, id);
  }
});

test('settings are ordered, described and scoped; the ones that could run a program are restricted', () => {
  const all = Object.entries(properties);
  assert.deepEqual(
    all.map(([, { order }]) => order),
    all.map((_, index) => index + 1),
  );
  for (const [id, { scope, markdownDescription }] of all) {
    assert.ok(['machine', 'window'].includes(scope), id);
    assert.ok(markdownDescription.startsWith('%setting.'), id);
  }
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  for (const id of ['revenant.defaultShell', 'revenant.defaultShellArgs', 'revenant.defaultDirectory']) {
    assert.ok(restricted.includes(id), id);
  }
  assert.deepEqual(
    restricted.filter((id) => !(id in properties)),
    [],
  );
});

test('conditions use only context keys that the code sets, and each of them is used', () => {
  const conditions = [
    ...contributes.commands.map(({ enablement }) => enablement),
    ...Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when)),
    ...contributes.keybindings.map(({ when }) => when),
    ...contributes.viewsWelcome.map(({ when }) => when),
  ].filter((condition) => condition !== undefined);
  const used = conditions.flatMap((condition) => condition.match(/revenant\.\w+/g) ?? []);
  const unknown = new Set(used.filter((key) => key !== viewIds.sessions));
  assert.deepEqual([...unknown].sort(), Object.values(contextKeys).sort());
});

test('view, container, profile and submenu are the same in package.json and in the code', () => {
  assert.deepEqual(
    contributes.viewsContainers.activitybar.map(({ id }) => id),
    [viewIds.container],
  );
  assert.deepEqual(
    contributes.views[viewIds.container]?.map(({ id }) => id),
    [viewIds.sessions],
  );
  assert.deepEqual([...new Set(contributes.viewsWelcome.map(({ view }) => view))], [viewIds.sessions]);
  assert.deepEqual(
    contributes.terminal.profiles.map(({ id, title }) => ({ id, title })),
    [{ id: profileId, title: profileTitle }],
  );
  assert.deepEqual(
    contributes.submenus.map(({ id }) => id),
    [terminalSubmenu],
  );
  assert.ok(terminalSubmenu in contributes.menus);
});

test('the files that package.json names are there', () => {
  const [container] = contributes.viewsContainers.activitybar;
  for (const file of [manifest.icon, manifest.l10n, container?.icon ?? 'no icon']) {
    assert.ok(fs.existsSync(path.join(root, file)), file);
  }
});
