// A program that asks its terminal and checks the answers. Run in a session: node queryingProgram.ts <what>.
//   startup        what shells do: several queries, then DA1 as the end; prints how long that took and what came.
//   cpr            1,000 cursor positions while text scrolls.
//   cpr-flood      the same with some 2 KB of output before each.
//   mode-2031      turns on reports of the colour scheme and prints each one.
import { stdin, stdout } from 'node:process';

const queriesAtStart = '\x1b[?u\x1b[>0q\x1bP+q696e646e\x1b\\\x1b]11;?\x1b\\\x1b[c';
const cprCount = 1000;
const rows = 24;
const scrollWidth = 70;

let received = '';
let changed: () => void = () => undefined;

stdin.setRawMode(true);
stdin.setEncoding('latin1');
stdin.on('data', (data: string) => {
  received += data;
  changed();
});

/** Resolves when the text has come. Whoever started this program limits how long it takes. */
async function until(text: string): Promise<void> {
  while (!received.includes(text)) {
    await new Promise<void>((resolve) => (changed = resolve));
  }
}

function say(text: string): void {
  stdout.write(`\x1b[m\x1b[2J\x1b[H${text}\r\n`);
}

function visible(text: string): string {
  return JSON.stringify(text);
}

async function runStartup(): Promise<void> {
  stdout.write(queriesAtStart);
  await until('\x1b[?1;2c');
  say(`after DA1: ${visible(received)}`);
}

/** What is printed before the query number `index`, and the answer that is due. */
function step(index: number, isFlood: boolean): { readonly text: string; readonly answer: string } {
  const col = (index % scrollWidth) + 1;
  const flood = isFlood ? `line ${index} ${'.'.repeat(60)}\r\n`.repeat(28) : '';
  if (index % 2 === 0) {
    return { text: `${flood}\x1b[${rows};1H\r\n${'x'.repeat(col - 1)}`, answer: `\x1b[${rows};${col}R` };
  }
  const row = (index % rows) + 1;
  return { text: `${flood}\x1b[${row};${col}H`, answer: `\x1b[${row};${col}R` };
}

async function runCpr(isFlood: boolean): Promise<void> {
  const steps = Array.from({ length: cprCount }, (_, index) => step(index, isFlood));
  for (const { text } of steps) {
    if (!stdout.write(`${text}\x1b[6n`)) {
      await new Promise((resolve) => stdout.once('drain', resolve));
    }
  }
  // Each round trip shows that nothing follows the last answer.
  stdout.write('\x1b[5n');
  await until('\x1b[0n');
  stdout.write('\x1b[?6n');
  await until('\x1b[?');
  const expected = `${steps.map(({ answer }) => answer).join('')}\x1b[0n\x1b[?`;
  const wrongAt = firstDifference(expected, received);
  say(
    wrongAt < 0
      ? `all ${cprCount} answers are right`
      : `wrong at ${wrongAt}: ${visible(received.slice(Math.max(0, wrongAt - 20), wrongAt + 40))}`,
  );
}

/** -1 when `actual` begins as expected. */
function firstDifference(expected: string, actual: string): number {
  for (let at = 0; at < expected.length; at++) {
    if (expected[at] !== actual[at]) {
      return at;
    }
  }
  return -1;
}

function runReports(): void {
  stdout.write('\x1b[?2031hready\r\n');
  changed = (): void => {
    stdout.write(`got ${visible(received)}\r\n`);
    received = '';
  };
}

switch (process.argv[2]) {
  case 'startup':
    await runStartup();
    break;
  case 'cpr':
    await runCpr(false);
    break;
  case 'cpr-flood':
    await runCpr(true);
    break;
  case 'mode-2031':
    runReports();
    break;
  default:
    throw new Error(`It does not know ${process.argv[2]}.`);
}
