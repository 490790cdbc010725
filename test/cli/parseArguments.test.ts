import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from '../../src/cli/parseArguments.ts';

const types = { name: 'value', count: 'value', force: 'flag' } as const;

function check(
  words: readonly string[],
  expected: { options?: object; positionals?: string[]; rest?: string[] },
): void {
  const parsed = parseArguments(types, words);
  const names = [...Object.keys(types), 'help'].filter((name) => parsed.has(name));
  assert.deepEqual(
    {
      options: Object.fromEntries(names.map((name) => [name, parsed.tryText(name) ?? true])),
      positionals: parsed.positionals,
      rest: parsed.rest,
    },
    { options: {}, positionals: [], rest: undefined, ...expected },
  );
}

test('options, words and what follows -- are told apart', () => {
  check([], {});
  check(['a', '--name', 'x', 'b', '--force'], { options: { name: 'x', force: true }, positionals: ['a', 'b'] });
  check(['--name=-x', '-h'], { options: { name: '-x', help: true } });
  check(['--name='], { options: { name: '' } });
  check(['--name', '-'], { options: { name: '-' } });
  check(['--force', '--', 'sh', '-c', 'a; --name'], { options: { force: true }, rest: ['sh', '-c', 'a; --name'] });
  check(['a', '--', '--', 'b'], { positionals: ['a'], rest: ['--', 'b'] });
  check(['--'], { rest: [] });
});

test('each mistake is named', () => {
  const cases: [string[], RegExp][] = [
    [['--nome', 'x'], /^unknown option "--nome"/],
    [['-x'], /^unknown option "-x"/],
    [['--toString'], /^unknown option "--toString"/],
    [['--name'], /^--name needs a value$/],
    [['--name', '--force'], /^--name needs a value \(write --name=--force/],
    [['--force=yes'], /^--force takes no value$/],
  ];
  for (const [words, message] of cases) {
    assert.throws(() => parseArguments(types, words), { code: 'invalid-argument', message }, words.join(' '));
  }
});

test('numbers are whole and within their range', () => {
  const read = (text: string): number | undefined =>
    parseArguments(types, [`--count=${text}`]).tryInteger('count', { min: 1, max: 2_000 });
  assert.deepEqual([read('1'), read('2000'), read('007')], [1, 2_000, 7]);
  assert.equal(parseArguments(types, []).tryInteger('count', { min: 1, max: 2 }), undefined);
  for (const text of ['0', '2001', '-1', '1.5', '1e2', '0x10', '', ' 5', 'many']) {
    const message = `--count is "${text}"; it must be a whole number from 1 to 2000`;
    assert.throws(() => read(text), { code: 'invalid-argument', message });
  }
});

test('the first choice is the default, and others than the choices are refused', () => {
  const choices = ['text', 'vt'] as const;
  assert.equal(parseArguments(types, []).choice('name', choices), 'text');
  assert.equal(parseArguments(types, ['--name', 'vt']).choice('name', choices), 'vt');
  assert.throws(() => parseArguments(types, ['--name', 'xml']).choice('name', choices), {
    message: '--name is "xml"; it must be one of: text, vt',
  });
});

test('words are exactly as many as they have names', () => {
  assert.deepEqual(parseArguments(types, ['a', '--', '-b']).words('S', 'NAME'), ['a', '-b']);
  assert.throws(() => parseArguments(types, ['a']).words('S', 'NAME'), { message: 'NAME is missing' });
  assert.throws(() => parseArguments(types, ['a', 'b']).words('S'), { message: 'unexpected argument "b"' });
});
