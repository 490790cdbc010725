import { settingDefaults, settingRanges, type SettingId, type SettingTypes } from './contributions.ts';
import type { L10n } from './l10n.ts';

/** A setting's value, or the default and a sentence that says what is wrong with the value. */
export interface CheckedSetting<T> {
  readonly value: T;
  readonly problem: string | undefined;
}

type Check = (value: unknown, l10n: L10n) => string | undefined;

/** VS Code marks wrong values in its editor, yet hands them out as they stand in settings.json. */
const checks: { readonly [K in SettingId]: Check } = {
  'revenant.defaultShell': checkStringOrNull,
  'revenant.defaultShellArgs': (value, l10n) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string')
      ? undefined
      : l10n.t('it must be a list of strings'),
  'revenant.defaultDirectory': (value, l10n) => (typeof value === 'string' ? undefined : l10n.t('it must be a string')),
  'revenant.history.limitBytes': checkNumber(settingRanges['revenant.history.limitBytes']),
  'revenant.history.lines': checkNumber(settingRanges['revenant.history.lines']),
  'revenant.onClose': (value, l10n) =>
    value === 'detach' || value === 'kill' || value === 'ask'
      ? undefined
      : l10n.t('it must be one of {0}', '"detach", "kill", "ask"'),
  'revenant.showDetachMessage': checkBoolean,
  'revenant.restoreOnStartup': checkBoolean,
  'revenant.dataDirectory': checkStringOrNull,
};

/** Takes a value as it stands in the settings. A value of a wrong kind gives the default and the problem. */
export function checkSetting<K extends SettingId>(id: K, value: unknown, l10n: L10n): CheckedSetting<SettingTypes[K]> {
  if (value === undefined) {
    return { value: settingDefaults[id], problem: undefined };
  }
  const problem = checks[id](value, l10n);
  return problem === undefined ? { value: value as SettingTypes[K], problem } : { value: settingDefaults[id], problem };
}

function checkStringOrNull(value: unknown, l10n: L10n): string | undefined {
  return value === null || typeof value === 'string' ? undefined : l10n.t('it must be a string or null');
}

function checkBoolean(value: unknown, l10n: L10n): string | undefined {
  return typeof value === 'boolean' ? undefined : l10n.t('it must be true or false');
}

function checkNumber({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }): Check {
  return (value, l10n) =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum
      ? undefined
      : l10n.t('it must be a whole number from {0} to {1}', minimum, maximum);
}
