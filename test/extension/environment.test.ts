import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSessionEnvironment, type EnvironmentOptions } from '../../src/extension/environment.ts';

function build(overrides: Partial<EnvironmentOptions> = {}): Record<string, string> {
  return buildSessionEnvironment({
    base: { PATH: '/bin', LANG: 'de_DE.UTF-8' },
    configured: {},
    variables: { home: '/home/ann', folders: [{ name: 'shop', directory: '/work/shop' }] },
    appVersion: '1.139.1',
    language: 'en',
    detectLocale: 'auto',
    platform: 'linux',
    ...overrides,
  });
}

test('programs see the terminal that VS Code has', () => {
  assert.deepEqual(build(), {
    PATH: '/bin',
    LANG: 'de_DE.UTF-8',
    TERM: 'xterm-256color',
    TERM_PROGRAM: 'vscode',
    TERM_PROGRAM_VERSION: '1.139.1',
    COLORTERM: 'truecolor',
  });
});

test("the settings of VS Code's terminal set, extend and remove variables", () => {
  const env = build({
    base: { PATH: '/bin', SECRET: 'x', LANG: 'C.UTF-8' },
    configured: { PATH: '${env:PATH}:${workspaceFolder}/bin', SECRET: null, NEW: '${userHome}', NUMBER: 3 },
  });
  assert.equal(env['PATH'], '/bin:/work/shop/bin');
  assert.equal(env['NEW'], '/home/ann');
  assert.ok(!('SECRET' in env));
  assert.ok(!('NUMBER' in env), 'what is no text is left out');
});

test('settings of a wrong kind change nothing', () => {
  for (const configured of [undefined, null, 'PATH=/x', ['PATH'], 7]) {
    assert.deepEqual(build({ configured }), build());
  }
});

test('a locale is set when none is, and only then', () => {
  const lang = (overrides: Partial<EnvironmentOptions>): string | undefined =>
    build({ base: {}, ...overrides })['LANG'];
  assert.equal(lang({}), 'C.UTF-8');
  assert.equal(lang({ base: { LANG: 'C' } }), 'C.UTF-8');
  assert.equal(lang({ base: { LC_ALL: 'fr_FR.utf8' } }), undefined);
  assert.equal(lang({ detectLocale: 'off' }), undefined);
  assert.equal(lang({ platform: 'win32' }), undefined);
  assert.equal(lang({ platform: 'darwin', language: 'de' }), 'de_DE.UTF-8');
  assert.equal(lang({ platform: 'darwin', language: 'pt-br' }), 'pt_BR.UTF-8');
  assert.equal(lang({ platform: 'darwin', language: 'not a language' }), 'en_US.UTF-8');
  assert.equal(lang({ platform: 'darwin', base: { LANG: 'de_DE.UTF-8' }, detectLocale: 'on' }), 'en_US.UTF-8');
});

test('on Windows a variable is the same in any case', () => {
  const env = build({
    platform: 'win32',
    base: { Path: 'C:\\bin', Temp: 'x' },
    configured: { PATH: 'D:\\bin', TEMP: null },
  });
  assert.equal(env['Path'], 'D:\\bin');
  assert.ok(!('PATH' in env));
  assert.ok(!('Temp' in env));
});
