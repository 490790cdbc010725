import { bytesOf, type Case, type Step, textOf } from './cases.ts';
import { Random } from './random.ts';

type Rule = (random: Random, size: Size) => string;

interface Size {
  cols: number;
  rows: number;
}

const sizes: readonly (readonly [number, number])[] = [
  [2, 1], [2, 2], [3, 2], [4, 3], [5, 1], [6, 3], [8, 4], [10, 2], [12, 5], [20, 6], [9, 3], [24, 4],
]; // prettier-ignore

/** How many of a thing programs would name: mostly few, sometimes none, sometimes far too many. */
const few: Rule = (random) => random.pick(['', '1', '1', '2', '2', '3', '5', '0', '999']);
const column: Rule = (random, { cols }) => String(random.pick([1, 2, cols - 1, cols, cols, cols + 1, random.between(1, cols)])); // prettier-ignore
const row: Rule = (random, { rows }) =>
  String(random.pick([1, rows, random.between(1, rows), random.between(1, rows)]));

const narrow = ['a', 'B', '7', ' ', 'é', '─', 'q', 'x', '_', '£', '#', '\u00a0'];
const wide = ['漢', '字', '🎉', '가', '）'];
const marks = ['\u0301', '\u0308', '\u200d', '\ufe0f', '\u{e0100}', '\u3099'];
const clusters = ['e\u0301', '👩\u200d💻', '❤\ufe0f', '漢\u0301', 'n\u0303\u0323', '👍🏽', '🇩🇪'];

const text: Rule = (random, size) => {
  switch (random.integer(8)) {
    case 0:
      return random.pick(wide);
    case 1:
      return random.pick(marks);
    case 2:
      return random.pick(clusters);
    case 3:
      return random.pick(narrow).repeat(random.between(1, size.cols + 2));
    case 4:
      return random.pick(wide).repeat(random.between(1, Math.ceil(size.cols / 2)));
    case 5:
      return 'the quick brown fox'.slice(0, random.between(1, 19));
    default:
      return random.pick(narrow);
  }
};

/** Fills a line to its end, so that a wrap is pending, or nearly. */
const fill: Rule = (random, { cols }) => {
  const end = random.pick(['z', '漢', ' ', 'e\u0301', 'zz']);
  const width = end === '漢' || end === 'zz' ? 2 : 1;
  const before = random.pick(['\r', `\x1b[${cols}G`, `\x1b[${Math.max(1, cols - 1)}G`]);
  return before === '\r' ? `\r${'y'.repeat(Math.max(0, cols - width))}${end}` : `${before}${end}`;
};

const motion: Rule = (random, size) =>
  random.pick([
    '\r', '\n', '\r\n', '\r\n', '\b', '\t', '\v', '\f', '\x1bM', '\x1bD', '\x1bE', '\u0084', '\u0085', '\x1b[H',
    `\x1b[${few(random, size)}${random.pick(['A', 'B', 'C', 'D', 'E', 'F', 'I', 'Z', 'a', 'e'])}`,
    `\x1b[${column(random, size)}${random.pick(['G', '`'])}`, `\x1b[${row(random, size)}d`,
    `\x1b[${row(random, size)};${column(random, size)}${random.pick(['H', 'f'])}`,
  ]); // prettier-ignore

const erasing: Rule = (random) => `\x1b[${random.pick(['', '', '?'])}${random.pick(['', '0', '1', '2', '3'])}${random.pick(['J', 'K'])}`; // prettier-ignore

const shifting: Rule = (random, size) =>
  `\x1b[${few(random, size)}${random.pick(['X', 'P', '@', 'L', 'M', 'S', 'T', 'b', 'b', ' @', ' A', "'}", "'~"])}`;

const colors: Rule = (random) => {
  const index = random.integer(256);
  const rgb = [random.integer(256), random.integer(256), random.integer(256)];
  const which = random.pick(['38', '48', '48', '58']);
  return random.pick([
    String(random.between(30, 37)), String(random.between(40, 47)), String(random.between(90, 97)), String(random.between(100, 107)),
    `${which};5;${index}`, `${which}:5:${index}`, `${which};2;${rgb.join(';')}`, `${which}:2::${rgb.join(':')}`, `${which}:2:${rgb.join(':')}`,
  ]); // prettier-ignore
};

const rendition: Rule = (random, size) => {
  const one = (): string =>
    random.chance(40)
      ? colors(random, size)
      : random.pick([
          '0', '', '1', '2', '3', '4', '5', '7', '8', '9', '21', '22', '23', '24', '25', '27', '28', '29', '39', '49', '53', '55', '59',
          '4:0', '4:1', '4:2', '4:3', '4:4', '4:5', '4:9', '7', '4',
        ]); // prettier-ignore
  const codes = Array.from({ length: random.between(1, 3) }, one);
  return random.chance(25) ? '\x1b[m' : `\x1b[${codes.join(';')}m`;
};

const saving: Rule = (random) => random.pick(['\x1b7', '\x1b8', '\x1b7', '\x1b8', '\x1b[s', '\x1b[u', '\x1b[?1048h', '\x1b[?1048l']); // prettier-ignore

const buffers: Rule = (random) => `\x1b[?${random.pick(['47', '1047', '1049', '1049', '1048;47'])}${random.pick(['h', 'l'])}`; // prettier-ignore

const region: Rule = (random, size) =>
  random.pick([
    '\x1b[r', `\x1b[${row(random, size)};${row(random, size)}r`, `\x1b[2;${Math.max(2, size.rows - 1)}r`, '\x1b[?6h', '\x1b[?6l', '\x1b[4h', '\x1b[4l',
    '\x1b[?7l', '\x1b[?7h', '\x1b[?45h', '\x1b[?45l',
  ]); // prettier-ignore

const tabs: Rule = (random) =>
  random.pick(['\x1bH', '\x1b[g', '\x1b[3g', '\x1b[0g', '\t', '\u0088', '\x1b[2I', '\x1b[2Z']);

const charsets: Rule = (random) =>
  random.pick([
    '\x0e', '\x0f', '\x1bn', '\x1bo', '\x1b|', '\x1b}', '\x1b~', '\x1b%@', '\x1b%G',
    `\x1b${random.pick(['(', ')', '*', '+', '-', '.', '/'])}${random.pick(['0', 'B', 'A', '4', 'K', 'R', '1', '='])}`,
  ]); // prettier-ignore

const modes: Rule = (random) => {
  const mode = random.pick([
    1, 9, 12, 25, 66, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 2004, 2026, 2031, 9001, 3, 5, 8, 40, 69, 80,
  ]);
  return random.pick([
    `\x1b[?${mode}h`, `\x1b[?${mode}h`, `\x1b[?${mode}l`, `\x1b[?${mode}s`, `\x1b[?${mode}r`, `\x1b[?1000;1006;${mode}h`,
    '\x1b=', '\x1b>', '\x1b[20h', '\x1b[20l', `\x1b[${random.integer(9)} q`, '\x1b[ q', '\x1b[1"q', '\x1b[0"q', '\x1b[2"q',
  ]); // prettier-ignore
};

const links: Rule = (random) =>
  random.pick([
    '\x1b]8;;http://a.b/1\x1b\\', '\x1b]8;;http://a.b/2\x07', '\x1b]8;id=x;http://a.b/1\x1b\\', '\x1b]8;id=y:a=b;http://a.b/1;q\x1b\\', '\x1b]8;;\x1b\\', '\x1b]8;;\x07',
    '\x1b]8;;http://a.b/1\x1b\\ab\x1b]8;;\x1b\\', '\x1b]8;bad\x1b\\',
  ]); // prettier-ignore

const commands: Rule = (random) =>
  random.pick([
    '\x1b]0;title\x07', '\x1b]2;täst 漢\x1b\\', '\x1b]1;icon\x07', '\x1b]2;\x07', '\x1b]7;file://h/tmp/a%20b\x07', '\x1b]633;P;Cwd=/x\x07', '\x1b[22;0t', '\x1b[22;2t', '\x1b[22t', '\x1b[23;0t', '\x1b[23;2t', '\x1b[23t',
    `\x1b]4;${random.integer(256)};#12${random.integer(10)}4a6\x07`, '\x1b]4;1;rgb:1/2/3;2;#fff\x1b\\', '\x1b]104;1\x07', '\x1b]104\x07',
    '\x1b]10;#aabbcc\x07', '\x1b]11;rgb:10/20/30\x1b\\', '\x1b]12;#010203\x07', '\x1b]10;#111111;#222222;#333333\x07', '\x1b]110\x07', '\x1b]111\x07', '\x1b]112\x07',
    '\x1b]133;A\x07', '\x1b]52;c;aGk=\x07', '\x1b]9;4;1;50\x07', '\x1b]7;file:///tmp\x07', '\x1b]99999;x\x07',
  ]); // prettier-ignore

const keyboard: Rule = (random) =>
  random.pick(['\x1b[>1u', '\x1b[>5u', '\x1b[<u', '\x1b[<2u', '\x1b[=3u', '\x1b[=4;2u', '\x1b[=1;3u', '\x1b[>4;2m', '\x1b[>4m', '\x1b[?4m', '\x1b[>0u', '\x1b[<99u']); // prettier-ignore

const resets: Rule = (random) => random.pick(['\x1b[!p', '\x1bc', '\x1b#8', '\x1b#8', '\x1b[!p']);

const queries: Rule = (random) =>
  random.pick(['\x1b[6n', '\x1b[?6n', '\x1b[c', '\x1b[5n', '\x1bP$qm\x1b\\', '\x1bP$qr\x1b\\', '\x1bP$q"q\x1b\\', '\x1bP$q q\x1b\\', '\x1b[?u', '\x1b]11;?\x07', '\x1b]4;1;?\x07', '\x1b[18t']); // prettier-ignore

const noise: Rule = (random) =>
  random.pick([
    '\x1b[3\x18', '\x1b[3\x1a', '\x1b[3;\x1b[1m', '\x1b]2;cut\x18', '\x1b]2;cut\x1b[m', '\x1b[1;2\n;3H', '\x1b[12\b3C', '\x1b[99999999999999999999C', '\x1b[::3m', '\x1b[1;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;4m',
    '\x1bP1;2|abc\x1b\\', '\x1b_Gq\x1b\\', '\x1b^pm\x1b\\', '\x1bXsos\x1b\\', '\u009b1m', '\u009d2;c1\u009c', '\x07', '\x00', '\x7f', '\u0090$qm\u009c', '\u0080',
    '\udce6\udcbc', '\udcff', '\udcc3', '\udcf0\udc9f\udc8e', '\udc80\udcbf', '\udced\udca0\udc80', '\udce6', '\ufeff', '\x1b', '\x1b[', '\x1b]', '\x1bP', '\x1b]8;;',
    Array.from({ length: 4 }, () => textOf(Uint8Array.of(random.integer(256)))).join(''),
  ]); // prettier-ignore

const weighted: readonly (readonly [number, Rule])[] = [
  [30, text], [10, fill], [22, motion], [9, erasing], [11, shifting], [12, rendition], [7, saving], [4, buffers], [7, region], [3, tabs], [4, charsets], [4, modes],
  [5, links], [3, commands], [2, keyboard], [1, resets], [2, queries], [3, noise],
]; // prettier-ignore
const totalWeight = weighted.reduce((sum, [weight]) => sum + weight, 0);

function token(random: Random, size: Size): string {
  let at = random.integer(totalWeight);
  for (const [weight, rule] of weighted) {
    if (at < weight) {
      return rule(random, size);
    }
    at -= weight;
  }
  return '';
}

/** What makes hidden state visible: each of these shows something that only a later sequence would. */
function probes({ cols, rows }: Size): readonly string[] {
  const lines = '\r\n'.repeat(rows + 1);
  const asked = [1, 6, 7, 9, 12, 25, 45, 66, 1000, 1002, 1003, 1004, 1006, 1016, 1049, 2004, 2031];
  return [
    'Xy', '漢z', '\u0301', 'p'.repeat(cols + 1), `\x1b8X${'w'.repeat(cols)}`, '\x1b8\x1b[6nQ', '\x1b[3bR',
    '\t1\t2\t3\t4', '\x1b[Z<\x1b[Z<', `\n1${lines}2`, `\x1b[${rows};1H\nL\x1bMU\x1b[1;1H\x1bMT`, '\x1bD\x1bD\x1bM',
    '\x1b[?1049hA\x1b8B\x1b[?1049lN', '\x1b[?47hA\x1b8B\x1b[?47lN\x1b8M', '\x1b[?1047lN\x1b[?u\x1b[?1047hA\x1b[?u\x1b8',
    asked.map((mode) => `\x1b[?${mode}$p`).join('') + '\x1b[4$p\x1b[20$p', '\x1bP$qm\x1b\\\x1bP$qr\x1b\\\x1bP$q"q\x1b\\\x1bP$q q\x1b\\',
    '\x1b[?u\x1b[<u\x1b[?u\x1b[<u\x1b[?u', '\x1b]4;1;?\x07\x1b]10;?\x07\x1b]11;?\x07\x1b]12;?\x07', '\x1b[23;0t', '\x1b[23;0t\x1b[23;0t',
    'q\x0eq\x0fq\x1bnq\x1boq', '\x1b[4h1\x1b[4l2', '\x1b[?J', '\x1b[?2K', '\x1b[JE', '\x1b[1KE', '\b\b\b\b<', '\x1b[2@i\x1b[3Pd', '\x1b[L\x1b[2M', '\x1b[2S\x1b[3T',
    '\x1b[3J\x1b8s', '\x1b[4ml\x1b[59mm', '\x1b]8;;\x1b\\n\x1b[24mo', '\x1b[mp', '\x1b[1mb\x1b[0K', '\x1b[!p\x1b8k', '\x1b[?6lK\x1b[?6hk', '\x1b[?7h\x1b[999Cmmm',
  ]; // prettier-ignore
}

/** Cuts output in two, more often inside a sequence or character than between two. */
function cut(random: Random, steps: Step[], snapshot: Step): void {
  const at = random.integer(steps.length + 1);
  const step = steps[at];
  if (typeof step !== 'string' || random.chance(40)) {
    steps.splice(at, 0, snapshot);
    return;
  }
  const bytes = bytesOf(step);
  const middle = random.integer(bytes.length + 1);
  const halves: Step[] = [textOf(bytes.subarray(0, middle)), snapshot, textOf(bytes.subarray(middle))];
  steps.splice(at, 1, ...halves.filter((half) => half !== ''));
}

/** The case of a seed: the same for ever, as long as the grammar stays. */
export function generateCase(seed: number): Case {
  const random = new Random(seed);
  const [cols, rows] = random.pick(sizes);
  const size: Size = { cols, rows };
  const scrollback = random.pick([0, 3, 10, 10, 30, 100]);
  const steps: Step[] = [];
  const hasResizes = random.chance(35);
  const count = random.between(3, random.pick([8, 20, 50]));
  for (let i = 0; i < count; i++) {
    if (hasResizes && random.chance(8)) {
      const next = random.chance(50) ? random.pick(sizes) : ([Math.max(2, size.cols + random.between(-3, 3)), size.rows] as const); // prettier-ignore
      [size.cols, size.rows] = next;
      steps.push({ resize: next });
    } else {
      steps.push(token(random, size));
    }
  }
  const cuts = random.between(1, 3);
  for (let i = 0; i < cuts; i++) {
    cut(random, steps, { snapshot: random.chance(85) ? scrollback : random.integer(scrollback + 1) });
  }
  const shown = random.between(1, 4);
  for (let i = 0; i < shown; i++) {
    if (hasResizes && random.chance(15)) {
      steps.push({ resize: random.pick(sizes) });
    }
    steps.push(random.pick(probes(size)), { check: true });
  }
  return { cols, rows, scrollback, steps };
}
