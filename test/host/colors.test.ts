import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RevenantError } from '../../src/base/errors.ts';
import type { TerminalColors } from '../../src/base/terminalColors.ts';
import { ColorPolicy } from '../../src/host/colorPolicy.ts';
import { waitFor } from '../support/waitFor.ts';
import { shellDefaults } from './support/hostBox.ts';
import { serveFake } from './support/serveFake.ts';

const dark: TerminalColors = { scheme: 'dark', background: '101010' };
const light: TerminalColors = { scheme: 'light', background: 'fafafa' };

test('the owner decides about the colours, and while it has told none the last that did', () => {
  const policy = new ColorPolicy();
  assert.deepEqual(policy.tell(1, dark, undefined), dark);
  assert.deepEqual(policy.tell(2, light, 3), light);
  assert.equal(policy.tell(2, dark, 1), undefined);
  assert.deepEqual(policy.tell(1, light, 1), light);
  assert.deepEqual(policy.handOver(2), dark);
  assert.equal(policy.handOver(3), undefined);
  assert.equal(policy.handOver(undefined), undefined);
  policy.remove(2);
  assert.equal(policy.handOver(2), undefined);
});

test('a session has the colours of the client that typed last', async (t) => {
  const { connect, manager } = await serveFake(t);
  const clients = [await connect(), await connect()] as const;
  const { session } = await clients[0].request('create', { ...shellDefaults, colors: light });
  const size = { cols: 80, rows: 24 };
  const attachments: number[] = [];
  for (const client of clients) {
    const params = { session: session.id, size, scrollback: 0, readOnly: false };
    attachments.push((await client.request('attach', params)).attachment);
  }
  const [first = 0, second = 0] = attachments;
  await clients[0].request('colors', { attachment: first, colors: dark });
  await clients[1].request('colors', { attachment: second, colors: light });
  assert.deepEqual(manager.colors, [dark]);
  clients[1].input(second, 'x');
  await waitFor('the other colours', () => manager.colors.length === 2);
  assert.deepEqual(manager.colors[1], light);
  // When it leaves, the first one has the session again.
  await clients[1].request('detach', { attachment: second });
  await waitFor('the first colours', () => manager.colors.length === 3);
  assert.deepEqual(manager.colors[2], dark);
});

test('one that only looks has no say about colours', async (t) => {
  const { connect, manager } = await serveFake(t);
  const client = await connect();
  const { session } = await client.request('create', shellDefaults);
  const params = { session: session.id, size: null, scrollback: 0, readOnly: true };
  const { attachment } = await client.request('attach', params);
  await client.request('colors', { attachment, colors: light });
  assert.deepEqual(manager.colors, []);
});

test('colours that are none are refused, and the client stays', async (t) => {
  const { connect, manager } = await serveFake(t);
  const client = await connect();
  const { session } = await client.request('create', shellDefaults);
  const params = { session: session.id, size: null, scrollback: 0, readOnly: false };
  const { attachment } = await client.request('attach', params);
  const bad: readonly unknown[] = [
    {},
    { scheme: 'blue' },
    { scheme: 'dark', background: '#101010' },
    { scheme: 'dark', background: '\x1b]0;' },
    { scheme: 'dark', ansi: ['000000'] },
    { scheme: 'dark', cursor: 7 },
  ];
  for (const colors of bad) {
    await assert.rejects(client.requestAnything('colors', { attachment, colors }), { code: 'invalid-argument' });
  }
  await assert.rejects(client.request('colors', { attachment: 99, colors: dark }), { code: 'invalid-argument' });
  assert.deepEqual(manager.colors, []);
});

test('clients that leave after their session was deleted disturb nobody', async (t) => {
  const { connect, manager } = await serveFake(t);
  const clients = [await connect(), await connect()] as const;
  const { session } = await clients[0].request('create', shellDefaults);
  for (const client of clients) {
    const params = { session: session.id, size: { cols: 80, rows: 24 }, scrollback: 0, readOnly: false };
    const { attachment } = await client.request('attach', params);
    await client.request('colors', { attachment, colors: dark });
  }
  manager.setColors = () => {
    throw new RevenantError('closed', 'The manager is destroyed.');
  };
  clients[0].socket.destroy();
  await clients[1].request('list', {});
});
