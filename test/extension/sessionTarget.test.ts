import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type * as vscode from 'vscode';
import type { SessionId } from '../../src/base/ids.ts';
import { SessionTarget } from '../../src/extension/sessionTarget.ts';
import type { SessionNode } from '../../src/extension/tree/treeModel.ts';
import type { SessionInfo } from '../../src/protocol/sessionInfo.ts';
import { makeSession } from './support/sessions.ts';

const a = makeSession({ displayName: 'a' });
const b = makeSession({ displayName: 'b' });
const ended = makeSession({ displayName: 'ended', state: 'ended' });
const gone = makeSession({ displayName: 'gone' });
const sessions = [a, b, ended];

const node = (session: SessionInfo): SessionNode => ({ kind: 'session', id: session.id, session });
const group = { kind: 'group', group: 'ended', children: [] };

// Of a terminal only the identity counts here.
const terminalOfA = { name: 'a' } as vscode.Terminal;
const otherTerminal = { name: 'bash' } as vscode.Terminal;

interface Asked {
  target: SessionTarget;
  picks: string[];
  told: number;
}

function makeTarget(options: { active?: SessionId; selection?: SessionNode[]; picked?: SessionInfo } = {}): Asked {
  const asked: Asked = {
    picks: [],
    told: 0,
    target: new SessionTarget({
      link: {
        sessions,
        findSession: (id) => sessions.find((session) => session.id === id),
        whenConnected: () => Promise.resolve(),
      },
      terminals: () => [otherTerminal, terminalOfA],
      findSessionOf: (terminal) => (terminal === terminalOfA ? a.id : undefined),
      activeSession: () => options.active,
      treeSelection: () => options.selection ?? [],
      pick: (title, accepts) => {
        asked.picks.push(
          `${title}: ${sessions
            .filter(accepts)
            .map((session) => session.displayName)
            .join(' ')}`,
        );
        return Promise.resolve(options.picked);
      },
      tellNoSession: () => asked.told++,
    }),
  };
  return asked;
}

async function names(
  asked: Asked,
  target?: unknown,
  selection?: unknown,
  accepts?: (session: SessionInfo) => boolean,
): Promise<string> {
  const request = accepts === undefined ? { title: 'Which' } : { title: 'Which', accepts };
  return (await asked.target.resolve(target, selection, request)).map((session) => session.displayName).join(' ');
}

const isRunning = (session: SessionInfo): boolean => session.state === 'running';

describe('from the tree', () => {
  test('the row that was clicked, or all selected rows when it is one of them', async () => {
    const clicked = node(a);
    const other = node(b);
    assert.equal(await names(makeTarget(), clicked), 'a');
    assert.equal(await names(makeTarget(), clicked, [clicked, other]), 'a b');
    assert.equal(await names(makeTarget(), clicked, [other]), 'a', 'a menu on another row is for that row alone');
    assert.equal(await names(makeTarget(), clicked, []), 'a');
  });

  test('groups and sessions that are gone are passed over, and nothing is asked then', async () => {
    const asked = makeTarget({ active: b.id, picked: b });
    assert.equal(await names(asked, node(gone)), '');
    assert.equal(await names(asked, group, [group, node(a)]), 'a');
    assert.equal(await names(asked, group), '');
    assert.deepEqual(asked.picks, []);
  });

  test('only sessions for which the command makes sense', async () => {
    const clicked = node(ended);
    assert.equal(await names(makeTarget(), clicked, [clicked, node(a)], isRunning), 'a');
  });

  test('a key is meant for the selected rows', async () => {
    assert.equal(await names(makeTarget({ selection: [node(b), node(a)], active: ended.id }), 'selection'), 'b a');
    assert.equal(await names(makeTarget({ active: ended.id }), 'selection'), '', 'and for nothing without any');
  });
});

describe('from a terminal', () => {
  test('the session of the tab whose menu was used, or of all that are chosen', async () => {
    assert.equal(await names(makeTarget(), terminalOfA), 'a');
    assert.equal(await names(makeTarget(), terminalOfA, [otherTerminal, terminalOfA]), 'a');
    assert.equal(await names(makeTarget(), [terminalOfA, otherTerminal]), 'a');
  });

  test('another terminal is told to be none, instead of taking a session that was not meant', async () => {
    const asked = makeTarget({ active: b.id, picked: b });
    assert.equal(await names(asked, otherTerminal), '');
    assert.equal(asked.told, 1);
    assert.deepEqual(asked.picks, []);
  });
});

describe('from the palette', () => {
  test("the active terminal's session, when the command makes sense for it", async () => {
    assert.equal(await names(makeTarget({ active: a.id })), 'a');
    const asked = makeTarget({ active: ended.id, picked: b });
    assert.equal(await names(asked, undefined, undefined, isRunning), 'b');
    assert.deepEqual(asked.picks, ['Which: a b']);
  });

  test('else it is asked, and nothing is done when nobody chooses', async () => {
    const asked = makeTarget();
    assert.equal(await names(asked), '');
    assert.deepEqual(asked.picks, ['Which: a b ended']);
  });
});

test('an id, from a message or another extension, is taken as it is', async () => {
  assert.equal(await names(makeTarget(), b.id), 'b');
  assert.equal(await names(makeTarget({ active: a.id }), 'no such id'), '');
});
