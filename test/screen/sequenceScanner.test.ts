import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { ScanResult, ScannerEvent } from '../../src/screen/api.ts';
import { createSequenceScanner } from '../../src/screen/sequenceScanner.ts';
import { Emulator } from './emulator.ts';
import { anyStream, cutInto, nearMisses, queries } from './vtStreams.ts';

interface Scanned {
  readonly forClients: string;
  readonly hasQueries: boolean;
  readonly events: readonly ScannerEvent[];
  readonly last: ScanResult;
}

function scan(...chunks: readonly (string | Uint8Array)[]): Scanned {
  const scanner = createSequenceScanner();
  const results = chunks.map((chunk) => scanner.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  const last = results.at(-1);
  assert(last !== undefined);
  return {
    forClients: Buffer.concat(results.map((result) => result.forClients)).toString(),
    hasQueries: results.some((result) => result.hasQueries),
    events: results.flatMap((result) => result.events),
    last,
  };
}

for (const [name, query] of Object.entries(queries)) {
  test(`a query is found and left out: ${name}`, () => {
    const { forClients, hasQueries, last } = scan(`before${query}after`);
    assert.deepEqual({ forClients, hasQueries }, { forClients: 'beforeafter', hasQueries: true });
    assert.deepEqual({ held: last.heldBackBytes, ground: last.isGround }, { held: 0, ground: true });
  });

  test(`a query reaches no client, wherever it is cut: ${name}`, () => {
    const whole = Buffer.from(query);
    for (let cut = 1; cut < whole.length; cut++) {
      const scanner = createSequenceScanner();
      const first = scanner.push(Buffer.concat([Buffer.from('a'), whole.subarray(0, cut)]));
      assert.equal(Buffer.from(first.forClients).toString(), 'a');
      assert.equal(first.isGround, true);
      const second = scanner.push(Buffer.concat([whole.subarray(cut), Buffer.from('b')]));
      assert.equal(Buffer.from(second.forClients).toString(), 'b');
    }
  });
}

for (const [name, bytes] of Object.entries(nearMisses)) {
  test(`what only looks like a query is passed on: ${name}`, () => {
    const { forClients, hasQueries } = scan(`before${bytes}after`);
    assert.deepEqual({ forClients, hasQueries }, { forClients: `before${bytes}after`, hasQueries: false });
  });
}

const eventCases: readonly (readonly [string, ...ScannerEvent[]])[] = [
  ['\x1b]0;a title\x07', { kind: 'title', title: 'a title' }],
  ['\x1b]2;größe\x1b\\', { kind: 'title', title: 'größe' }],
  ['\x1b]2;del\x7fete\x07', { kind: 'title', title: 'delete' }],
  ['\x1b]2;' + 'x'.repeat(600) + '\x07', { kind: 'title', title: 'x'.repeat(512) }],
  ['\x1b]2;' + 'x'.repeat(511) + '😀\x07', { kind: 'title', title: 'x'.repeat(511) }],
  ['\x1b]2;\x07', { kind: 'title', title: '' }],
  ['\x1b]1;icon\x07'],
  ['\x1b]2;never shown\x18'],
  ['\x1b]7;file://host/home/me%20too/%C3%A9\x07', { kind: 'cwd', cwd: '/home/me too/é' }],
  ['\x1b]7;file:///C:/Users/me\x07', { kind: 'cwd', cwd: 'C:/Users/me' }],
  ['\x1b]7;file://host/%zz\x07'],
  ['\x1b]7;file://host/a%0Ab\x07'],
  ['\x1b]7;http://host/a\x07'],
  ['\x1b]9;9;C:\\Users\x07', { kind: 'cwd', cwd: 'C:\\Users' }],
  ['\x1b]9;9;"C:\\My Files"\x07', { kind: 'cwd', cwd: 'C:\\My Files' }],
  ['\x1b]9;4;1;50\x07', { kind: 'progress', state: 1, percent: 50 }],
  ['\x1b]9;4;2;250\x07', { kind: 'progress', state: 2, percent: 100 }],
  ['\x1b]9;4;3\x07', { kind: 'progress', state: 3, percent: 0 }],
  ['\x1b]9;4;0;70\x07', { kind: 'progress', state: 0, percent: 0 }],
  ['\x1b]9;4;7;1\x07'],
  ['\x1b]9;a notification\x07'],
  ['\x1b]133;A\x07', { kind: 'mark', source: 133, code: 'A', data: '' }],
  ['\x1b]133;D;1\x07', { kind: 'mark', source: 133, code: 'D', data: '1' }],
  ['\x1b]633;E;echo \\x3b;nonce\x07', { kind: 'mark', source: 633, code: 'E', data: 'echo \\x3b;nonce' }],
  [
    '\x1b]633;P;Cwd=C:\\\\a\\x3bb\x07',
    { kind: 'mark', source: 633, code: 'P', data: 'Cwd=C:\\\\a\\x3bb' },
    { kind: 'cwd', cwd: 'C:\\a;b' },
  ],
  ['\x1b]633;Z\x07'],
  ['\x1b]1337;CurrentDir=/tmp\x07', { kind: 'cwd', cwd: '/tmp' }],
  ['\x1b]1337;File=:AAAA\x07'],
  ['a\x07b', { kind: 'bell' }],
  ['\x1b[3\x071m', { kind: 'bell' }],
  ['\x1b[?1049h', { kind: 'alternate-buffer', active: true }],
  ['\x1b[?1;47h\x1b[?1047h', { kind: 'alternate-buffer', active: true }],
  ['\x1b[?1049l', { kind: 'alternate-buffer', active: false }],
  ['\x1b[?1049h\x1bc', { kind: 'alternate-buffer', active: true }, { kind: 'alternate-buffer', active: false }],
  ['\x1b[1049h\x1b[?25h'],
];

for (const [bytes, ...events] of eventCases) {
  test(`events of ${JSON.stringify(bytes).slice(0, 60)}, whole and in single bytes`, () => {
    assert.deepEqual(scan(bytes).events, events);
    assert.deepEqual(scan(...[...Buffer.from(bytes)].map((byte) => Uint8Array.of(byte))).events, events);
  });
}

test('a path that is too long to be kept is no directory', () => {
  assert.deepEqual(scan(`\x1b]7;file://h/${'d'.repeat(9000)}\x07`).events, []);
});

test('a chunk without anything to leave out is handed on as it is', () => {
  const chunk = Buffer.from('plain \x1b[31mred\x1b[m é \x1b]0;t\x07\r\n');
  assert.equal(createSequenceScanner().push(chunk).forClients, chunk);
});

const groundCases: readonly (readonly [string | Uint8Array, { isGround: boolean; heldBackBytes: number }])[] = [
  ['text', { isGround: true, heldBackBytes: 0 }],
  ['a\x1b', { isGround: true, heldBackBytes: 1 }],
  ['a\x1b[3', { isGround: true, heldBackBytes: 3 }],
  ['\x1b]0;ti', { isGround: false, heldBackBytes: 0 }],
  ['\x1b]0;ti\x1b', { isGround: false, heldBackBytes: 1 }],
  ['\x1b]6', { isGround: true, heldBackBytes: 3 }],
  ['\x1b]52;c;aGVs', { isGround: false, heldBackBytes: 0 }],
  ['\x1b]52;c;', { isGround: true, heldBackBytes: 7 }],
  ['\x1bPq##', { isGround: false, heldBackBytes: 0 }],
  ['\x1bP$', { isGround: true, heldBackBytes: 3 }],
  ['\x1bP$qm', { isGround: true, heldBackBytes: 0 }],
  ['\x1b^private', { isGround: false, heldBackBytes: 0 }],
  [Uint8Array.of(0x61, 0xe2, 0x80), { isGround: false, heldBackBytes: 0 }],
  [Uint8Array.of(0x61, 0xc3), { isGround: false, heldBackBytes: 0 }],
  [Uint8Array.of(0x61, 0xc2), { isGround: true, heldBackBytes: 1 }],
];

for (const [bytes, expected] of groundCases) {
  test(`where the stream stands after ${JSON.stringify(bytes)}`, () => {
    const { isGround, heldBackBytes } = scan(bytes).last;
    assert.deepEqual({ isGround, heldBackBytes }, expected);
  });
}

test('a string that a query interrupts is ended for clients, too', () => {
  assert.equal(scan('\x1b]0;title\x1b[6nshown').forClients, '\x1b]0;title\x1b\\shown');
  assert.equal(scan('\x1b]0;title\u009b6nshown').forClients, '\x1b]0;title\x18shown');
});

test('what a query leaves behind does not become a query', () => {
  const bytes = Buffer.concat([Buffer.from([0xc2]), Buffer.from('\x1b[c'), Buffer.from([0x9b]), Buffer.from('6n')]);
  const { forClients, hasQueries } = createSequenceScanner().push(bytes);
  assert.deepEqual([Buffer.from(forClients).toString('latin1'), hasQueries], ['\xc2\x1b\\\x9b6n', true]);
});

test('controls within a query are obeyed by clients', () => {
  assert.equal(scan('a\x1b[\r\n6nb').forClients, 'a\r\nb');
});

test('the end of a query does not remain', () => {
  assert.equal(scan('a\x1b]11;?\x1b', '\\b').forClients, 'ab');
  assert.equal(scan('a\x1b]11;?\x1b', '[1mb').forClients, 'a\x1b[1mb');
  assert.equal(scan('a\x1bP$qm\x1b', '\\b').forClients, 'ab');
});

for (const [name, head] of [
  ['clipboard content', '\x1b]52;c;'],
  ['title', '\x1b]2;'],
  ['image', '\x1bPq'],
] as const) {
  test(`1.1 MB of ${name} pass without being held back`, () => {
    const scanner = createSequenceScanner();
    scanner.push(Buffer.from(head));
    const piece = Buffer.alloc(64 * 1024, 'A');
    for (let bytes = 0; bytes < 1_100_000; bytes += piece.length) {
      const result = scanner.push(piece);
      assert.equal(result.heldBackBytes, 0);
      assert.equal(Buffer.from(result.forClients.subarray(-piece.length)).equals(piece), true);
    }
    assert.equal(Buffer.from(scanner.push(Buffer.from('\x07\x1b\\b')).forClients).toString(), '\x07\x1b\\b');
  });
}

for (const [name, head] of [
  ['a DECRQSS', '\x1bP$q'],
  ['colours', '\x1b]4;1;#'],
  ['parameters', '\x1b['],
] as const) {
  test(`1.1 MB of ${name} take no memory and reach no client`, () => {
    const scanner = createSequenceScanner();
    scanner.push(Buffer.from(head));
    for (let bytes = 0; bytes < 1_100_000; bytes += 64 * 1024) {
      const result = scanner.push(Buffer.alloc(64 * 1024, '0'));
      assert.deepEqual([result.forClients.length, result.heldBackBytes], [0, 0]);
    }
    assert.equal(Buffer.from(scanner.push(Buffer.from('n\x07\x1b\\b')).forClients.slice(-1)).toString(), 'b');
  });
}

test('cutting the stream anywhere changes neither what clients get nor the events', () => {
  fc.assert(
    fc.property(anyStream, fc.array(fc.integer({ min: 0, max: 7 })), (bytes, lengths) => {
      const whole = scan(bytes, '');
      const inPieces = scan(...cutInto(bytes, lengths), '');
      const inBytes = scan(...[...bytes].map((byte) => Uint8Array.of(byte)), '');
      for (const cut of [inPieces, inBytes]) {
        assert.deepEqual(
          [cut.forClients, cut.hasQueries, cut.events, cut.last.heldBackBytes, cut.last.isGround],
          [whole.forClients, whole.hasQueries, whole.events, whole.last.heldBackBytes, whole.last.isGround],
        );
      }
    }),
    { numRuns: 600 },
  );
});

test('nothing is added to the stream but ends of interrupted strings', () => {
  fc.assert(
    fc.property(anyStream, (bytes) => {
      const scanner = createSequenceScanner();
      const { forClients, heldBackBytes } = scanner.push(bytes);
      const kept = Buffer.from(forClients).toString('latin1').replaceAll('\x1b\\', '').replaceAll('\x18', '');
      let at = 0;
      const source = Buffer.from(bytes).toString('latin1');
      for (const character of kept) {
        at = source.indexOf(character, at) + 1;
        assert(at > 0);
      }
      assert(heldBackBytes <= bytes.length);
    }),
    { numRuns: 500 },
  );
});

/**
 * A combining mark joins the character before it unless a sequence stands in between. So it takes another cell when a
 * query before it is left out, or a marker put there: known, and not worth a byte in the stream.
 */
function hasJoiningCharacters(bytes: Uint8Array): boolean {
  return /[\p{M}\p{Cf}\u1160-\u11ff]/u.test(Buffer.from(bytes).toString().replaceAll('\ufeff', ''));
}

test('clients get no query and otherwise the same screen: a real emulator judges', async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, fc.array(fc.integer({ min: 1, max: 7 })), async (bytes, lengths) => {
      fc.pre(!hasJoiningCharacters(bytes));
      const answering = new Emulator({ cols: 20, rows: 6 });
      const judge = new Emulator({ cols: 20, rows: 6 });
      // CAN ends what is unfinished, so that nothing is held back at the end.
      const stream = Buffer.concat([bytes, Buffer.from('\x18')]);
      const scanner = createSequenceScanner();
      for (const piece of cutInto(stream, lengths)) {
        await judge.write(scanner.push(piece).forClients);
      }
      await answering.write(stream);
      assert.deepEqual(judge.replies, []);
      assert.deepEqual(judge.describe(), answering.describe());
      answering.dispose();
      judge.dispose();
    }),
    { numRuns: 600 },
  );
});

test('what is called ground is ground: a marker there is answered and changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, fc.array(fc.integer({ min: 1, max: 7 })), async (bytes, lengths) => {
      fc.pre(!hasJoiningCharacters(bytes));
      const marked = new Emulator({ cols: 20, rows: 6 });
      const unmarked = new Emulator({ cols: 20, rows: 6 });
      const scanner = createSequenceScanner();
      let markers = 0;
      for (const piece of cutInto(bytes, lengths)) {
        const { forClients, isGround } = scanner.push(piece);
        await unmarked.write(forClients);
        await marked.write(forClients);
        if (isGround) {
          await marked.write(Buffer.from(`\x1b[?${1_000_000 + ++markers}$p`));
        }
      }
      assert.equal(marked.replies.length, markers);
      assert.deepEqual(marked.describe(), unmarked.describe());
      marked.dispose();
      unmarked.dispose();
    }),
    { numRuns: 300 },
  );
});
