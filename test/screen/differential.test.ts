import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, type Case, textOf } from './differential/cases.ts';
import { generateCase } from './differential/grammar.ts';
import { makeScreen, type MakeSubject, runCase } from './differential/judge.ts';
import { readKeptCases } from './differential/keptCases.ts';
import { minimise } from './differential/minimise.ts';
import { runSeeds } from './differential/runSeeds.ts';

/** The same in each run, so that a failure is the change's; `npm run fuzz` tries others. */
const seeds = { first: 1, count: 2400, perTest: 400 } as const;

/** More cuts that a rule excuses mean that a rule excuses what could be restored. Today it is 2.2 of 100. */
const mostExcused = 0.04;

for (const [name, kept] of readKeptCases()) {
  test(`restored exactly: ${kept.title} (kept/${name})`, async () => {
    assert.deepEqual(await runCase(kept).then(({ failure }) => failure), undefined);
  });
}

for (let first: number = seeds.first; first < seeds.first + seeds.count; first += seeds.perTest) {
  test(`random streams, cut anywhere, go on as if they had not been: seeds ${first} to ${first + seeds.perTest - 1}`, async () => {
    const { snapshots, excused, failures } = await runSeeds(first, seeds.perTest);
    assert.deepEqual(failures, []);
    const excuses = Object.values(excused).reduce((sum, count) => sum + count, 0);
    assert(snapshots > seeds.perTest && excuses <= snapshots * mostExcused, JSON.stringify({ snapshots, excused }));
  });
}

test('a seed gives the same case each time', () => {
  assert.deepEqual(generateCase(7), generateCase(7));
  assert.notDeepEqual(generateCase(7), generateCase(8));
});

test('bytes that are no UTF-8 can be written down, too', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const sample of [
    bytes,
    Buffer.from('a漢🎉é\u0301'),
    Buffer.from('漢').subarray(1),
    Buffer.from('🎉').subarray(0, 3),
  ]) {
    assert.deepEqual([...bytesOf(textOf(sample))], [...sample]);
  }
});

/** Snapshots of which something has been left out must not pass. */
const flaws: Readonly<Record<string, (snapshot: string) => string>> = {
  colours: (snapshot) => snapshot.replace('31m', '32m'),
  'saved cursors': (snapshot) => snapshot.replace('\x1b7', ''),
  'tab stops': (snapshot) => snapshot.replace('\x1bH', ''),
  'the scroll region': (snapshot) => snapshot.replace(/\x1b\[\d;\dr/, ''),
  'wrap marks': (snapshot) => snapshot.replace('0123456789X', '0123456789\r\nX'),
  charsets: (snapshot) => snapshot.replace('\x0e', ''),
  modes: (snapshot) => snapshot.replace('\x1b[?2004h', ''),
  'queries in the snapshot': (snapshot) => `${snapshot}\x1b[6n`,
  'bytes that are missing at the end': (snapshot) => snapshot.slice(0, -1),
};

for (const [name, spoil] of Object.entries(flaws)) {
  test(`the judge sees what is wrong: ${name}`, async () => {
    const stream = '\x1b[31mred\x1b[m\r\n0123456789X\x1b7\x1b[3;4H\x1bH\x1b[2;3r\x1b[?2004h\x0e\x1b)0\x1b[2;2H\x1b[4';
    const subject: Case = { cols: 10, rows: 4, scrollback: 5, steps: [stream, { snapshot: 5 }, 'hq'] };
    assert.equal((await runCase(subject)).failure, undefined);
    assert.notEqual((await runCase(subject, spoiled(spoil))).failure, undefined);
  });
}

test('the minimiser leaves of a failing case what makes it fail', async () => {
  const noise = ['some text\r\n', '\x1b[1;33m', { resize: [30, 5] }, '\x1b]2;title\x07', { check: true }] as const;
  const steps = [...noise, 'ab\x1b[?2004h\x1b[3mc', ...noise, { snapshot: 10 }, ...noise];
  const withoutPaste = spoiled((snapshot) => snapshot.replace('\x1b[?2004h', ''));
  const fails = async (candidate: Case): Promise<boolean> =>
    (await runCase(candidate, withoutPaste)).failure?.includes('modes.bracketedPasteMode') === true;
  assert.deepEqual(await minimise({ cols: 20, rows: 6, scrollback: 10, steps }, fails), {
    cols: 2,
    rows: 1,
    scrollback: 0,
    steps: ['\x1b[?2004h', { snapshot: 0 }],
  });
});

function spoiled(spoil: (snapshot: string) => string): MakeSubject {
  return (options) => {
    const subject = makeScreen(options);
    const snapshot = async (scrollback: number): Promise<Uint8Array> =>
      Buffer.from(spoil(Buffer.from(await subject.snapshot(scrollback)).toString()));
    return { ...subject, snapshot };
  };
}
