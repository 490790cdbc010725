import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RevenantError } from '../../src/base/errors.ts';
import { describeError } from '../../src/extension/errorMessages.ts';
import { english } from './support/sessions.ts';

test('says what was tried, why it failed, and offers the one thing that helps', () => {
  const cases: [unknown, ReturnType<typeof describeError>][] = [
    [
      new RevenantError('host-unavailable', 'It is gone.'),
      { severity: 'error', message: 'Not started: It is gone.', remedy: 'try-again' },
    ],
    [
      new RevenantError('shell-not-found', 'No /bin/x.'),
      { severity: 'error', message: 'Not started: No /bin/x.', remedy: 'open-settings' },
    ],
    [
      new RevenantError('incompatible-version', 'Newer.'),
      { severity: 'error', message: 'Not started: Newer.', remedy: 'reload-window' },
    ],
    [
      new RevenantError('session-not-found', 'No session x.'),
      { severity: 'warning', message: 'Not started: No session x.', remedy: 'none' },
    ],
    [new Error('odd'), { severity: 'error', message: 'Not started: odd', remedy: 'show-log' }],
    ['text', { severity: 'error', message: 'Not started: text', remedy: 'show-log' }],
  ];
  for (const [error, expected] of cases) {
    assert.deepEqual(describeError(error, 'Not started', english), expected);
  }
});

test('says nothing when it was the user who gave it up', () => {
  assert.equal(describeError(new RevenantError('aborted', 'Given up.'), 'Not started', english), undefined);
});
