import * as path from 'node:path';
import { Scene } from '../../test/e2e/support/scene.ts';
import type { Workbench } from '../../test/vscode/workbench.ts';
import type { BenchContext, Row } from '../api.ts';
import { differences } from '../statistics.ts';
import { writeLines } from '../support/makeText.ts';
import { type RevenantBox, withBox } from '../support/revenantBox.ts';
import { cloneSession, makeEndedSession } from '../support/storedSessions.ts';

const storedSessions = 200;
const rowLimitMs = 60_000;

export const activation: Row = {
  name: 'activation',
  title: `Activation of the extension in a real VS Code with ${storedSessions} stored sessions`,
  needsVsCode: true,
  run: (context) =>
    withBox(context, async (box) => {
      const scenes: Scene[] = [];
      try {
        const id = await makeOneSession(box);
        const sessions = path.join(box.paths.data, 'sessions');
        scenes.push(await Scene.open());
        scenes.push(
          await Scene.open({}, (home) => cloneSession(sessions, path.join(home, 'sessions'), id, storedSessions)),
        );
        const [without = [], withMany = []] = await timeAlternately(context, scenes);
        return {
          measurements: [
            { name: `with ${storedSessions} sessions`, unit: 'ms', samples: withMany, goal: { atMost: 50 } },
            { name: 'with none', unit: 'ms', samples: without },
            { name: 'difference', unit: 'ms', samples: differences(withMany, without) },
          ],
        };
      } finally {
        for (const scene of scenes) {
          await scene.end();
        }
      }
    }),
};

async function makeOneSession(box: RevenantBox): ReturnType<typeof makeEndedSession> {
  const connection = await box.connect();
  const file = path.join(box.directory, 'text.txt');
  writeLines(file, 'coloured', 100);
  const id = await makeEndedSession(box, connection, file);
  await box.stop(connection, { sessions: true });
  return id;
}

/** Each window's extension host is a new one, after each reload too. */
async function timeAlternately(context: BenchContext, scenes: readonly Scene[]): Promise<number[][]> {
  const windows: Workbench[] = [];
  for (const scene of scenes) {
    windows.push(await scene.app.openWindow());
  }
  const timesMs = windows.map(() => [] as number[]);
  // The first round starts hosts and fills caches, and does not count.
  for (let round = 0; round <= (context.isQuick ? 2 : 10); round++) {
    context.say(`round ${round}`);
    for (const [i, window] of windows.entries()) {
      await window.reload();
      const elapsedMs = await readActivationTime(window);
      if (round > 0) {
        timesMs[i]?.push(elapsedMs);
      }
    }
  }
  return timesMs;
}

/** VS Code's own figure: loading the code and the call to `activate`, as its list of running extensions tells. */
async function readActivationTime(window: Workbench): Promise<number> {
  // The extension is activated when VS Code has started; its view tells that it is there.
  await window.showViewContainer('Revenant');
  await window.runCommand('Developer: Show Running Extensions');
  const row = window.page
    .locator('.runtime-extensions-editor .monaco-list-row')
    .filter({ hasText: 'Revenant' })
    .first();
  const time = row.locator('.activation-time').filter({ hasText: /\d+ms/ });
  await time.waitFor({ timeout: rowLimitMs });
  const text = await time.innerText();
  await window.runCommand('View: Close Editor');
  const milliseconds = /(\d+)ms/.exec(text)?.[1];
  if (milliseconds === undefined) {
    throw new Error(`VS Code tells no time of activation: ${text}`);
  }
  return Number(milliseconds);
}
