import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingDefaults, type SettingId } from '../../src/extension/contributions.ts';
import { checkSetting } from '../../src/extension/settingValues.ts';
import { english } from './support/sessions.ts';

test('a value of the right kind is used as it is', () => {
  const cases: [SettingId, unknown][] = [
    ['revenant.defaultShell', null],
    ['revenant.defaultShell', '/bin/fish'],
    ['revenant.defaultShellArgs', ['-l', '']],
    ['revenant.defaultDirectory', '~/x'],
    ['revenant.history.limitBytes', 1_048_576],
    ['revenant.history.lines', 100_000],
    ['revenant.onClose', 'ask'],
    ['revenant.showDetachMessage', false],
    ['revenant.restoreOnStartup', false],
    ['revenant.dataDirectory', '/srv/revenant'],
  ];
  for (const [id, value] of cases) {
    assert.deepEqual(checkSetting(id, value, english), { value, problem: undefined }, id);
  }
});

test('a value of a wrong kind gives the default and says what it must be', () => {
  const cases: [SettingId, unknown, RegExp][] = [
    ['revenant.defaultShell', 3, /a string or null/],
    ['revenant.defaultShellArgs', '-l', /a list of strings/],
    ['revenant.defaultShellArgs', ['-l', 1], /a list of strings/],
    ['revenant.defaultDirectory', null, /a string/],
    ['revenant.history.limitBytes', 1_048_575, /from 1048576 to/],
    ['revenant.history.limitBytes', '64 MB', /a whole number/],
    ['revenant.history.lines', 99, /from 100 to 100000/],
    ['revenant.history.lines', 100_001, /from 100 to 100000/],
    ['revenant.history.lines', 100.5, /a whole number/],
    ['revenant.history.lines', Number.NaN, /a whole number/],
    ['revenant.onClose', 'close', /one of "detach", "kill", "ask"/],
    ['revenant.showDetachMessage', 'no', /true or false/],
    ['revenant.restoreOnStartup', 1, /true or false/],
    ['revenant.dataDirectory', ['/srv'], /a string or null/],
  ];
  for (const [id, value, problem] of cases) {
    const checked = checkSetting(id, value, english);
    assert.deepEqual(checked.value, settingDefaults[id], `${id} ${JSON.stringify(value)}`);
    assert.match(checked.problem ?? '', problem, `${id} ${JSON.stringify(value)}`);
  }
});

test('a setting that is not set has its default, and that is no problem', () => {
  assert.deepEqual(checkSetting('revenant.onClose', undefined, english), { value: 'detach', problem: undefined });
});
