// Loaded into VS Code's server with `node -r`. The server leads a process group; when the pipe on its stdin closes,
// because whoever started it is gone however that happened, it ends the whole group.
if (process.argv[1]?.endsWith('server-main.js') && process.env.REVENANT_TEST_GUARD) {
  delete process.env.REVENANT_TEST_GUARD;
  process.stdin.on('end', () => process.kill(-process.pid, 'SIGKILL')).resume();
  process.stdin.unref?.();
}
