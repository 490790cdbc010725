import * as fc from 'fast-check';

const characters = fc.constantFrom('a', 'B', '7', ' ', 'é', '漢', '字', '🎉', '─', 'q', 'x', 'e\u0301', '\u0308', '£');
const words = fc.constantFrom('hello', 'the quick brown fox jumps', 'x'.repeat(20), '漢字かな交じり文', 'y'.repeat(5));
const small = fc.integer({ min: 0, max: 8 });
const column = fc.integer({ min: 1, max: 22 });
const csi = (final: string, ...parameters: fc.Arbitrary<number>[]): fc.Arbitrary<string> =>
  fc.tuple(...parameters).map((values) => `\x1b[${values.join(';')}${final}`);

const motion = fc.oneof(
  csi('A', small), csi('B', small), csi('C', small), csi('D', small), csi('G', column), csi('d', small), csi('H', small, column), csi('I', small), csi('Z', small),
  fc.constantFrom('\r', '\n', '\r\n', '\b', '\t', '\x1bM', '\x1bD', '\x1bE'),
); // prettier-ignore
const erasing = fc.oneof(
  csi('J', fc.integer({ min: 0, max: 2 })), csi('K', fc.integer({ min: 0, max: 2 })), csi('X', small), csi('P', small), csi('@', small), csi('L', small), csi('M', small),
  csi('S', small), csi('T', small),
); // prettier-ignore
const rendition = fc
  .array(
    fc.oneof(
      fc.constantFrom('0', '1', '2', '3', '4', '5', '7', '8', '9', '21', '22', '23', '24', '27', '53', '55', '39', '49', '59', '4:3', '4:4'),
      fc.integer({ min: 30, max: 37 }).map(String),
      fc.integer({ min: 40, max: 47 }).map(String),
      fc.integer({ min: 100, max: 107 }).map(String),
      fc.integer({ min: 0, max: 255 }).map((index) => `38;5;${index}`),
      fc.constantFrom('48;2;1;2;3', '58;5;9', '58;2;9;8;7'),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((codes) => `\x1b[${codes.join(';')}m`); // prettier-ignore
const modes = fc.constantFrom(
  '\x1b[?1h', '\x1b[?1l', '\x1b[?6h', '\x1b[?6l', '\x1b[?25l', '\x1b[?25h', '\x1b[?45h', '\x1b[?1002h', '\x1b[?1006h', '\x1b[?1000l', '\x1b[?1004h',
  '\x1b[?2004h', '\x1b[4h', '\x1b[4l', '\x1b=', '\x1b>', '\x1b[3 q', '\x1b[0 q', '\x1b[?1049h', '\x1b[?1049l', '\x1b[?47h', '\x1b[?47l', '\x1b[!p', '\x1bc', '\x1b#8', '\x1b[?2026h',
); // prettier-ignore
const state = fc.oneof(
  fc.constantFrom('\x1b7', '\x1b8', '\x1b[s', '\x1b[u', '\x1bH', '\x1b[g', '\x1b[3g', '\x1b(0', '\x1b(B', '\x1b)0', '\x0e', '\x0f', '\x1b[r', '\x1b[1"q', '\x1b[0"q'),
  csi('r', small, small),
  fc.constantFrom('\x1b]8;;http://a.b\x1b\\ab\x1b]8;;\x1b\\', '\x1b]8;id=1;http://c.d\x1b\\漢\x1b]8;;\x1b\\', '\x1b]2;title\x07', '\x1b]133;A\x07', '\x07', '\x1b[6n', '\x1b[c'),
); // prettier-ignore

/** What programs draw, in any order: everything that snapshots claim to restore. */
export const screenStream: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: characters },
      { weight: 4, arbitrary: words },
      { weight: 5, arbitrary: motion },
      { weight: 4, arbitrary: erasing },
      { weight: 3, arbitrary: rendition },
      { weight: 2, arbitrary: modes },
      { weight: 2, arbitrary: state },
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.from(parts.join('')));
