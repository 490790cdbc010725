import { after, before, test } from 'node:test';
import type { Workbench } from '../vscode/workbench.ts';
import { Scene } from './support/scene.ts';

let scene: Scene;
let window: Workbench;

before(async () => {
  const light = 'Light Modern';
  const dark = 'Dark Modern';
  scene = await Scene.open({
    'workbench.colorTheme': light,
    'workbench.preferredLightColorTheme': light,
    'workbench.preferredDarkColorTheme': dark,
    // No colours that anybody could guess.
    'workbench.colorCustomizations': {
      [`[${light}]`]: { 'terminal.background': '#fafbfc', 'terminal.ansiRed': '#a01020' },
      [`[${dark}]`]: { 'terminal.background': '#010203', 'terminal.ansiRed': '#f01020' },
    },
  });
  window = await scene.app.openWindow();
  await window.openTerminal('Revenant: New Session', /ready> $/);
});

after(() => scene.end());

/** Lets the shell ask, and waits for the answer to be shown. */
async function checkAnswer(query: string, shown: string): Promise<void> {
  const ask = `stty raw -echo; printf '\\e]${query};?\\e\\\\'; read -r -d '\\' -t 5 a; stty sane; echo "<\${a:2:\${#a}-3}>"`;
  await window.typeInTerminal(`clear; ${ask}\n`);
  await window.waitForTerminal(new RegExp(`^<${query};${shown}>$`, 'm'));
}

test('h) programs get the colours of the window, also after its theme has changed, and are told of that', async () => {
  await checkAnswer('11', 'rgb:fafa/fbfb/fcfc');
  await checkAnswer('4;1', 'rgb:a0a0/1010/2020');
  await window.typeInTerminal(
    'clear; stty raw -echo; printf \'\\e[?2031h\'; read -r -d n b; stty sane; echo "<${b:2}>"\n',
  );
  await window.runCommand('Preferences: Toggle between Light/Dark Themes');
  await window.waitForTerminal(/^<\?997;1>$/m);
  await checkAnswer('11', 'rgb:0101/0202/0303');
  await checkAnswer('4;1', 'rgb:f0f0/1010/2020');
  await scene.screenshot(window, 'colors');
});
