import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SessionId } from '../../src/base/ids.ts';
import type { TerminalColors } from '../../src/base/terminalColors.ts';
import { Emulator } from '../screen/emulator.ts';
import { waitFor } from '../support/waitFor.ts';
import { HostBox, shellDefaults } from './support/hostBox.ts';
import type { RawClient } from './support/rawClient.ts';

// Real programs that ask their terminal, in a real host and keeper, with nobody, one and three clients attached. A client
// here is an emulator whose every answer goes to the session, as that of a client which filters nothing.

const querying = fileURLToPath(new URL('support/queryingProgram.ts', import.meta.url));
const light: TerminalColors = { scheme: 'light', background: 'fafafa', foreground: '101010' };
const dark: TerminalColors = { scheme: 'dark', background: '101010', foreground: 'fafafa' };

interface Scene {
  readonly client: RawClient;
  readonly session: SessionId;
  readonly viewers: readonly Viewer[];
  /** Waits for a text on the screen, and at every client; fails with the screen when it does not come within the limit. */
  shows(pattern: string, limitMs?: number): Promise<string>;
  type(text: string): Promise<unknown>;
}

/** One attached terminal. */
interface Viewer {
  readonly attachment: number;
  readonly client: RawClient;
  readonly emulator: Emulator;
}

async function attachViewer(t: TestContext, client: RawClient, session: SessionId): Promise<Viewer> {
  const emulator = new Emulator({ cols: 80, rows: 24, scrollback: 1000 });
  t.after(() => emulator.dispose());
  const size = { cols: 80, rows: 24 };
  const { attachment } = await client.request('attach', { session, size, scrollback: 1000, readOnly: false });
  emulator.terminal.onData((answer) => client.input(attachment, answer));
  const show = (part: RawClient['parts'][number]): void => {
    if (part.kind !== 'event') {
      void emulator.write(part.bytes).then(() => client.acknowledge(attachment, part.position));
    }
  };
  client.parts.forEach(show);
  client.onPart(show);
  return { attachment, client, emulator };
}

interface Box {
  readonly box: HostBox;
  readonly viewerCount: number;
}

async function run(
  t: TestContext,
  { box, viewerCount }: Box,
  program: { readonly file: string; readonly args?: readonly string[]; readonly colors?: TerminalColors },
): Promise<Scene> {
  const client = await box.connect();
  // Programs that ask at their start must not do so before the clients are there.
  const script = 'read -r go; exec "$@"';
  const { session } = await client.request('create', {
    ...shellDefaults,
    args: ['-c', script, 'sh', program.file, ...(program.args ?? [])],
    env: { ...shellDefaults.env, HOME: box.data, XDG_CONFIG_HOME: box.data, LANG: 'C.UTF-8' },
    ...(program.colors === undefined ? {} : { colors: program.colors }),
  });
  const viewers: Viewer[] = [];
  for (let count = 0; count < viewerCount; count++) {
    viewers.push(await attachViewer(t, await box.connect(), session.id));
  }
  const type = (text: string): Promise<unknown> => client.request('send', { session: session.id, text });
  await type('go\r');
  return {
    client,
    session: session.id,
    viewers,
    type,
    shows: async (pattern, limitMs = 20_000) => {
      const until = { kind: 'text', pattern } as const;
      const { outcome } = await client.request('wait', { session: session.id, until, timeoutMs: limitMs });
      const text = await client.read('capture', { session: session.id, format: 'text', scrollback: 100 });
      assert.equal(outcome, 'met', `There was no ${pattern} on the screen:\n${text.toString()}`);
      for (const { emulator } of viewers) {
        await waitFor(`${pattern} at every client`, () => new RegExp(pattern, 'm').test(textOf(emulator)));
      }
      return text.toString();
    },
  };
}

function textOf({ terminal }: Emulator): string {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** `skip` for a test that needs a program. */
function needs(program: string): { readonly skip: string | false } {
  const found = spawnSync('/bin/sh', ['-c', `command -v ${program}`], {
    encoding: 'utf8',
    env: shellDefaults.env ?? {},
  });
  return { skip: found.status === 0 ? false : `${program} is not installed` };
}

/** Nobody but the host has answered. */
async function checkViewersAreSilent({ viewers }: Scene): Promise<void> {
  for (const { emulator } of viewers) {
    await emulator.write(new Uint8Array());
    assert.deepEqual(emulator.replies, []);
  }
}

for (const viewerCount of [0, 1, 3]) {
  test(viewerCount === 0 ? 'detached' : `with ${viewerCount} attached`, async (t) => {
    const box = new HostBox(t);
    await box.start();
    await testPrograms(t, { box, viewerCount });
  });
}

async function testPrograms(parent: TestContext, box: Box): Promise<void> {
  await parent.test('a program that waits for DA1 goes on at once', async (t) => {
    const scene = await run(t, box, { file: process.execPath, args: [querying, 'startup'], colors: light });
    const text = await scene.shows('after DA1');
    assert.ok(
      text
        .replaceAll('\n', '')
        .includes(
          JSON.stringify(
            '\x1b[?0u\x1bP>|xterm.js(6.0.0)\x1b\\\x1bP0+r\x1b\\\x1b]11;rgb:fafa/fafa/fafa\x1b\\\x1b[?1;2c',
          ),
        ),
      text,
    );
    await checkViewersAreSilent(scene);
  });

  for (const what of ['cpr', 'cpr-flood']) {
    await parent.test(`each of 1,000 cursor positions while scrolling is right and comes once (${what})`, async (t) => {
      const scene = await run(t, box, { file: process.execPath, args: [querying, what] });
      await scene.shows('^all 1000 answers are right$', 60_000);
      await checkViewersAreSilent(scene);
    });
  }

  await parent.test('fish has its prompt long before it would give up on an answer', needs('fish'), async (t) => {
    const startedMs = performance.now();
    const scene = await run(t, box, { file: 'fish', args: ['--no-config'] });
    // Versions from 4.0 on wait 10 s (some 2 s) for DA1, and then warn.
    await scene.shows('[>#]$', 8_000);
    t.diagnostic(`prompt after ${Math.round(performance.now() - startedMs)} ms`);
    await scene.type('echo one-(math 1+1)\r');
    const text = await scene.shows('^one-2$');
    assert.doesNotMatch(text, /Primary Device Attribute|timed? ?out|\d;\d+R|\?1;2c/i);
    await checkViewersAreSilent(scene);
  });

  for (const colors of [dark, light]) {
    await parent.test(`vim knows the terminal and that it is ${colors.scheme}`, needs('vim'), async (t) => {
      const args = ['-u', 'NONE', '-i', 'NONE', '-N', '--cmd', 'set noswapfile'];
      const scene = await run(t, box, { file: 'vim', args, colors });
      await scene.shows('^~$');
      await scene.type(':echo v:termresponse[1:] v:termrbgresp[1:]\r');
      const background = (colors.background ?? '').slice(0, 2).repeat(2);
      await scene.shows(`>0;276;0c.*11;rgb:${background}`);
      await scene.type(':set background?\r');
      await scene.shows(`background=${colors.scheme}`);
      await checkViewersAreSilent(scene);
    });

    await parent.test(`neovim knows that the terminal is ${colors.scheme}`, needs('nvim'), async (t) => {
      const args = ['-u', 'NONE', '-i', 'NONE', '-n'];
      const scene = await run(t, box, { file: 'nvim', args, colors });
      await scene.shows('^~$');
      // The answer changes the option a moment after the start.
      await scene.type(':while &background != "' + colors.scheme + '" | sleep 10m | endwhile\r');
      await scene.type(':set background?\r');
      await scene.shows(`background=${colors.scheme}`);
      await checkViewersAreSilent(scene);
    });
  }

  await parent.test('resize finds the size', needs('resize'), async (t) => {
    const scene = await run(t, box, { file: '/bin/sh', args: ['-c', 'resize -u; echo done; cat'] });
    assert.match(await scene.shows('^done$'), /COLUMNS=80;\nLINES=24;/);
    await checkViewersAreSilent(scene);
  });
}

test('a program is told once when the window that has it turns light, and not by each window', async (t) => {
  const box = new HostBox(t);
  await box.start();
  const program = { file: process.execPath, args: [querying, 'mode-2031'], colors: dark };
  const scene = await run(t, { box, viewerCount: 3 }, program);
  await scene.shows('^ready$');
  const [first, second] = scene.viewers;
  assert.ok(first !== undefined && second !== undefined);
  for (const viewer of scene.viewers) {
    await viewer.client.request('colors', { attachment: viewer.attachment, colors: light });
  }
  await scene.shows('got');
  await first.client.request('colors', { attachment: first.attachment, colors: dark });
  const text = await scene.shows('997;1n');
  const reports = [...text.matchAll(/997;(\d)n/g)].map(([, scheme]) => scheme);
  assert.deepEqual(reports, ['2', '1']);
});

test('colours outlive the window and the host', async (t) => {
  const box = new HostBox(t);
  const { child } = await box.start();
  const client = await box.connect();
  const ask =
    'stty raw -echo; printf "\\033]11;?\\033\\\\"; head -c 24 | tr -d "\\033"; stty sane; echo; echo end-$((1+1))\r';
  const { session } = await client.request('create', shellDefaults);
  const params = { session: session.id, size: null, scrollback: 0, readOnly: false };
  const { attachment } = await client.request('attach', params);
  await client.request('colors', { attachment, colors: light });
  await client.request('detach', { attachment });
  await waitFor('the colours on disk', async () => {
    const { sessions } = await client.request('list', {});
    return sessions.length === 1 && box.metadataOf(session.id).includes('fafafa');
  });
  child.kill('SIGKILL');
  await waitFor('the end of the host', () => child.signalCode !== null);
  await box.start();
  const next = await box.connect();
  await next.request('send', { session: session.id, text: ask });
  const until = { kind: 'text', pattern: '^end-2$' } as const;
  assert.deepEqual(await next.request('wait', { session: session.id, until, timeoutMs: 15_000 }), { outcome: 'met' });
  const text = await next.read('capture', { session: session.id, format: 'text', scrollback: 100 });
  assert.match(text.toString(), /11;rgb:fafa\/fafa\/fafa/);
});
