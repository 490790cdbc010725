// `writeFile.mjs FILE MARKER`: writes a file to standard output as fast as it is taken, then says in MARKER when it
// began and ended (milliseconds since the epoch) and how many bytes it wrote. The file is in memory before it begins.
import { readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

const [file, marker] = process.argv.slice(2);
const bytes = readFileSync(file);
const pieceBytes = 64 * 1024;
const now = () => performance.timeOrigin + performance.now();

const startMs = now();
for (let at = 0; at < bytes.length;) {
  at += writeSync(1, bytes, at, Math.min(pieceBytes, bytes.length - at));
}
const result = { startMs, endMs: now(), bytes: bytes.length };
writeFileSync(`${marker}.tmp`, JSON.stringify(result));
renameSync(`${marker}.tmp`, marker);
