import assert from 'node:assert/strict';
import { test } from 'node:test';
import { internalsOf } from '../../src/screen/xtermInternals.ts';
import { waitFor } from '../support/waitFor.ts';
import { CommandLine } from './support/commandLine.ts';
import { ShownTerminal } from './support/shownTerminal.ts';

/** Prints the answer to a query, visibly, from within the session. */
const ask = (query: string): string =>
  `stty raw -echo min 0 time 20; printf '${query}'; head -c 25 | od -An -c | tr -d ' \\n'; stty sane; echo .\r`;

test('programs in the session get the colours of the terminal in which somebody is attached', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  const answers: Record<number, string> = { 256: '10;rgb:00/00/00', 257: '11;rgb:fff/8888/ff' };
  internalsOf(shown.terminal)._inputHandler.onColor((requests) => {
    for (const { type, index = -1 } of requests) {
      const answer = answers[index];
      if (type === 0 && answer !== undefined) {
        shown.type(`\x1b]${answer}\x1b\\`);
      }
    }
  });
  await shown.shows(/\$$/m);
  shown.type(ask('\\033]11;?\\033\\\\'));
  const text = await shown.shows(/11;rgb:ffff\/8888\/ffff/);
  // Nothing of what the terminal itself answered was typed.
  assert.doesNotMatch(text, /rgb:00|rgb:fff\/|\?1;2c/);
});

test('what comes back after a quick detach is not typed into the shell outside', async (t) => {
  const cli = CommandLine.create(t);
  const id = await cli.newShell();
  const shown = new ShownTerminal(t, cli, ['attach', id]);
  const late: string[] = [];
  shown.handleAnswer = (answer) => late.push(answer);
  await shown.shows(/\$$/m);
  shown.type('\x1c\x1c');
  await waitFor('the query', () => late.includes('\x1b[?1;2c'));
  shown.type(late.join(''));
  assert.equal(await shown.exitCode, 0);
  assert.doesNotMatch(await shown.shows(/\[detached from 1\]/), /\?1;2c/);
});
