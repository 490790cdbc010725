// `readAndDrop.mjs PROGRAM ARGS…`: runs a program in a PTY of node-pty, reads what it prints and throws it away.
import { spawn } from '@lydell/node-pty';

const [file, ...args] = process.argv.slice(2);
const pty = spawn(file, args, { name: 'xterm-256color', cols: 80, rows: 24, encoding: null });
let bytes = 0;
pty.onData((data) => {
  bytes += data.length;
});
pty.onExit(({ exitCode }) => process.stdout.write(`${bytes}\n`, () => process.exit(exitCode)));
