import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants } from 'node:os';
import {
  describeEnd,
  endedFooter,
  formatAge,
  printable,
  resolveSession,
  shortenHome,
} from '../../src/client/describeSession.ts';
import { makeSession } from './support/fakeHost.ts';

const minute = 60_000;
const now = 1_000_000_000_000;

test('an age is given in its largest unit', () => {
  const cases: [number, string][] = [
    [-5, 'just now'],
    [4_999, 'just now'],
    [5_000, '5 s'],
    [59_999, '59 s'],
    [minute, '1 min'],
    [60 * minute, '1 h'],
    [24 * 60 * minute, '1 d'],
    [45 * 24 * 60 * minute, '1 mo'],
    [800 * 24 * 60 * minute, '2 y'],
  ];
  assert.deepEqual(
    cases.map(([ms]) => formatAge(ms)),
    cases.map(([, expected]) => expected),
  );
  assert.deepEqual([formatAge(7_000, ' ago'), formatAge(0, ' ago')], ['7 s ago', 'just now']);
});

test('how a session stands is told with time and cause', () => {
  const endedAt = now - 2 * minute;
  const cases: [Parameters<typeof makeSession>[0], string][] = [
    [{}, 'running'],
    [{ state: 'ended', endedAt, exitCode: 0 }, 'ended 2 min ago with exit code 0'],
    [{ state: 'ended', endedAt, exitCode: 1 }, 'ended 2 min ago with exit code 1'],
    [{ state: 'ended', endedAt, signal: constants.signals.SIGKILL }, 'ended 2 min ago by SIGKILL'],
    [{ state: 'ended', endedAt, signal: 250 }, 'ended 2 min ago by signal 250'],
    [{ state: 'ended', endedAt }, 'ended 2 min ago'],
    [{ state: 'ended', exitCode: 3 }, 'ended with exit code 3'],
    [{ state: 'lost', endedAt }, 'lost 2 min ago'],
  ];
  assert.deepEqual(
    cases.map(([changes]) => describeEnd(makeSession(changes), now)),
    cases.map(([, expected]) => expected),
  );
});

test('the footer says how it ended and where Enter starts a shell, and lets no directory steer the terminal', () => {
  const session = makeSession({ state: 'ended', endedAt: now - minute, exitCode: 2, cwd: '/tmp/\x1b]0;evil\x07x' });
  const footer = endedFooter(session, now);
  assert.match(footer, /Session ended 1 min ago with exit code 2\. Press Enter to start a shell in \/tmp\/]0;evilx\./);
  assert.match(endedFooter(makeSession({ state: 'lost' }), now), /Its process is gone/);
  for (const mode of ['\x1b[?1000l', '\x1b[?1006l', '\x1b[?2004l', '\x1b[=0u']) {
    assert.ok(footer.indexOf(mode) >= 0 && footer.indexOf(mode) < footer.indexOf('Session'), JSON.stringify(mode));
  }
});

test('texts lose control characters and marks of direction, and keep every letter', () => {
  assert.equal(printable('a\x1b[31mb\x9b\x00\nc\u202ed\u2066e'), 'a[31mbcde');
  assert.equal(printable('Größe 日本 👩‍💻'), 'Größe 日本 👩‍💻');
});

test('the home directory is a tilde, and nothing that only begins like it', () => {
  const cases = { '/home/ann': '~', '/home/ann/src': '~/src', '/home/anna': '/home/anna', '/': '/' };
  for (const [directory, expected] of Object.entries(cases)) {
    assert.equal(shortenHome(directory, '/home/ann'), expected);
  }
  assert.equal(shortenHome('C:\\Users\\ann\\x', 'C:\\Users\\ann'), '~\\x');
});

test('a session is found by its id, its name, and the beginning of its id, in this order', () => {
  const ids = [
    'abcdef01-0000-4000-8000-000000000001',
    'abcdef02-0000-4000-8000-000000000002',
    'abcd0000-0000-4000-8000-000000000003',
  ];
  const [one, two, three] = [
    makeSession({ id: ids[0] ?? '', displayName: 'build' }),
    makeSession({ id: ids[1] ?? '', displayName: 'build' }),
    makeSession({ id: ids[2] ?? '', displayName: 'abcdef01' }),
  ];
  const sessions = [one, two, three];
  const cases: [string, unknown][] = [
    [one.id, { kind: 'found', session: one }],
    [one.id.toUpperCase(), { kind: 'found', session: one }],
    ['abcdef01', { kind: 'found', session: three }],
    ['abcdef02', { kind: 'found', session: two }],
    ['ABCD0', { kind: 'found', session: three }],
    ['build', { kind: 'ambiguous', sessions: [one, two] }],
    ['abcdef', { kind: 'ambiguous', sessions: [one, two] }],
    ['abc', { kind: 'none' }],
    ['Build', { kind: 'none' }],
    ['', { kind: 'none' }],
  ];
  for (const [text, expected] of cases) {
    assert.deepEqual(resolveSession(sessions, text), expected, text);
  }
});
