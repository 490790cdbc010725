import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultDetachKeys, parseDetachKeys } from '../../../src/cli/attach/detachKeys.ts';
import { DetachMatcher } from '../../../src/cli/attach/detachMatcher.ts';

/** Types the chunks; returns what was passed on, then ` DETACHED`, or what is held back. */
function type(keys: string, ...chunks: string[]): string {
  const matcher = new DetachMatcher(parseDetachKeys(keys));
  let passedOn = '';
  for (const chunk of chunks) {
    const { passOn, isDetached } = matcher.feed(Buffer.from(chunk, 'latin1'));
    passedOn += Buffer.from(passOn).toString('latin1');
    if (isDetached) {
      return `${passedOn} DETACHED`;
    }
  }
  const isHolding = matcher.isHolding;
  const held = Buffer.from(matcher.flush()).toString('latin1');
  assert.equal(isHolding, held !== '');
  return held === '' ? passedOn : `${passedOn} held:${held}`;
}

test('the keys detach, in one read or in several, with what was typed before them passed on', () => {
  const key = '\x1c';
  const cases: [string[], string][] = [
    [[`${key}${key}`], ' DETACHED'],
    [[key, key], ' DETACHED'],
    [['ab', `c${key}`, `${key}d`], 'abc DETACHED'],
    [[key], ` held:${key}`],
    [[key, 'x'], `${key}x`],
    [[`${key}x${key}`, key], `${key}x DETACHED`],
    [[`${key}\r`, `${key}\r`], `${key}\r${key}\r`],
    [['\x1b[A\x1b', '[B'], '\x1b[A\x1b[B'],
    [['\x1b'], '\x1b'],
  ];
  for (const [chunks, expected] of cases) {
    assert.equal(type(defaultDetachKeys, ...chunks), expected, JSON.stringify(chunks));
  }
});

test('a beginning that comes to nothing may hide the real beginning', () => {
  assert.equal(type('a a b', 'aaab'), 'a DETACHED');
  assert.equal(type('a b a c', 'aba', 'bac'), 'ab DETACHED');
});

test('keys are found in the sequences of the kitty protocol and of modifyOtherKeys', () => {
  const press = '\x1b[92;5u';
  const cases: [string[], string][] = [
    [[press, press], ' DETACHED'],
    [['\x1b[92;5:1u\x1b[92;5:3u', '\x1b[92;5:1u'], ' DETACHED'],
    [[`${press}\x1b[57442;5:3u\x1b[57442;5:1u${press}`], ' DETACHED'],
    [['\x1b[92:124;69u\x1b[92;5:2;28u'], ' DETACHED'],
    [['\x1b[27;5;92~', '\x1b[27;5;92~'], ' DETACHED'],
    [['\x1c', press], ' DETACHED'],
    [['\x1b[92;6u\x1b[92;6u'], '\x1b[92;6u\x1b[92;6u'],
    [['\x1b[92u\x1b[92u'], '\x1b[92u\x1b[92u'],
    [[`${press}x`], `${press}x`],
    [['\x1b[57442;5u'], '\x1b[57442;5u'],
    [['\x1b[92;5:3u'], '\x1b[92;5:3u'],
  ];
  for (const [chunks, expected] of cases) {
    assert.equal(type(defaultDetachKeys, ...chunks), expected, JSON.stringify(chunks));
  }
});

test('detach keys can be written in the ways that people write them', () => {
  const cases: [string, string][] = [
    ['ctrl-a d', '\x01d'],
    ['^] q', '\x1dq'],
    ['C-B', '\x02'],
    ['Ctrl+_', '\x1f'],
    ['ctrl-space', '\x00'],
    ['ctrl-@', '\x00'],
    ['ctrl-\\\\', '\x1c'],
    ['  esc   esc ', '\x1b\x1b'],
    ['enter ~ .', '\r~.'],
    ['^ ^', '^^'],
  ];
  for (const [keys, typed] of cases) {
    assert.equal(type(keys, typed), ' DETACHED', keys);
  }
  for (const keys of ['', '   ', 'ctrl-', 'ctrl-1', 'ctrl-ab', 'f1', 'é', 'ctrl-\\ x\u0007y']) {
    assert.throws(() => parseDetachKeys(keys), { code: 'invalid-argument' }, keys);
  }
});

test('nothing that is typed is lost, doubled or moved, however it is cut', () => {
  const piece = fc.constantFrom('\x1c', 'x', '\x1b', '\x1b[92;5u', '\x1b[92;5:3u', '[', '\x01', 'hello');
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 4 })), (chunks) => {
      const typed = chunks.map((pieces) => pieces.join(''));
      const result = type('ctrl-\\ ctrl-a ctrl-\\', ...typed);
      const passedOn = result.replace(/ (DETACHED|held:)/, '');
      return typed.join('').startsWith(passedOn) && (result.includes(' DETACHED') || passedOn === typed.join(''));
    }),
  );
});
