import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, encodeFrameHead, FrameDecoder, frameLimits } from '../../src/protocol/frame.ts';

interface PlainFrame {
  kind: number;
  payload: number[];
}

function readAll(decoder: FrameDecoder): PlainFrame[] {
  const frames: PlainFrame[] = [];
  for (let frame = decoder.tryRead(); frame !== undefined; frame = decoder.tryRead()) {
    frames.push({ kind: frame.kind, payload: [...frame.payload] });
  }
  return frames;
}

test('a frame is its length, its kind and its payload, as PROTOCOL.md writes it', () => {
  assert.deepEqual(
    [...encodeFrame(3, Uint8Array.of(0xaa), Uint8Array.of(0xbb, 0xcc))],
    [0, 0, 0, 4, 3, 0xaa, 0xbb, 0xcc],
  );
  assert.deepEqual([...encodeFrame(0)], [0, 0, 0, 1, 0]);
});

test('a head and the bytes that follow it are the same as the whole frame', () => {
  const [first, following] = [Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5)];
  assert.deepEqual(
    [...encodeFrameHead(7, following.length, first), ...following],
    [...encodeFrame(7, first, following)],
  );
  assert.throws(() => encodeFrameHead(7, frameLimits.payloadBytes, first), { code: 'protocol' });
});

test('frames come out as they went in, wherever the stream is cut', () => {
  const frame = fc.record({ kind: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }),
      (frames, cuts) => {
        const stream = frames.flatMap(({ kind, payload }) => [...encodeFrame(kind, payload)]);
        const decoder = new FrameDecoder();
        const seen: PlainFrame[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const bytes = cuts[i % cuts.length] ?? 1;
          decoder.push(Uint8Array.from(stream.slice(at, at + bytes)));
          seen.push(...readAll(decoder));
          at += bytes;
        }
        assert.deepEqual(
          seen,
          frames.map(({ kind, payload }) => ({ kind, payload: [...payload] })),
        );
      },
    ),
  );
});

test('a frame that lies in one chunk is handed out without copying it', () => {
  const chunk = encodeFrame(1, new Uint8Array(100));
  const decoder = new FrameDecoder();
  decoder.push(chunk);
  assert.equal(decoder.tryRead()?.payload.buffer, chunk.buffer);
});

test('a length that cannot be true is an error at once, not a wait for gigabytes', () => {
  const check = (header: number[], message: RegExp): void => {
    const decoder = new FrameDecoder(4096);
    decoder.push(Uint8Array.from(header));
    assert.throws(() => decoder.tryRead(), { code: 'protocol', message });
  };
  check([0xff, 0xff, 0xff, 0xff, 0], /4294967295 bytes/);
  check([0, 0, 0x10, 0x02, 0], /4098 bytes/);
  check([0, 0, 0, 0, 0], /0 bytes/);
});

test('a payload over the limit is refused where it is made', () => {
  const half = new Uint8Array(frameLimits.payloadBytes / 2 + 1);
  assert.throws(() => encodeFrame(1, half, half), { code: 'protocol' });
});
