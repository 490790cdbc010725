import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groupSessions, TreeModel, type TreeChange, type TreeNode } from '../../../src/extension/tree/treeModel.ts';
import type { SessionInfo } from '../../../src/protocol/sessionInfo.ts';
import { makeSession } from '../support/sessions.ts';

const here = { uri: 'file:///here', label: 'here' };
const there = { uri: 'file:///there', label: 'there' };

/** Rows as text: groups by id with their rows in brackets, sessions by name. */
function rows(nodes: readonly TreeNode[]): string {
  return nodes
    .map((node) => (node.kind === 'group' ? `${node.group}[${rows(node.children)}]` : node.session.displayName))
    .join(' ');
}

function update(model: TreeModel, sessions: readonly SessionInfo[]): TreeChange {
  return model.update(sessions, here.uri, (session) => `${session.displayName} ${session.state}`);
}

describe('grouping', () => {
  const names = (sessions: readonly SessionInfo[]): string[] => sessions.map((session) => session.displayName);

  test('running sessions are split by workspace, all others come together', () => {
    const groups = groupSessions(
      [
        makeSession({ displayName: 'ours', workspace: here }),
        makeSession({ displayName: 'theirs', workspace: there }),
        makeSession({ displayName: 'without', workspace: null }),
        makeSession({ displayName: 'ended', workspace: here, state: 'ended' }),
        makeSession({ displayName: 'lost', workspace: there, state: 'lost' }),
      ],
      here.uri,
    );
    assert.deepEqual(names(groups.workspace), ['ours']);
    assert.deepEqual(names(groups.others).sort(), ['theirs', 'without']);
    assert.deepEqual(names(groups.ended).sort(), ['ended', 'lost']);
  });

  test('a window without a workspace takes the sessions without one', () => {
    const groups = groupSessions(
      [makeSession({ displayName: 'without' }), makeSession({ displayName: 'theirs', workspace: there })],
      undefined,
    );
    assert.deepEqual(names(groups.workspace), ['without']);
    assert.deepEqual(names(groups.others), ['theirs']);
  });

  test('running sessions keep the order of their creation whatever is active, ended ones come latest first', () => {
    const groups = groupSessions(
      [
        makeSession({ displayName: 'second', workspace: here, createdAt: 2, lastActivity: 100 }),
        makeSession({ displayName: 'first', workspace: here, createdAt: 1, lastActivity: 3 }),
        makeSession({ displayName: 'early', state: 'ended', endedAt: 10 }),
        makeSession({ displayName: 'late', state: 'lost', endedAt: null, lastActivity: 20 }),
      ],
      here.uri,
    );
    assert.deepEqual(names(groups.workspace), ['first', 'second']);
    assert.deepEqual(names(groups.ended), ['late', 'early']);
  });
});

describe('rows', () => {
  test("only this workspace's sessions stand without a group", () => {
    const model = new TreeModel();
    update(model, [makeSession({ displayName: 'a', workspace: here })]);
    assert.equal(rows(model.roots), 'a');
    update(model, [makeSession({ displayName: 'b', workspace: there })]);
    assert.equal(rows(model.roots), 'others[b]');
  });

  test('groups come in a fixed order, empty ones not at all', () => {
    const model = new TreeModel();
    update(model, [
      makeSession({ displayName: 'c', state: 'ended' }),
      makeSession({ displayName: 'b', workspace: there }),
      makeSession({ displayName: 'a', workspace: here }),
    ]);
    assert.equal(rows(model.roots), 'workspace[a] others[b] ended[c]');
  });

  test('each session knows its group, and none when it stands without one', () => {
    const model = new TreeModel();
    const ours = makeSession({ workspace: here });
    const ended = makeSession({ state: 'ended' });
    const parent = (session: SessionInfo): string | undefined => {
      const node = model.findSession(session.id);
      assert.ok(node);
      return model.parentOf(node)?.group;
    };
    update(model, [ours]);
    assert.equal(parent(ours), undefined);
    update(model, [ours, ended]);
    assert.equal(parent(ours), 'workspace');
    assert.equal(parent(ended), 'ended');
  });
});

describe('what is drawn again', () => {
  const a = makeSession({ displayName: 'a', workspace: here, createdAt: 1 });
  const b = makeSession({ displayName: 'b', workspace: here, createdAt: 2 });
  const c = makeSession({ displayName: 'c', state: 'ended', endedAt: 1 });

  test('nothing when nothing that is seen has changed', () => {
    const model = new TreeModel();
    assert.deepEqual(update(model, [a, b, c]), { kind: 'all' });
    assert.deepEqual(update(model, [{ ...a, historyBytes: 99 }, b, c]), { kind: 'none' });
    assert.equal(model.findSession(a.id)?.session.historyBytes, 99, 'the tooltip tells the newest all the same');
  });

  test('only the row of the session that changed, which is the same node as before', () => {
    const model = new TreeModel();
    update(model, [a, b, c]);
    const node = model.findSession(b.id);
    const change = update(model, [a, { ...b, displayName: 'renamed' }, c]);
    assert.equal(change.kind, 'nodes');
    assert.deepEqual(change.nodes, [node]);
    assert.ok(change.nodes[0] === node);
    assert.equal(rows(model.roots), 'workspace[a renamed] ended[c]');
  });

  test('only the group that gains or loses a session', () => {
    const model = new TreeModel();
    update(model, [a, b, c]);
    const change = update(model, [a, c]);
    assert.equal(change.kind, 'nodes');
    assert.equal(rows(change.nodes), 'workspace[a]');
    assert.equal(model.findSession(b.id), undefined);
  });

  test('both groups when a session ends', () => {
    const model = new TreeModel();
    update(model, [a, b, c]);
    const change = update(model, [a, { ...b, state: 'ended', endedAt: 2 }, c]);
    assert.equal(change.kind, 'nodes');
    assert.equal(rows(change.nodes), 'workspace[a] ended[b c]');
  });

  test('everything when a group comes or goes', () => {
    const model = new TreeModel();
    update(model, [a, b]);
    assert.deepEqual(update(model, [a, b, c]), { kind: 'all' });
    assert.deepEqual(update(model, [a, b]), { kind: 'all' });
    assert.deepEqual(update(model, []), { kind: 'all' });
    assert.deepEqual(update(model, []), { kind: 'none' });
  });
});
