import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateScreen } from '../../src/screen/api.ts';
import { createScreen } from '../../src/screen/xtermScreen.ts';
import { waitFor } from '../support/waitFor.ts';
import { ManagerBox, OutputTap, readHistory, script } from './managerBox.ts';

/** Screens that say that they lag behind by 9 MiB while the lag lasts. */
class LaggingScreens {
  private _lag: Promise<void> | undefined;
  private _resolve: (() => void) | undefined;

  readonly create: CreateScreen = (options) => {
    const screen = createScreen(options);
    return new Proxy(screen, {
      get: (target, name) => {
        if (this._lag !== undefined && name === 'pendingBytes') {
          return 9 * 1024 * 1024;
        }
        if (this._lag !== undefined && name === 'settled') {
          return () => this._lag;
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  };

  begin(): void {
    this._lag = new Promise((resolve) => (this._resolve = resolve));
  }

  end(): void {
    this._lag = undefined;
    this._resolve?.();
  }
}

test('while the screen lags far behind, output waits in the keeper and not in the host', async (t) => {
  const screens = new LaggingScreens();
  const box = new ManagerBox(t);
  const { manager } = await box.startHost({ createScreen: screens.create });
  const tap = new OutputTap(manager);
  const { id } = await manager.createSession(script('stty -echo; echo ready; while read x; do echo "got $x"; done'));
  await tap.until('ready');
  const [run] = box.ptys.listRuns();
  assert.ok(run !== undefined);
  await waitFor('the acknowledgement', () => box.ptys.unacknowledgedBytes(run) === 0);
  screens.begin();
  manager.write(id, 'this\n');
  await tap.until('got this');
  assert.ok((await readHistory(manager, id)).includes('got this'), 'it is on disk');
  assert.equal(box.ptys.unacknowledgedBytes(run), 'got this\r\n'.length);
  screens.end();
  await waitFor('the acknowledgement', () => box.ptys.unacknowledgedBytes(run) === 0);
});
