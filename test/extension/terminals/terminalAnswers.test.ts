import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { nullLog } from '../../../src/base/log.ts';
import type { TerminalColors } from '../../../src/base/terminalColors.ts';
import { SessionPseudoterminal } from '../../../src/extension/terminals/sessionPseudoterminal.ts';
import { TerminalTexts } from '../../../src/extension/terminals/terminalTexts.ts';
import { WindowColors } from '../../../src/extension/terminals/windowColors.ts';
import { createScreen } from '../../../src/screen/xtermScreen.ts';
import { ManualClock } from '../../support/manualClock.ts';
import { waitFor } from '../../support/waitFor.ts';
import { AnsweringTerminal, darkTheme, lightTheme } from './support/answeringTerminal.ts';
import { type FakeAttachment, FakeLink } from './support/fakeLink.ts';
import { sessionInfo } from './support/sessions.ts';

interface Scene {
  readonly link: FakeLink;
  readonly pty: SessionPseudoterminal;
  readonly terminal: AnsweringTerminal;
  readonly window: WindowColors;
}

const darkColors: TerminalColors = {
  scheme: 'dark',
  foreground: 'eeeeee',
  background: '102030',
  cursor: 'ff0000',
  ansi: Array.from({ length: 16 }, () => '123456'),
};
const lightColors: TerminalColors = { ...darkColors, scheme: 'light', foreground: '111111', background: 'fafbfc' };

function makeScene(t: TestContext, window = new WindowColors(() => 'light')): Scene {
  const link = new FakeLink();
  link.setSession(sessionInfo());
  const pty = new SessionPseudoterminal({
    session: sessionInfo().id,
    link,
    clock: new ManualClock(),
    log: nullLog,
    texts: new TerminalTexts({ t: (message) => message }),
    windowColors: window,
    scrollbackLines: () => 500,
    environment: () => null,
  });
  t.after(() => pty.dispose());
  const terminal = new AnsweringTerminal(t);
  pty.onDidWrite(terminal.write);
  terminal.handleInput = (input) => pty.handleInput(input);
  return { link, pty, terminal, window };
}

async function attached({ link, pty }: Scene): Promise<FakeAttachment> {
  const count = link.attachments.length + 1;
  pty.open({ columns: 100, rows: 40 });
  await waitFor('the attachment', () => link.attachments.length === count);
  await Promise.resolve();
  await Promise.resolve();
  return link.attachment;
}

async function shown(scene: Scene, snapshot = '$ '): Promise<FakeAttachment> {
  const attachment = await attached(scene);
  attachment.sendSnapshot(snapshot);
  await scene.terminal.settled();
  return attachment;
}

test('the host is told the colours of the terminal once, and the program nothing', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene);
  attachment.sendSnapshot('again');
  await scene.terminal.settled();
  assert.deepEqual(attachment.colors, [darkColors]);
  assert.equal(attachment.typed, '');
  assert.deepEqual(scene.window.guess, darkColors);
  assert.deepEqual(scene.terminal.lines(), ['again']);
});

test('colours that the program has set are not taken for those of the terminal', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene, '\x1b]11;#ffffff\x07\x1b]4;3;#abcdef\x07text');
  assert.deepEqual(attachment.colors, [darkColors]);
  assert.equal(scene.terminal.stream.includes('\x1b]11;#ffffff\x07'), true);
});

test('a new snapshot takes back the colours that the program has taken back meanwhile', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene, '\x1b]11;#ffffff\x07\x1b]4;3;#abcdef\x07text');
  attachment.sendSnapshot('plain');
  scene.terminal.write('\x1b]11;?\x07\x1b]4;3;?\x07');
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.inputs.slice(-2), [
    `\x1b]11;rgb:${darkTheme.background}\x1b\\`,
    `\x1b]4;3;rgb:${darkTheme.ansi}\x1b\\`,
  ]);
});

test('a terminal that was never shown tells the scheme of the theme, and its colours as soon as somebody types', async (t) => {
  const scene = makeScene(t);
  scene.terminal.isShown = false;
  const attachment = await shown(scene);
  assert.deepEqual(attachment.colors, [{ scheme: 'light' }]);
  scene.terminal.isShown = true;
  scene.terminal.send('l');
  scene.terminal.send('s');
  await scene.terminal.settled();
  assert.deepEqual(attachment.colors.slice(1), [darkColors]);
  assert.equal(attachment.typed, 'ls');
});

test('a terminal that was never shown tells its colours when it gets a size', async (t) => {
  const scene = makeScene(t);
  scene.terminal.isShown = false;
  const attachment = await shown(scene);
  scene.terminal.isShown = true;
  scene.pty.setDimensions({ columns: 90, rows: 20 });
  await scene.terminal.settled();
  assert.deepEqual(attachment.colors.at(-1), darkColors);
});

test('a terminal that was never shown has the colours of its neighbour', async (t) => {
  const window = new WindowColors(() => 'light');
  await shown(makeScene(t, window));
  const scene = makeScene(t, window);
  scene.terminal.isShown = false;
  const attachment = await shown(scene);
  assert.deepEqual(attachment.colors, [darkColors]);
});

test('when the theme changes the colours are told again, also with reports turned on by the program', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene, '\x1b[?2031h$ ');
  scene.terminal.setTheme(lightTheme);
  assert.equal(scene.terminal.inputs.at(-1), '\x1b[?997;2n');
  scene.window.forget();
  assert.deepEqual(scene.window.guess, { scheme: 'light' });
  scene.pty.askColors();
  await scene.terminal.settled();
  assert.deepEqual(attachment.colors, [darkColors, lightColors]);
  // The host tells the program; the terminal must not tell it once more.
  assert.equal(attachment.typed, '');
});

test('in the middle of a sequence the question for colours waits for its end', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene, '');
  scene.terminal.setTheme(lightTheme);
  attachment.sendOutput('\x1b]0;title');
  scene.pty.askColors();
  await scene.terminal.settled();
  assert.equal(attachment.colors.length, 1);
  attachment.sendOutput(' goes on\x07text');
  await scene.terminal.settled();
  assert.deepEqual(attachment.colors.at(-1), lightColors);
  assert.deepEqual(scene.terminal.lines(), ['text']);
});

test('a theme that changes while a snapshot is drawn is asked for behind it', async (t) => {
  const scene = makeScene(t);
  const attachment = await attached(scene);
  const part = { position: 0, isFirst: true, isLast: false, bytes: Buffer.from('\x1b]11;#ffffff\x07one ') };
  attachment.listener.handleSnapshot(part);
  scene.terminal.setTheme(lightTheme);
  scene.pty.askColors();
  assert.equal(scene.terminal.stream.match(/\x1b\]11;\?/g)?.length, 1);
  attachment.listener.handleSnapshot({ ...part, isFirst: false, isLast: true, bytes: Buffer.from('two') });
  assert.equal(scene.terminal.stream.match(/\x1b\]11;\?/g)?.length, 2);
  await scene.terminal.settled();
  assert.deepEqual(scene.terminal.lines(), ['one two']);
});

/** What a session's screen gives as a snapshot after it printed this. */
async function snapshotOf(t: TestContext, printed: string): Promise<string> {
  const screen = createScreen({ cols: 80, rows: 24, scrollback: 100 });
  t.after(() => screen.dispose());
  screen.write(Buffer.from(printed));
  return Buffer.from(await screen.snapshot(100)).toString();
}

const everyMode = [
  ...[1, 5, 6, 7, 9, 12, 25, 40, 45, 47, 66, 67, 69, 80, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1034],
  ...[1035, 1036, 1039, 1042, 1047, 1048, 1049, 2004, 2026, 2027, 2031, 2048, 9001],
];

for (const mode of everyMode) {
  test(`restoring mode ${mode} is no input`, async (t) => {
    const scene = makeScene(t);
    const attachment = await shown(scene, await snapshotOf(t, `\x1b[?${mode}htext`));
    assert.equal(attachment.typed, '');
    assert.deepEqual(attachment.acknowledged, [0]);
  });
}

test('restoring every mode at once, keyboard flags, pictures and the clipboard is no input', async (t) => {
  const modes = everyMode.map((mode) => `\x1b[?${mode}h`).join('');
  const printed = `${modes}\x1b[4h\x1b[>15u\x1b[>4;2m\x1b]52;c;aGk=\x07\x1b_Ga=T,f=24,s=1,v=1;AAAA\x1b\\\x1b]9;hi\x07\x07text`;
  const scene = makeScene(t);
  const attachment = await shown(scene, await snapshotOf(t, printed));
  assert.equal(scene.terminal.inputs.includes('\x1b[I'), true, 'the terminal reported its focus');
  assert.equal(attachment.typed, '');
  assert.doesNotMatch(scene.terminal.stream, /\x1b_G|\x1b\]52|\x1b\]9|\x07/);
});

test('only the focus report that a snapshot caused is left out, and no typing', async (t) => {
  const scene = makeScene(t);
  const attachment = await attached(scene);
  scene.terminal.send('a');
  attachment.sendSnapshot('\x1b[?1004h$ ');
  scene.terminal.send('b');
  await scene.terminal.settled();
  assert.equal(attachment.typed, 'ab');
  scene.terminal.send('\x1b[O');
  // Drawn anew, the report of the snapshot is left out once more; what comes before it is drawn is not.
  attachment.sendSnapshot('\x1b[?1004h$ ');
  scene.terminal.send('\x1b[I');
  scene.terminal.send('\x1b[1;2R');
  await scene.terminal.settled();
  scene.terminal.send('\x1b[O');
  assert.equal(attachment.typed, 'ab\x1b[O\x1b[I\x1b[1;2R\x1b[O');
});

test('a person who leaves while a snapshot is drawn is reported', async (t) => {
  const scene = makeScene(t);
  const attachment = await attached(scene);
  // The terminal reports the mode, then the person, before it has drawn the rest.
  scene.terminal.xterm.parser.registerCsiHandler({ final: 'Z' }, () => {
    scene.terminal.send('\x1b[O');
    return true;
  });
  attachment.sendSnapshot('\x1b[?1004htext\x1b[Z');
  await scene.terminal.settled();
  assert.equal(attachment.typed, '\x1b[O');
});

test('what terminals answer to pictures, and anything else that answers, never reaches the program', async (t) => {
  const scene = makeScene(t);
  const attachment = await shown(scene);
  for (const answer of ['\x1b_Gi=1;OK\x1b\\', '\x1b[0n', '\x1b[?1;2c', '\x1b[5;10R', '\x1b]11;rgb:00/00/00\x07']) {
    scene.terminal.send(answer);
  }
  scene.terminal.send('x');
  assert.equal(attachment.typed, 'x');
});
