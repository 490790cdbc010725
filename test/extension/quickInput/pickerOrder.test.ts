import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderForPicker } from '../../../src/extension/quickInput/pickerOrder.ts';
import { makeSession } from '../support/sessions.ts';

test('the current session is first, then ours, those of others and the ended, newest activity first', () => {
  const here = { uri: 'file:///here', label: 'here' };
  const current = makeSession({ displayName: 'current', state: 'ended', lastActivity: 0 });
  const sessions = [
    makeSession({ displayName: 'ended', state: 'ended', lastActivity: 100 }),
    makeSession({ displayName: 'theirs', lastActivity: 90 }),
    makeSession({ displayName: 'ours-old', workspace: here, lastActivity: 1 }),
    makeSession({ displayName: 'ours-new', workspace: here, lastActivity: 2 }),
    makeSession({ displayName: 'lost', state: 'lost', lastActivity: 101 }),
    current,
  ];
  const names = orderForPicker(sessions, current.id, here.uri).map((session) => session.displayName);
  assert.deepEqual(names, ['current', 'ours-new', 'ours-old', 'theirs', 'lost', 'ended']);
  assert.equal(sessions[0]?.displayName, 'ended', 'the given list is left as it is');
});
