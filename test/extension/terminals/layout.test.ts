import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SessionId } from '../../../src/base/ids.ts';
import {
  describeLayout,
  findSessionToAdopt,
  keepSessions,
  type OpenTerminal,
  sessionsOf,
  type TerminalLayout,
  type TerminalTab,
  tryParseLayout,
} from '../../../src/extension/terminals/layout.ts';
import { sessionId } from './support/sessions.ts';

const [a, b, c, d] = [sessionId(1), sessionId(2), sessionId(3), sessionId(4)];

function terminal(session: SessionId, name: string, group: number, area: 'panel' | 'editor' = 'panel'): OpenTerminal {
  return { session, name, group, area };
}

function tab(label: string, viewColumn = 1, isActive = false): TerminalTab {
  return { label, viewColumn, isActive };
}

test('terminals without a tab are in the panel, in the order of creation, split groups together', () => {
  const layout = describeLayout([terminal(a, '1', 1), terminal(b, '2', 2), terminal(c, '3', 1)], [tab('other')], b);
  assert.deepEqual(layout, { version: 1, panel: [[a, c], [b]], editors: [], active: b });
});

test('terminals with a tab of their title are in the editor area, in the order of the tabs', () => {
  const tabs = [tab('zsh'), tab('2', 1), tab('1', 2, true)];
  const layout = describeLayout([terminal(a, '1', 1), terminal(b, '2', 2), terminal(c, '3', 3)], tabs, undefined);
  assert.deepEqual(layout, {
    version: 1,
    panel: [[c]],
    editors: [
      { session: b, viewColumn: 1, isActive: false },
      { session: a, viewColumn: 2, isActive: true },
    ],
    active: null,
  });
});

test('of terminals with the same title the tab belongs to the one that was in the editor area before', () => {
  const layout = describeLayout(
    [terminal(a, 'build', 1), terminal(b, 'build', 2, 'editor')],
    [tab('build')],
    undefined,
  );
  assert.deepEqual(layout.panel, [[a]]);
  assert.deepEqual(
    layout.editors.map(({ session }) => session),
    [b],
  );
});

test('a layout comes back from the store as it went in', () => {
  const layout = describeLayout([terminal(a, '1', 1), terminal(b, '2', 2)], [tab('2', 3, true)], a);
  assert.deepEqual(tryParseLayout(JSON.parse(JSON.stringify(layout))), layout);
});

for (const [what, stored] of Object.entries({
  nothing: undefined,
  null: null,
  'a text': 'panel',
  'another version': { version: 2, panel: [], editors: [], active: null },
  'an id that is none': { version: 1, panel: [['../../etc']], editors: [], active: null },
  'a column that is none': {
    version: 1,
    panel: [],
    editors: [{ session: a, viewColumn: 0, isActive: true }],
    active: null,
  },
})) {
  test(`${what} in the store is no layout`, () => assert.equal(tryParseLayout(stored), undefined));
}

const layout: TerminalLayout = {
  version: 1,
  panel: [[a, b], [c]],
  editors: [{ session: d, viewColumn: 2, isActive: true }],
  active: c,
};

test('sessions that are gone leave no trace in the layout', () => {
  assert.deepEqual(
    keepSessions(layout, (session) => session === b),
    { version: 1, panel: [[b]], editors: [], active: null },
  );
  assert.deepEqual(
    keepSessions(layout, () => true),
    layout,
  );
});

test('each session of a layout is named once', () => {
  const doubled = { ...layout, panel: [[a, b], [a], [c]] };
  assert.deepEqual(sessionsOf(doubled), [a, b, c, d]);
});

test("VS Code's own first terminal takes a session that is no part of a split group, if there is any", () => {
  assert.equal(findSessionToAdopt(layout), c);
  assert.equal(findSessionToAdopt({ ...layout, panel: [[a, b]] }), a);
  assert.equal(findSessionToAdopt({ ...layout, panel: [] }), undefined);
});
