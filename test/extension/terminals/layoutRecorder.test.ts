import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Memento } from 'vscode';
import { nullLog } from '../../../src/base/log.ts';
import { emptyLayout, type TerminalLayout } from '../../../src/extension/terminals/layout.ts';
import { LayoutRecorder } from '../../../src/extension/terminals/layoutRecorder.ts';
import { ManualClock } from '../../support/manualClock.ts';
import { sessionId } from './support/sessions.ts';

class Store implements Memento {
  readonly updates: unknown[] = [];
  failure: Error | undefined;
  private readonly _values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this._values.keys()];
  }

  get(key: string): undefined {
    // What is stored comes from outside: its type is the reader's business.
    return this._values.get(key) as undefined;
  }

  update(key: string, value: unknown): Promise<void> {
    if (this.failure !== undefined) {
      return Promise.reject(this.failure);
    }
    this.updates.push(value);
    this._values.set(key, value);
    return Promise.resolve();
  }
}

const layout: TerminalLayout = { version: 1, panel: [[sessionId(1)]], editors: [], active: null };

function record(describe: () => TerminalLayout | undefined): {
  clock: ManualClock;
  store: Store;
  recorder: LayoutRecorder;
} {
  const clock = new ManualClock();
  const store = new Store();
  return { clock, store, recorder: new LayoutRecorder({ store, clock, log: nullLog, describe }) };
}

test('a burst of changes is written once, 200 ms after the first, and read again', () => {
  const { clock, store, recorder } = record(() => layout);
  assert.equal(recorder.read(), undefined);
  recorder.schedule();
  clock.advance(150);
  recorder.schedule();
  clock.advance(49);
  assert.deepEqual(store.updates, []);
  clock.advance(1);
  assert.deepEqual(store.updates, [layout]);
  clock.advance(1000);
  assert.deepEqual(store.updates, [layout]);
  assert.deepEqual(recorder.read(), layout);
});

test('a layout that is not to be trusted is not written, nor one that did not change', () => {
  let current: TerminalLayout | undefined = layout;
  const { clock, store, recorder } = record(() => current);
  const change = (to: TerminalLayout | undefined): void => {
    current = to;
    recorder.schedule();
    clock.advance(1000);
  };
  change(layout);
  change(undefined);
  change({ ...layout });
  assert.deepEqual(store.updates, [layout]);
  change(emptyLayout);
  assert.deepEqual(store.updates, [layout, emptyLayout]);
});

test('what could not be written is written with the next change', async () => {
  const { clock, store, recorder } = record(() => layout);
  store.failure = new Error('The extension host is stopping.');
  recorder.schedule();
  clock.advance(1000);
  await Promise.resolve();
  await Promise.resolve();
  store.failure = undefined;
  recorder.schedule();
  clock.advance(1000);
  assert.deepEqual(store.updates, [layout]);
});

test('nothing is written after the end', () => {
  const { clock, store, recorder } = record(() => layout);
  recorder.schedule();
  recorder.dispose();
  recorder.schedule();
  clock.advance(1000);
  assert.deepEqual(store.updates, []);
});
