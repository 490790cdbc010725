import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InBandAck } from '../../../src/extension/terminals/inBandAck.ts';
import { VscodeTerminal } from './support/vscodeTerminal.ts';

function numberOf(question: string): number {
  return Number(/\d+/.exec(question)?.[0]);
}

test('xterm.js answers each question, in order, after it has parsed what stands before', async (t) => {
  const terminal = new VscodeTerminal(t);
  const acks = new InBandAck();
  const answered: string[] = [];
  terminal.handleInput = (input) => {
    assert.equal(acks.tryHandleAnswer(input), true);
  };
  const lineAt = (): string => terminal.xterm.buffer.active.getLine(0)?.translateToString(true) ?? '';
  terminal.write(`one${acks.ask(() => answered.push(`first: ${lineAt()}`))}`);
  terminal.write(` two${acks.ask(() => answered.push(`second: ${lineAt()}`))}`);
  await terminal.settled();
  assert.deepEqual(answered, ['first: one', 'second: one two']);
});

test('the largest number that may be asked comes back unchanged', async (t) => {
  const terminal = new VscodeTerminal(t);
  terminal.write('\x1b[?2147483646$p');
  await terminal.settled();
  assert.deepEqual(terminal.inputs, ['\x1b[?2147483646;0$y']);
});

test('numbers are above a million and random, and follow one another', () => {
  const lowest = new InBandAck(() => 0);
  assert.equal(numberOf(lowest.ask(() => undefined)), 1_000_001);
  assert.equal(numberOf(lowest.ask(() => undefined)), 1_000_002);
  const other = new InBandAck(() => 0.999_999_999);
  assert.ok(numberOf(other.ask(() => undefined)) > 1_000_000_000);
});

test('only outstanding answers are taken, each once', () => {
  const acks = new InBandAck();
  let answers = 0;
  const number = numberOf(acks.ask(() => answers++));
  const notOurs = [
    `\x1b[?${number + 1};0$y`,
    `\x1b[?${number};1$y`,
    `\x1b[${number};0$y`,
    `\x1b[?${number};0$yx`,
    `x\x1b[?${number};0$y`,
    '\x1b[?2004;1$y',
    'typed',
    '',
  ];
  for (const input of notOurs) {
    assert.equal(acks.tryHandleAnswer(input), false, JSON.stringify(input));
  }
  assert.equal(answers, 0);
  assert.equal(acks.tryHandleAnswer(`\x1b[?${number};0$y`), true);
  assert.equal(acks.tryHandleAnswer(`\x1b[?${number};0$y`), false);
  assert.equal(answers, 1);
});

test('an answer stands for the questions before it that the terminal could not answer', () => {
  const acks = new InBandAck();
  const answered: number[] = [];
  acks.ask(() => answered.push(1));
  const second = numberOf(acks.ask(() => answered.push(2)));
  acks.ask(() => answered.push(3));
  acks.tryHandleAnswer(`\x1b[?${second};0$y`);
  assert.deepEqual(answered, [1, 2]);
});
